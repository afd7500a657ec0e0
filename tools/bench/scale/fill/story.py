"""One request while its story is told: each step writes what the workflow would have written.

`Story.step` is `requests_app.workflow.act.Change` without a database. Times are whole seconds UTC
since 1970; people, devices and lists are ids. A step that lies after the end of the fill is not
taken, and ends the story by `Over`.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from requests_app.deadlines import due
from requests_app.status import OPEN, PAUSED

DAY = 86_400
CLOSED, FILED, ROUTED, COMPLETED = "closed", "filed", "routed", "completed"
AWAITING, DISPUTED, HOLDING = "awaiting_resident", "disputed", "on_hold"
OPENED = frozenset(str(status) for status in OPEN)
STILL = frozenset(str(status) for status in PAUSED)
FOR_STAFF = frozenset({"remind", "hand_over"})  # verbs that leave a resident's page as it was
TO_BOTH = {
    "route": "routed", "schedule": "planned", "complete": "done", "uphold": "closed",
    "close_unanswered": "closed", "decline": "closed", "mark_duplicate": "closed",
    "transfer": "closed", "reopen": "reopened", "comment": "reply",
}  # fmt: skip
TO_REPORTER = {**TO_BOTH, "file": "receipt", "ask": "question", "hide": "hidden"}
TO_DEPARTMENT = {"route": "new", "dispute": "disputed", "reopen": "new"}
TO_DESK = {"hand_back": "handed_back", "dispute": "disputed"}
UNDOABLE = frozenset({
    "route", "release", "ask", "cancel_question", "uphold", "reopen", "decline", "mark_duplicate",
    "transfer", "recategorise", "move_pin", "prioritise", "clear_danger", "hide", "unhide",
    "dismiss_reports",
})  # fmt: skip
UNTIL_TOLD, UNTIL_READ = 35, 31  # seconds: half a minute to undo, and some to spare


class Over(Exception):
    """The next step would lie in the future."""


class Event:
    """One row of the log, with the rows that came with it. `id` is given when it is written."""


class Story:
    """A request: its columns as attributes, and `events`, oldest first."""

    def __init__(self, number, world, clock, end):
        self.id = number
        self.world, self._clock, self._end = world, clock, end
        self.events = []
        self.status = self.outcome = self.status_before_question = ""
        self.priority, self.channel, self.language = "normal", "web", "en"
        self.is_private = self.is_hidden = False
        self.held_for = self.danger = self.priority_before_danger = ""
        self.department = self.assignee = self.scheduled_for = self.hold = None
        self.decline = self.agency = self.duplicate_of = self.completed_by = None
        self.dispute_used = self.disputed_by_reporter = False
        self.times_routed = self.version = self.staff_version = 0
        self.due_at = self.counted_days = self.completed_at = self.closed_at = None
        self.public_from = None
        self.contact = self.device = self.proposal = None
        self.answers, self.duplicates, self.followers, self.reports = [], [], [], []
        self.history, self._reminded = [], (None, 0)
        self.is_written, self.older = False, ""

    # The workflow's own steps

    def step(self, verb, at, change=None, *, actor=None, device=None, words="", is_public=True,
             code="", **more):  # fmt: skip
        """Take it: `change()` sets the columns in between, as a verb of the workflow does."""
        if at > self._end:
            raise Over
        if self.events:
            self._remind_until(at)
            at = max(at, self.events[-1].at)
        before = self.status
        clock, urgency, kind = self.clock_started, self.priority, self.kind
        if change:
            change(at)
        changed = (clock, urgency, kind) != (self.clock_started, self.priority, self.kind)
        ended = before in STILL and self.status not in STILL
        if self.status in OPENED and (not self.events or changed or ended):
            self.counted_days = self.target
            self.due_at = self._due(at, self.counted_days)
        return self._append(verb, at, before, actor, device, words, is_public, code, more)

    def _append(self, verb, at, before, actor, device, words, is_public, code, more):
        if verb in FOR_STAFF or (verb == "comment" and not is_public):
            self.staff_version += 1
        else:
            self.version += 1
            self.changed_at = at
        event = Event()
        event.id, event.number, event.verb, event.at = None, self.id, verb, at
        event.before, event.after = before, self.status
        event.actor, event.device = actor, device
        event.on_behalf = more.get("on_behalf", False)
        event.department, event.assignee, event.due = self.department, self.assignee, self.due_at
        event.code, event.day, event.other = code, more.get("day"), more.get("other")
        event.rule, event.caused_by = more.get("rule", ""), more.get("caused_by")
        event.words, event.is_public = words, is_public
        event.hidden_words = False
        event.public_from = more.get("public_from")
        event.photos, event.completion = more.get("photos", ()), more.get("completion")
        event.rating, event.follower = more.get("rating"), more.get("follower")
        event.report, event.comment_id = None, None
        event.about_comment, event.about_photo = more.get("about_comment"), more.get("about_photo")
        event.mails = list(self._mails(event))
        self.events.append(event)
        self.history.append((at, self.status))
        return event

    @property
    def target(self):
        is_urgent = self.priority == "urgent"
        return (is_urgent and self.kind.urgent_target) or self.kind.target

    def _due(self, at, days):
        """As `workflow.act.due_at`; without a pause it depends on nothing but the day."""
        paused = any(status in STILL for _at, status in self.history)
        if not paused:
            return deadline(self._clock, days, _local_day(self._clock, self.clock_started))
        history = [(_aware(t), status) for t, status in [*self.history, (at, self.status)]]
        started = _aware(self.clock_started)
        spans = due.pauses(history, started, STILL)
        return int(due.deadline(days, started, spans, self._clock).timestamp())

    # What the city's own clock does

    def _remind_until(self, at):
        """The reminders that nobody's step came before; one a night, each once for one date."""
        while True:
            if self.status not in OPENED or self.status in STILL or self.due_at is None:
                return
            told, taken = self._reminded
            if told != self.due_at:
                taken = 0
            night = self._next_reminder(taken)
            if night is None or night[0] > min(at, self._end):
                return
            moment, step = night
            self._reminded = (self.due_at, step)
            code = ("soon", "late", "twice_late")[step - 1]
            self._append("remind", moment, self.status, None, None, "", True, code, {})

    def _next_reminder(self, taken):
        last = self.events[-1].at
        target = self.target
        soon = self._due(last, max(0, target - 2))
        half = self.clock_started + (self.due_at - self.clock_started) / 2
        moments = (max(soon, half), self.due_at + 1, self._due(last, 2 * target) + 1)
        for step in range(taken + 1, 4):
            night = _night_after(max(moments[step - 1], last))
            if step == 3 or night < moments[step]:
                return night, step
        return None

    def tell_the_rest(self):
        """The reminders up to the end of the fill."""
        self._remind_until(self._end)

    # Who was told

    def _mails(self, event):
        """(kind, address, language, the Story that a link leads to, or None)."""
        verb = event.verb
        kind = TO_REPORTER.get(verb)
        is_reply = verb != "comment" or (event.actor is not None and event.is_public)
        if kind and is_reply:
            for each in [self, *(self.duplicates if verb in TO_BOTH and self.is_public else [])]:
                if each.contact and each.contact[1]:
                    yield kind, each.contact[1].lower(), each.language, each
        yield from self._staff_mails(event)

    def _staff_mails(self, event):
        world, verb = self.world, event.verb
        holder = world.departments[self.department][1] if self.department else world.desk_email
        if verb == "remind":
            people = {
                "late": world.supervisors.get(self.department),
                "twice_late": world.desk_leads,
            }
            above = world.desk_email if event.code == "twice_late" else holder
            for address in people.get(event.code) or [above]:
                yield event.code, address, "en", None
            return
        kind = (TO_DEPARTMENT if self.department else TO_DESK).get(verb)
        if kind and holder:
            yield kind, holder, "en", None

    def told_too(self, event, original):
        """Its reporter hears the later news of `original`, whose events exist already."""
        if not (self.contact and self.contact[1] and original.is_public):
            return
        for later in original.events:
            reply = later.verb != "comment" or (later.actor is not None and later.is_public)
            if later.at >= event.at and later.verb in TO_BOTH and reply and later.id is None:
                mail = (TO_BOTH[later.verb], self.contact[1].lower(), self.language, self)
                if mail[1] not in {known[1] for known in later.mails}:
                    later.mails.append(mail)

    @property
    def is_public(self):
        return not self.is_private and not self.is_hidden


def told_at(event, agents):
    """When its mails went out: what an agent did can be undone for half a minute."""
    cause = event.caused_by or event
    can_be_undone = cause.verb in UNDOABLE or cause.public_from is not None
    return cause.at + UNTIL_TOLD if cause.actor in agents and can_be_undone else event.at


def _aware(seconds):
    return datetime.fromtimestamp(seconds, UTC)


@lru_cache(maxsize=20_000)
def _midnights(calendar, day_utc):
    """The city's date at the first second of a day of UTC, and the second at which it changes."""
    start = _aware(day_utc * DAY).astimezone(calendar.tz)
    tomorrow = (start + timedelta(days=1)).replace(hour=0, minute=0, second=0)
    return start.date(), int(tomorrow.timestamp())


def _local_day(calendar, seconds):
    first, changes = _midnights(calendar, seconds // DAY)
    return first if seconds < changes else first + timedelta(days=1)


@lru_cache(maxsize=200_000)
def deadline(calendar, days, day):
    """The close of business `days` working days after the local date `day`, in seconds."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=calendar.tz)
    return int(due.deadline(days, noon, (), calendar).timestamp())


def _night_after(seconds):
    """13:00 UTC, when a city of the Pacific coast wakes up, and its reminders are sent."""
    day = int(seconds) // DAY * DAY + 13 * 3600
    return day if day > seconds else day + DAY
