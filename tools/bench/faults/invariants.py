"""I1–I6: the invariants that must hold after every experiment.

The functions take plain values, so that tests can show with small examples that each of them can
fail (`tests/tools/faults/`). `tools.bench.faults.evidence` reads the values from the running stack.
I5 is the application's command check_photos, and experiment F13 shows that it can fail.
"""

from collections import Counter, defaultdict
from itertools import pairwise
from typing import NamedTuple

from tools.bench.faults.checks import Check, none_of


class Row(NamedTuple):
    """A request in the database; `key` is the id of its draft as text."""

    id: int
    reference: str
    status: str
    key: str
    email: str


class Step(NamedTuple):
    """An event of the log; `at` is in seconds."""

    request: int
    verb: str
    before: str
    after: str
    at: float


class Mail(NamedTuple):
    """A row of the table of deliveries."""

    event: int
    recipient: str
    state: str
    is_due: bool


def nothing_acknowledged_is_lost(reports, rows) -> Check:
    """Check that every acknowledged report exists exactly once, under its reference (I1)."""
    found = defaultdict(list)
    for row in rows:
        found[row.key].append(row.reference)
    told = [report for report in reports if report.references]
    wrong = [
        f"{sorted(report.references)} is {found[report.key]}"
        for report in told
        if found[report.key] != sorted(report.references)[:1]
    ]
    return none_of("I1 acknowledged and not in the database once", wrong, len(told))


def one_request_for_each_key(reports, rows) -> Check:
    """Check that a key, however often it was sent, led to one request and one reference (I2).

    An email address may occur only once, too: a second request from the same report under another
    key would have the same address.
    """
    several = [f"{r.key}: {sorted(r.references)}" for r in reports if len(r.references) > 1]
    keys = Counter(row.key for row in rows if row.key)
    emails = Counter(row.email for row in rows if row.email)
    ours = {report.email for report in reports}
    several += [f"{key} ×{n}" for key, n in keys.items() if n > 1]
    several += [f"{email} ×{n}" for email, n in emails.items() if n > 1 and email in ours]
    return none_of("I2 keys with more than one request", several, len(reports))


def every_event_was_delivered(pending, owed, mails, received, allowed_twice=0) -> list[Check]:
    """Check that no event is pending, and each message was created and received once (I3).

    `owed` are (event, recipient) pairs. `received` maps (recipient, Message-ID) to the number of
    times that the mail server accepted it.
    """
    known = {(mail.event, mail.recipient) for mail in mails}
    sent = Counter(mail.recipient for mail in mails if mail.state == "sent")
    arrived = Counter(recipient for recipient, _id in received)
    lost = [r for r, number in sent.items() if arrived[r] < number]
    late = [mail.recipient for mail in mails if mail.state == "due" and mail.is_due]
    twice = sum(number - 1 for number in received.values())
    return [
        none_of("I3 debts of the outbox", pending),
        none_of("I3 messages never written down", sorted(set(owed) - known), len(owed)),
        none_of("I3 mails marked sent that never came", lost, sum(sent.values())),
        none_of("I3 mails due and not sent", late),
        Check(f"I3 mails that came twice (allowed {allowed_twice})", str(twice),
              twice <= allowed_twice),
    ]  # fmt: skip


def read_transitions() -> dict[str, tuple[set[str], str | None]]:
    """Return the table of verbs for `the_log_is_legal`; Django must be set up."""
    from requests_app.workflow.verbs import VERBS

    return {
        str(verb): ({str(one) for one in each.sources}, each.target and str(each.target))
        for verb, each in VERBS.items()
    }


def the_log_is_legal(rows, steps, table) -> Check:
    """Check that VERBS allows each event, and that it continues the previous one in time (I4).

    `table` maps a verb to (statuses it may start from, status it leads to or None).
    """
    by_request = defaultdict(list)
    for step in steps:
        by_request[step.request].append(step)
    wrong = []
    for row in rows:
        problem = _problem_of(row, by_request[row.id], table)
        if problem:
            wrong.append(f"{row.reference}: {problem}")
    return none_of("I4 requests with an illegal or broken log", wrong, len(rows))


def _problem_of(row, story, table) -> str | None:
    if not story:
        return "no event at all"
    if story[0].verb not in {"file", "import_closed"}:
        return f"begins with {story[0].verb}"
    if story[-1].after != row.status:
        return f"is {row.status}, and its log ends with {story[-1].after}"
    for last, step in pairwise(story):
        sources, target = table[step.verb]
        if step.before != last.after or step.at < last.at:
            return f"{step.verb} does not follow on {last.verb}"
        if step.before not in sources or target not in {None, step.after}:
            return f"{step.verb} from {step.before} to {step.after}"
    return None


def nobody_is_in_the_logs(files, traces) -> Check:
    """Check that no log contains personal data (I6); `files` maps a log's name to its lines."""
    wrong = [f"{name}: {trace}" for name, lines in files.items() for trace in _found(lines, traces)]
    return none_of("I6 persons found in logs", sorted(set(wrong)), f"{len(files)} files")


def _found(lines, traces) -> set:
    return {trace for line in lines for trace in traces if trace in line}
