"""What becomes of requests at the desk, and the whole story of one."""

from tools.bench.scale.fill.story import CLOSED, FILED, Over
from tools.bench.scale.fill.work import Work

IMPORTED = 0.02
DECLINED, REFERRED, DUPLICATE, WITHDRAWN = 0.03, 0.02, 0.05, 0.012
RECATEGORISED, MOVED, PRIORITISED = 0.03, 0.015, 0.02


class Teller(Work):
    """Tells one story after another."""

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

    def _triage(self, story):
        dice, agent = self.dice, self.dice.choice(self.world.agents)
        at = story.filed_at + int(dice.lognormvariate(9.3, 1.0))  # half of them within 3 hours
        if story.held_for:
            event = story.step("release", at, lambda now: self._release(story), actor=agent,
                               code=story.held_for)  # fmt: skip
            self._apply_rules(story, event)
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
                self._apply_rules(story, event)  # fmt: skip
        if story.status == FILED and dice.random() < MOVED:

            def change(now):
                note = story.location_note
                self._place(story, story.kind)
                story.location_note = note

            event = story.step("move_pin", at + 10, change, actor=agent)
            event.code = story.zone_slug
            self._apply_rules(story, event)  # fmt: skip
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
