"""How a story begins: what is reported, by whom and how, and the steps that all stories share."""

import uuid
from datetime import datetime

from requests_app.models.text_digest import digest_of
from routing import matching
from tools.bench.scale.fill.story import CLOSED, FILED, ROUTED

CHANNELS = (("web", 0.70), ("phone", 0.90), ("walk_in", 0.92), ("api", 1.0))
SPANISH, WITH_EMAIL, WITH_PHONE = 0.14, 0.55, 0.30
DANGER, HELD = 0.004, 0.003
PHOTO, SECOND_PHOTO = 0.5, 0.15


class Reports:
    """Files requests; `by_kind` are the latest of each kind, that another may be the same as."""

    def __init__(self, world, texts, dice, end, devices):
        self.world, self.texts, self.dice, self.end = world, texts, dice, end
        self.devices = devices
        self.by_kind = {}

    def _place(self, story, kind):
        lat, lng, zone, slug, text, relation, _weight = self.world.some_spot.draw(self.dice)
        jitter = self.dice.random() * 0.0001 - 0.00005
        story.kind, story.lat, story.lng = kind, lat + jitter, lng - jitter
        story.zone, story.zone_slug = zone, slug
        story.location_text, story.location_relation = text, relation
        story.location_note = (
            "" if self.dice.random() < 0.8 else self.dice.choice(self.texts["where"])
        )

    def _file(self, story, filed_at):
        dice, world = self.dice, self.world
        kind = world.some_kind.draw(dice)
        self._place(story, kind)
        chance = dice.random()
        story.channel = next(name for name, until in CHANNELS if chance < until)
        story.language = "es" if dice.random() < SPANISH else "en"
        story.is_private = kind.is_private
        story.filing_key = uuid.UUID(int=dice.getrandbits(128), version=4)
        story.filed_at = story.clock_started = filed_at
        named = self._describe(story)
        urgent = self._answer(story)
        before = "urgent" if urgent else "normal"
        story.priority = "urgent" if named else before
        self._reporter(story)
        if dice.random() < HELD and story.channel == "web":
            story.held_for, story.is_hidden = dice.choice(("words", "trap", "no_proof")), True
        photos = self._photos("report") if dice.random() < PHOTO else ()

        def begin(now):
            story.status = FILED

        agent = dice.choice(world.agents) if story.channel in ("phone", "walk_in") else None
        file = story.step("file", filed_at, begin, actor=agent, device=story.device, photos=photos)
        if named:

            def flag(now):
                story.danger, story.priority = named, "urgent"
                story.priority_before_danger = before

            story.step("flag_danger", filed_at, flag, code=named, caused_by=file)  # fmt: skip
        self._apply_rules(story, file)

    def _describe(self, story):
        """Words that are the person's own; the kind of danger that they name."""
        dice, texts, named = self.dice, self.texts, ""
        noun = dice.choice(story.kind.nouns)
        parts = [f"{dice.choice(texts['openers'])} {noun} {dice.choice(texts['where'])}."]
        parts += dice.sample(self.world.details, dice.choice((0, 1, 1, 2, 2, 3)))
        if dice.random() < 0.004:
            parts.append(f"It looks like a {dice.choice(texts['rare'])}.")
        if dice.random() < DANGER and self.world.dangers:
            words, named = dice.choice(self.world.dangers)
            parts.append(words)
        story.description = " ".join(parts)
        story.digest = digest_of(story.description)
        return named

    def _answer(self, story):
        dice, urgent = self.dice, False
        for asked in story.kind.questions:
            if not asked.is_required and dice.random() < 0.5:
                continue
            if asked.choices:
                calm = [each for each in asked.choices if not each[2]] or asked.choices
                all_of_them = dice.random() < 0.03
                key, label, effect = dice.choice(asked.choices if all_of_them else calm)
                story.answers.append((asked, key, label))
                urgent = urgent or effect == "urgent"
            else:
                text = {"number": str(dice.randrange(1, 6)), "datetime": "2025-06-02"}
                said = text.get(asked.datatype) or dice.choice(self.texts["where"])
                story.answers.append((asked, said, said))
        return urgent

    def _reporter(self, story):
        dice = self.dice
        if story.channel == "web":
            story.device = self.devices.one(story.filed_at)
        person = dice.getrandbits(22)
        name = dice.choice(self.texts["names"])
        email = phone = ""
        if story.channel in ("phone", "walk_in"):
            phone = f"310-{200 + person % 800}-{person // 800 % 10000:04}"
        elif dice.random() < WITH_PHONE:
            phone = f"(424) {200 + person % 800}-{person // 800 % 10000:04}"
        if dice.random() < WITH_EMAIL:
            email = f"{name.split()[0].lower()}.{person}@example.org"
        if email or phone:
            story.contact = (name, email, phone)

    def _photos(self, kind):
        count = 1 + (self.dice.random() < SECOND_PHOTO)
        return [(kind, self.dice.getrandbits(128), n) for n in range(count)]

    # Steps of all stories

    def _apply_rules(self, story, event, refused=frozenset()):
        """What the rules say; they may route at once."""
        answers = frozenset((asked.code, key) for asked, key, _label in story.answers)
        moment = datetime.fromtimestamp(event.at, self.world.calendar.tz)
        kind = story.kind
        facts = matching.Facts(
            kind.code, kind.group, story.zone_slug, story.priority, story.channel, answers, moment,
            kind.destination,
        )  # fmt: skip
        decision = matching.decide(facts, self.world.rules, refused_by=refused)
        story.proposal = (decision, event.at + 1)
        may_route = event.verb in ("file", "recategorise", "move_pin", "release")
        if decision.mode == matching.ROUTE and may_route and not story.held_for:
            self._route(story, event.at + 1, decision.department.id,
                        rule=decision.rule.label, caused_by=event)  # fmt: skip

    def _route(self, story, at, to, actor=None, code="", **more):
        def change(now):
            self._leave(story)
            story.department, story.times_routed = to, story.times_routed + 1
            story.status = ROUTED

        return story.step("route", at, change, actor=actor, code=code, **more)

    @staticmethod
    def _leave(story):
        """Nobody's job any more, and no question."""
        story.status_before_question = ""
        story.department = story.assignee = story.scheduled_for = story.hold = None

    def _close(self, story, outcome, staff=False):
        def change(now):
            story.status_before_question = ""
            story.status, story.outcome, story.closed_at = CLOSED, outcome, now
            if staff:
                story.danger = story.priority_before_danger = ""

        return change
