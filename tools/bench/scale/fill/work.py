"""What a department does with a request, and what the resident says of it."""

from bisect import bisect

from tools.bench.scale.fill.reports import Reports
from tools.bench.scale.fill.story import (
    AWAITING,
    COMPLETED,
    DAY,
    DISPUTED,
    FILED,
    HOLDING,
    ROUTED,
    UNTIL_READ,
    Over,
)

HOUR = 3600
NOTED, HANDED_BACK, PLANNED, ASSIGNED, STARTED = 0.10, 0.03, 0.30, 0.15, 0.35
HELD_UP, ASKED, PROVED = 0.05, 0.04, 0.4
COMMENTED, REPLIED, FOLLOWED, HIDDEN, REPORTED = 0.08, 0.06, 0.04, 0.003, 0.004
CONFIRMED, DISPUTED_SHARE, RATED, UPHELD, REOPENED = 0.32, 0.05, 0.65, 0.3, 0.006
QUANTILES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.9, 0.97, 1.0)
DAYS_TO_CONFIRM = 14


class Work(Reports):
    """From the department to the end."""

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
        self._apply_rules(story, event, frozenset({lost}))
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
        plot = self.plot

        def between(part):
            return at + int((done - at) * part)

        if plot == "scheduled" or (not plot and dice.random() < PLANNED):
            day = (done + (90 * DAY if plot and dice.random() < 0.5 else 0)) // DAY

            def plan(now):
                story.scheduled_for, story.hold, story.status = day, None, "scheduled"

            is_later = story.due_at is not None and day > story.due_at // DAY
            words = dice.choice(texts["replies"]) if is_later else ""
            story.step("schedule", between(0.1), plan, actor=crew, day=day, words=words)
        if plot == "assigned" or (not plot and dice.random() < ASSIGNED):

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
        photos = self._photos("completion") if dice.random() < PROVED else ()
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

        photos = self._photos("dispute") if dice.random() < 0.3 else ()
        words = dice.choice(self.texts["disputes"])
        event = story.step("dispute", at, dispute, device=story.device, words=words, photos=photos)
        self._apply_rules(story, event)
        if self.plot == DISPUTED:
            raise Over
        later = at + dice.randrange(DAY, 9 * DAY)
        if dice.random() < UPHELD:
            leads = self.world.leads.get(did_it) or self.world.agents
            words = dice.choice(self.texts["upheld"])
            close = self._close(story, "upheld", staff=True)
            story.step("uphold", later, close, actor=dice.choice(leads), words=words)
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
        self._apply_rules(story, event)
        self._complete(story, event.at + 3 * DAY)
        story.step("close_unanswered", story.events[-1].at + DAYS_TO_CONFIRM * DAY + HOUR,
                   self._close(story, "unanswered"))  # fmt: skip
