"""What becomes of requests: the chances of each turn, and the turns."""

import uuid
from bisect import bisect
from datetime import datetime

from bench.scale.fill.story import (
    AWAITING,
    CLOSED,
    COMPLETED,
    DAY,
    DISPUTED,
    FILED,
    HOLDING,
    ROUTED,
    UNTIL_READ,
    Over,
)
from requests_app.models.text_digest import digest_of
from routing import matching

HOUR = 3600
CHANNELS = (("web", 0.70), ("phone", 0.90), ("walk_in", 0.92), ("api", 1.0))
SPANISH, WITH_EMAIL, WITH_PHONE = 0.14, 0.55, 0.30
DANGER, HELD, IMPORTED = 0.004, 0.003, 0.02
DECLINED, REFERRED, DUPLICATE, WITHDRAWN = 0.03, 0.02, 0.05, 0.012
RECATEGORISED, MOVED, PRIORITISED, NOTED = 0.03, 0.015, 0.02, 0.10
HANDED_BACK, PLANNED, STARTED, HELD_UP, ASKED = 0.03, 0.30, 0.35, 0.05, 0.04
COMMENTED, REPLIED, FOLLOWED, HIDDEN, REPORTED = 0.08, 0.06, 0.04, 0.003, 0.004
CONFIRMED, DISPUTED_SHARE, RATED, UPHELD, REOPENED = 0.32, 0.05, 0.65, 0.3, 0.006
PHOTO, SECOND_PHOTO, DIGESTS = 0.5, 0.15, 0.15
QUANTILES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.9, 0.97, 1.0)
DAYS_TO_CONFIRM = 14


class Teller:
    """Tells one story after another; `recent` are the last ones, that can still be changed."""

    def __init__(self, world, texts, dice, end, devices):
        self.world, self.texts, self.dice, self.end = world, texts, dice, end
        self.devices = devices
        self.by_kind = {}

    def tell(self, story, filed_at, plot):
        """`plot` is "" for what becomes of most, or the status in which it is stuck."""
        self.plot = plot
        try:
            self._file(story, filed_at)
            self._triage(story)
        except Over:
            pass
        story.tell_the_rest()
        return story

    def imported(self, story, filed_at, number):
        """Opened and closed by an older system: one event, and nobody was told."""
        kind = self.world.some_kind.draw(self.dice)
        self._place(story, kind)
        story.channel, story.is_private = "import", kind.is_private
        story.department = kind.destination and kind.destination.id
        story.description, story.filing_key, story.digest = "", None, ""
        story.filed_at = story.clock_started = filed_at
        at = filed_at + self._took(kind)

        def close(now):
            story.status, story.outcome, story.closed_at = CLOSED, "imported", now

        story.step("import_closed", at, close)
        story.older = f"{2_400_000 + number}"
        return story

    # Filing

    def _place(self, story, kind):
        lat, lng, zone, slug, text, relation, _weight = self.world.some_spot.draw(self.dice)
        jitter = self.dice.random() * 0.0001 - 0.00005
        story.kind, story.lat, story.lng = kind, lat + jitter, lng - jitter
        story.zone, story.zone_slug = zone, slug
        story.location_text, story.location_relation = text, relation
        story.location_note = "" if self.dice.random() < 0.8 else self.dice.choice(self.texts["where"])

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
        self._speak(story, file)

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

    # The desk

    def _speak(self, story, event, refused=frozenset()):
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

    def _triage(self, story):
        dice, agent = self.dice, self.dice.choice(self.world.agents)
        at = story.filed_at + int(dice.lognormvariate(9.3, 1.0))  # half of them within 3 hours
        if story.held_for:
            event = story.step("release", at, lambda now: self._release(story), actor=agent,
                               code=story.held_for)  # fmt: skip
            self._speak(story, event)
            at += 60
        if self.plot == FILED:
            raise Over
        if story.status == FILED:
            at = self._decide(story, at, agent)
        if at is None:
            return
        self._work(story, at + 60, agent)

    @staticmethod
    def _release(story):
        story.held_for, story.is_hidden = "", False

    def _decide(self, story, at, agent):
        """Where an agent sends it, and when; None where that is the end of it."""
        dice, texts = self.dice, self.texts
        chance = dice.random()
        if not self.plot and chance < WITHDRAWN and story.device:
            story.step("withdraw", at, self._close(story, "withdrawn"), device=story.device)
            return None
        chance -= WITHDRAWN
        if not self.plot and chance < DECLINED:
            reason = dice.choice(self.world.declines)
            story.decline = None
            close = self._close(story, "declined", staff=True)

            def change(now):
                close(now)
                story.decline = reason[0]

            story.step("decline", at, change, actor=agent, code=reason[1],
                       words=dice.choice(texts["declined"]))  # fmt: skip
            return None
        chance -= DECLINED
        if not self.plot and chance < REFERRED and self.world.agencies:
            agency = dice.choice(self.world.agencies)
            close = self._close(story, "transferred", staff=True)

            def change(now):
                close(now)
                story.agency = agency[0]

            story.step("transfer", at, change, actor=agent, code=agency[1])
            return None
        chance -= REFERRED
        if not self.plot and chance < DUPLICATE and self._same_as_another(story, at, agent):
            return None
        self._correct(story, at, agent)
        if story.status == FILED:
            to = self._destination(story)
            self._route(story, at + 30, to, actor=agent)
        return at + 60

    def _destination(self, story):
        decision = story.proposal[0]
        return decision.department.id if decision.department else self.dice.choice(
            list(self.world.departments)
        )  # fmt: skip

    def _correct(self, story, at, agent):
        dice = self.dice
        if dice.random() < RECATEGORISED:
            kind = self.world.some_kind.draw(dice)
            if kind is not story.kind:
                def change(now):
                    story.kind, story.is_private = kind, story.is_private or kind.is_private
                event = story.step("recategorise", at, change, actor=agent, code=kind.code)
                self._speak(story, event)  # fmt: skip
        if story.status == FILED and dice.random() < MOVED:
            def change(now):
                note = story.location_note
                self._place(story, story.kind)
                story.location_note = note
            event = story.step("move_pin", at + 10, change, actor=agent)
            event.code = story.zone_slug
            self._speak(story, event)  # fmt: skip
        if not story.danger and story.priority == "normal" and dice.random() < PRIORITISED:
            def change(now):
                story.priority = "urgent"
            story.step("prioritise", at + 20, change, actor=agent, code="urgent")  # fmt: skip

    def _same_as_another(self, story, at, agent):
        """An earlier one of its kind that everybody sees, and that is no duplicate itself."""
        others = self.by_kind.get(story.kind.id, ())
        fit = [o for o in others if o.is_public and o.duplicate_of is None and not o.is_written]
        if not fit or story.is_private or at > self.end:
            return False
        original = self.dice.choice(fit)
        close = self._close(story, "duplicate", staff=True)

        def change(now):
            close(now)
            story.duplicate_of = original.id

        event = story.step("mark_duplicate", at, change, actor=agent, other=original.id)
        original.version += 1
        original.duplicates.append(story)
        story.told_too(event, original)
        return True

    # The department

    def _took(self, kind):
        """Seconds of work, as the real ones took."""
        chance = self.dice.random()
        n = bisect(QUANTILES, chance) - 1
        days = (0.02, *kind.days, kind.days[-1] * 1.5 + 1)
        low, high = days[n], days[n + 1]
        part = (chance - QUANTILES[n]) / (QUANTILES[n + 1] - QUANTILES[n])
        return int(DAY * (low + (high - low) * part)) + self.dice.randrange(HOUR)

    def _crew(self, story):
        return self.dice.choice(self.world.crews[story.department])

    def _work(self, story, at, agent):
        dice, texts = self.dice, self.texts
        if dice.random() < HANDED_BACK:
            at = self._hand_back(story, at + dice.randrange(DAY), agent)
        if dice.random() < FOLLOWED and story.is_public:
            device = self.devices.one(at)
            story.step("follow", at, device=device, follower=device)
            story.followers.append((device, at))
        if dice.random() < NOTED:
            story.step("comment", at + 60, actor=agent, words=dice.choice(texts["notes"]),
                       is_public=False)  # fmt: skip
        if dice.random() < COMMENTED and story.device:
            self._talk(story, at + dice.randrange(2 * DAY), agent)
        done = max(at + 2 * HOUR, story.filed_at + self._took(story.kind))
        self._on_the_way(story, at, done)
        if self.plot and self.plot != DISPUTED:
            raise Over
        self._complete(story, done)
        self._verdict(story, done)

    def _hand_back(self, story, at, agent):
        lost, crew = story.department, self._crew(story)
        reason = self.dice.choice(self.world.hand_backs)

        def change(now):
            self._leave(story)
            story.status = FILED

        event = story.step("hand_back", at, change, actor=crew, code=reason[1])
        self._speak(story, event, frozenset({lost}))
        to = self.dice.choice([each for each in self.world.departments if each != lost])
        why = self.dice.choice(self.world.reroutes)
        self._route(story, at + 2 * HOUR, to, actor=agent, code=why[1])
        return at + 3 * HOUR

    def _talk(self, story, at, agent):
        """A resident asks for news; now and then something of it has to be hidden."""
        dice, texts = self.dice, self.texts
        said = story.step("comment", at, device=story.device, words=dice.choice(texts["comments"]))
        if dice.random() < REPLIED / COMMENTED:
            read = at + HOUR + UNTIL_READ
            story.step("comment", at + HOUR, actor=agent, words=dice.choice(texts["replies"]),
                       public_from=read)  # fmt: skip
            story.public_from = read
        elif dice.random() < HIDDEN / COMMENTED:
            said.hidden_words = True
            story.step("hide", at + HOUR, actor=agent, words="It names a neighbor.",
                       is_public=False, about_comment=said)  # fmt: skip
        elif dice.random() < REPORTED / COMMENTED:
            story.reports.append((said, self.devices.one(at), at + HOUR))

    def _on_the_way(self, story, at, done):
        """Planned, begun, held up, asked: in the time until it is done, each by its chance."""
        dice, crew, world, texts = self.dice, self._crew(story), self.world, self.texts
        between = lambda part: at + int((done - at) * part)  # noqa: E731
        plot = self.plot
        if plot == "scheduled" or (not plot and dice.random() < PLANNED):
            day = (done + (90 * DAY if plot else 0)) // DAY

            def plan(now):
                story.scheduled_for, story.hold, story.status = day, None, "scheduled"

            is_later = story.due_at is not None and day > story.due_at // DAY
            words = dice.choice(texts["replies"]) if is_later else ""
            story.step("schedule", between(0.1), plan, actor=crew, day=day, words=words)
        if plot == "assigned" or (not plot and dice.random() < 0.15):
            def assign(now):
                story.assignee = crew
            story.step("assign", between(0.15), assign, actor=crew)  # fmt: skip
        if plot == AWAITING or (not plot and dice.random() < ASKED and self._can_be_asked(story)):
            self._ask(story, between(0.2), crew)
        if plot == "in_progress" or (not plot and dice.random() < STARTED):
            def start(now):
                story.hold, story.status = None, "in_progress"
                story.assignee = story.assignee or crew
            story.step("start", between(0.6), start, actor=crew)  # fmt: skip
        if plot == HOLDING or (not plot and dice.random() < HELD_UP):
            reason = dice.choice(world.holds)

            def hold(now):
                story.hold, story.scheduled_for, story.status = reason[0], None, HOLDING

            story.step("hold", between(0.7), hold, actor=crew, code=reason[1])

    @staticmethod
    def _can_be_asked(story):
        return bool(story.device or story.contact)

    def _ask(self, story, at, crew):
        if not self._can_be_asked(story):
            return
        dice, texts = self.dice, self.texts

        def ask(now):
            story.status_before_question, story.status = story.status, AWAITING

        story.step("ask", at, ask, actor=crew, words=dice.choice(texts["asks"]))
        if self.plot == AWAITING:
            raise Over

        def answer(now):
            story.status, story.status_before_question = story.status_before_question, ""

        if story.device and dice.random() < 0.7:
            story.step("answer", at + 5 * HOUR, answer, device=story.device,
                       words=dice.choice(texts["answers"]))  # fmt: skip
        else:
            story.step("answer", at + 8 * DAY, answer)

    def _complete(self, story, at):
        dice, world, crew = self.dice, self.world, self._crew(story)
        photos = self._photos("completion") if dice.random() < 0.4 else ()
        why_none = None
        if story.kind.needs_proof and not photos:
            why_none = dice.choice(world.no_photo)[0]
        resolution = dice.choice(world.resolutions)
        metres = dice.randrange(2, 25) if photos else None

        def done(now):
            story.status, story.completed_at, story.completed_by = COMPLETED, now, story.department
            story.status_before_question = ""
            story.scheduled_for = story.hold = None
            story.dispute_used = story.disputed_by_reporter = False
            story.danger = story.priority_before_danger = ""

        story.step("complete", at, done, actor=crew, code=resolution[1], photos=photos,
                   words=dice.choice(self.texts["done"]),
                   completion=(story.department, resolution[0], why_none, metres))  # fmt: skip

    # The resident

    def _verdict(self, story, at, is_second=False):
        at = story.events[-1].at
        dice, texts = self.dice, self.texts
        chance = dice.random()
        if not is_second and (self.plot == DISPUTED or chance < DISPUTED_SHARE) and story.device:
            self._dispute(story, at + dice.randrange(HOUR, 6 * DAY))
            return
        if chance < DISPUTED_SHARE + CONFIRMED and story.device:
            is_rated = dice.random() < RATED
            rating = dice.choice((1, 2, 3, 4, 4, 5, 5, 5, 5)) if is_rated else None
            words = dice.choice(texts["thanks"]) if is_rated and dice.random() < 0.3 else ""
            story.step("confirm", at + dice.randrange(HOUR, 10 * DAY),
                       self._close(story, "confirmed"), device=story.device, words=words,
                       rating=rating)  # fmt: skip
        else:
            story.step("close_unanswered", at + DAYS_TO_CONFIRM * DAY + HOUR,
                       self._close(story, "unanswered"))  # fmt: skip
        if dice.random() < REOPENED:
            self._reopen(story)

    def _dispute(self, story, at):
        dice, did_it = self.dice, story.completed_by

        def dispute(now):
            self._leave(story)
            story.status, story.outcome, story.closed_at = DISPUTED, "", None
            story.department, story.dispute_used = did_it, True
            story.disputed_by_reporter, story.clock_started = True, now

        event = story.step("dispute", at, dispute, device=story.device,
                           words=dice.choice(self.texts["disputes"]),
                           photos=self._photos("dispute") if dice.random() < 0.3 else ())  # fmt: skip
        self._speak(story, event)
        if self.plot == DISPUTED:
            raise Over
        later = at + dice.randrange(DAY, 9 * DAY)
        if dice.random() < UPHELD:
            leads = self.world.leads.get(did_it) or self.world.agents
            story.step("uphold", later, self._close(story, "upheld", staff=True),
                       actor=dice.choice(leads), words=dice.choice(self.texts["upheld"]))  # fmt: skip
            return
        self._complete(story, later)
        self._verdict(story, later, is_second=True)

    def _reopen(self, story):
        agent = self.dice.choice(self.world.agents)

        def reopen(now):
            story.outcome, story.closed_at, story.clock_started = "", None, now
            story.decline = story.agency = story.duplicate_of = None
            story.disputed_by_reporter = False
            story.assignee = story.scheduled_for = story.hold = None
            story.status = ROUTED

        event = story.step("reopen", story.closed_at + DAY, reopen, actor=agent,
                           words="It came back.")  # fmt: skip
        self._speak(story, event)
        self._complete(story, event.at + 3 * DAY)
        story.step("close_unanswered", story.events[-1].at + DAYS_TO_CONFIRM * DAY + HOUR,
                   self._close(story, "unanswered"))  # fmt: skip
