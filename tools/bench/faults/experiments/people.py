"""F19, F23, F24, F28: concurrent actions of people, and external services that hang."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tools.bench.faults import people
from tools.bench.faults.browser import Forms
from tools.bench.faults.checks import at_least, at_most, is_so, none_of
from tools.bench.faults.experiment import experiment
from tools.bench.faults.ledger import Ledger, counts, p95
from tools.bench.trackers import Trackers

HEAD_START = 0.15  # seconds by which one of the two may start earlier


@experiment(
    "F19",
    "the geocoder takes the line and says nothing",
    "the place step answers within 2 s; a typed place we know and the pin work",
    seconds=15,
    listed="once",
)
def the_geocoder_hangs(scene) -> list:
    ledger = Ledger()
    resident = people.Resident(scene.ground.address, ledger, 19)
    resident.has_token()
    until, since = time.time() + scene.seconds, time.time()
    while time.time() < until:
        report = resident.new_report()
        at = f"/report/{report.key}"
        resident.browser.post(f"{at}/what/", "form", {"category": people.CATEGORY})
        resident.browser.post(f"{at}/where/", "unknown place", {"text": f"{report.key} Nowhere"})
        resident.browser.post(f"{at}/where/", "known place", {"text": "City Hall"})
        given = people.make_form_fields(report)
        pin = {name: given[name] for name in ("latitude", "longitude")}
        resident.browser.post(f"{at}/where/", "pin", pin)
    asked = scene.lines["geocoder"].passed
    unknown, known, pinned = (ledger.between(since, kind=k) for k in
                           ("unknown place", "known place", "pin"))  # fmt: skip
    return [
        at_least("lines that the geocoder took", asked, 1),
        at_most("p95 of a place nobody knows", p95(unknown), 2),
        is_so("answers to it", counts(unknown), all(a.status in {200, 302, 422} for a in unknown)),
        is_so("a known place", counts(known), all(a.status in {302, 422} for a in known)),
        is_so("the pin", counts(pinned), all(a.status == 302 for a in pinned)),
        scene.no_errors("errors for others"),
    ]


@experiment(
    "F23",
    "two agents route one request at the same moment, from the same page, again and again",
    "one wins; the other reads 409 and what happened; no update lost; the log in one line",
    seconds=40,
    listed="1,000 each",
    rate=5,
)
def two_agents_route_at_once(scene):
    pair = [people.Staff(scene.ground.address, Ledger(), name) for name in ("omar", "nora")]
    rounds, until = [], time.time() + scene.seconds
    places = ("street-services", "water-resources", "public-landscape")
    with ThreadPoolExecutor(2) as both:
        for reference in _new_ones(scene, 400):
            if time.time() > until:
                break
            barrier = threading.Barrier(2)
            forms = [one._form(f"/desk/{reference}/", "/routing/", "desk") for one in pair]
            if None in forms:
                continue
            answers = [
                both.submit(_route, one, form, places[n], barrier)
                for n, (one, form) in enumerate(zip(pair, forms, strict=True))
            ]
            rounds.append((reference, tuple(sorted(a.result() for a in answers))))
    outcomes = Counter(outcome for _reference, outcome in rounds)
    routed = Counter(
        row[0]
        for row in scene.ground.ask(
            "SELECT r.reference FROM requests_app_event e JOIN requests_app_servicerequest r"
            " ON r.id = e.service_request_id WHERE e.verb = 'route'"
        )
    )
    return [
        at_least("rounds", len(rounds), 20),
        is_so("answers", dict(outcomes), set(outcomes) <= {(302, 409)}),
        none_of("requests routed twice", [ref for ref, _o in rounds if routed[ref] != 1]),
    ]


def _route(agent, form, department, barrier):
    action, given, _choices = form
    barrier.wait(10)
    return agent.browser.post(action, "route", given | {"department": department}).status_code


@experiment(
    "F24",
    "an agent declines (closes) at the moment in which the resident withdraws, or disputes it",
    "the end is legal, both are in the log, the mails are in order",
    seconds=40,
    listed="1,000 interleavings",
    rate=5,
)
def closed_and_reopened_at_once(scene):
    agent = people.Staff(scene.ground.address, Ledger(), "nora")
    dice, rounds, until = random.Random(24), [], time.time() + scene.seconds
    with ThreadPoolExecutor(2) as both:
        for report in _fresh_reports(scene, 300):
            if time.time() > until:
                break
            reference = next(iter(report.references))
            form = agent._form(f"/desk/{reference}/", "/declination/", "desk")
            page = report.by.browser.get(f"/requests/{reference}/withdrawal/", "own page")
            if form is None or not page.status_code:
                continue
            barrier = threading.Barrier(2)
            ahead = dice.uniform(-HEAD_START, HEAD_START)
            closing = both.submit(_decline, agent, form, barrier, max(0, ahead))
            other = both.submit(
                _answer_back, report.by, reference, page.text, barrier, max(0, -ahead)
            )
            rounds.append((reference, closing.result(), other.result()))
    found = dict(
        scene.ground.ask(
            "SELECT r.reference, r.status || ':' || string_agg(e.verb, ' ' ORDER BY e.id)"
            " FROM requests_app_servicerequest r JOIN requests_app_event e"
            " ON r.id = e.service_request_id GROUP BY r.id"
        )
    )
    wrong = [f"{ref} {found[ref]} {a} {b}" for ref, a, b in rounds if not _fits(found[ref], a, b)]
    kinds = Counter(found[reference] for reference, _a, _b in rounds)
    return [
        at_least("interleavings", len(rounds), 20),
        is_so("how they ended", dict(kinds), len(kinds) >= 2),
        none_of("whose log does not say what both were told", wrong),
        at_most("until their mails are sent", scene.ground.catch_up(90), 90),
        none_of("mails that went before an earlier one", _out_of_order(scene, rounds)),
    ]


def _out_of_order(scene, rounds):
    """Return the mails of these requests that were sent after a mail about a later event."""
    references = ", ".join(f"'{reference}'" for reference, _a, _b in rounds)
    return scene.ground.ask(
        "SELECT kind, reference FROM (SELECT d.kind, r.reference, d.event_id,"
        " lag(d.event_id) OVER (PARTITION BY r.id, d.recipient ORDER BY d.sent_at, d.id) AS before"
        " FROM notifications_delivery d JOIN requests_app_event e ON e.id = d.event_id"
        " JOIN requests_app_servicerequest r ON r.id = e.service_request_id"
        f" WHERE d.state = 'sent' AND r.reference IN ({references})) AS sent"
        " WHERE before > event_id"
    )


def _decline(agent, form, barrier, pause):
    action, given, choices = form
    reason = next(value for value in choices.get("reason", []) if value)
    barrier.wait(10)
    time.sleep(pause)
    return agent.browser.post(action, "decline", given | {"reason": reason}).status_code


def _answer_back(resident, reference, page, barrier, pause) -> int:
    """Withdraw with the form of a page; if the request was closed meanwhile, dispute that.

    Return the status code, plus 1000 for a dispute.
    """
    given = read_seen_event(page)
    barrier.wait(10)
    time.sleep(pause)
    answer = resident.browser.post(f"/requests/{reference}/withdrawal/", "withdraw", given)
    if answer.status_code != 409:
        return answer.status_code
    dispute = resident.browser.get(f"/requests/{reference}/dispute/", "own page")
    if dispute.status_code != 200:
        return 409
    given = read_seen_event(dispute.text) | {
        "what": "nothing",
        "words": "It is still there",
        "as_it_is": "1",
    }
    answer = resident.browser.post(f"/requests/{reference}/dispute/", "dispute", given)
    return answer.status_code and 1000 + answer.status_code


def read_seen_event(page) -> dict[str, Any]:
    """Return the hidden field of a page's form that names the last event seen; {} without one."""
    forms = Forms(page).given.values()
    return next(({"seen": one["seen"]} for one in forms if "seen" in one), {})


def _fits(story, agent, resident):
    """Return True if the log contains exactly the actions that were accepted."""
    status, verbs = story.split(":", 1)
    verbs = verbs.split()
    declined, withdrawn = agent == 302, resident == 302
    disputed = resident == 1302
    return (
        ("decline" in verbs) == declined
        and ("withdraw" in verbs) == withdrawn
        and ("dispute" in verbs) == disputed
        and status == ("disputed" if disputed else "closed" if declined or withdrawn else status)
    )


def _fresh_reports(scene, number) -> Iterator:
    """Yield `number` new reports from a ledger that the agent of the load does not read."""
    ledger = Ledger()
    try:
        for n in range(number):
            resident = people.Resident(scene.ground.address, ledger, n)
            report = resident.new_report()
            if resident.deliver(report):
                yield report
    finally:
        scene.ground.add_reports(ledger)


def _new_ones(scene, number) -> Iterator:
    for report in _fresh_reports(scene, number):
        yield next(iter(report.references))


@experiment(
    "F28",
    "nginx away while 5,000 pages watch, one in five with a key of its own; then all are back",
    "p95 ≤ 1 s within 60 s; no more asked than 1.2 times the usual",
    seconds=60,
    listed="5,000 after 60 s",
    rate=5,
)
def everybody_comes_back_at_once(scene):
    """Each page waits between two polls as the script does, with its random variation."""
    references = [next(iter(r.references)) for r in scene.ledger.acknowledged()][-50:]
    if not references:
        return [is_so("something to watch", "nothing", ok=False)]
    port, calm = scene.ground.nginx[1], 30
    with Trackers(port, references, quick=0, slow=5000) as trackers:
        begun = time.monotonic()
        scene.wait(calm + scene.seconds / 4)
        stopped = time.monotonic() - begun
        scene.services["nginx"].stop()
        scene.wait(scene.seconds)
        back = time.monotonic() - begun
        scene.services["nginx"].start()
        scene.wait(scene.seconds)
        polls = trackers.stop().polls
    usual = sum(calm <= poll.begun < stopped for poll in polls) / (stopped - calm)
    again = sum(poll.begun >= back for poll in polls) / scene.seconds / max(usual, 0.1)
    late = [poll for poll in polls if poll.begun >= back + scene.seconds / 2]
    return [
        is_so("polls a second before", f"{usual:.0f}", usual > 10),
        at_most("asked after it, by the usual", again, 1.2, "×"),
        at_most("p95 of a poll once they are back", p95(late), 1),
        is_so("answers", counts(late), all(a.status in {200, 204} for a in late)),
    ]
