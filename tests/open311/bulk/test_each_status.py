"""Tests for every column of a request in each status, reached at known times."""

from datetime import date, datetime, timedelta

import pytest

from city.models import DeclineReason, HoldReason, ResolutionCode
from lib import clock
from open311.bulk.requests import RequestFilter
from requests_app import workflow
from requests_app.models import ServiceRequest
from requests_app.permissions import SYSTEM
from tests import make
from tests.open311.bulk import read

pytestmark = pytest.mark.django_db

MOMENTS = [
    "requested_datetime", "updated_datetime", "closed_date", "finished_datetime",
    "first_routed_datetime", "first_started_datetime",
]  # fmt: skip
STATES = ["status", "status_description", "status_label", "resolution_code", "agency_responsible"]
COUNTS = ["reopened_count", "disputed_count"]


class Walk:
    """A request filed at 9 am on Monday, March 2, 2026.

    Each later step takes place one hour after the previous one.
    """

    def __init__(self):
        self.hour = 9
        with clock.freeze_time(self.moment):
            self.row = make.filed()

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(f"2026-03-02T{self.hour:02}:00:00-08:00")

    def __getattr__(self, verb):
        return lambda by, **given: self.act(workflow.VERB_FUNCTIONS[verb], by, **given)

    def act(self, verb, by, **given) -> "Walk":
        self.hour += 1
        with clock.freeze_time(self.moment):
            make.act(verb, self.row, by, **given)
        return self

    def finish(self, code="repaired") -> "Walk":
        self.hour += 1
        with clock.freeze_time(self.moment):
            make.complete(self.row, resolution=make.reason(ResolutionCode, code))
        return self


def route(walk, to=None) -> Walk:
    return walk.route(make.omar(), to=to or make.streets())


def finish(walk) -> Walk:
    return route(walk).start(make.wes()).finish(_code(0))


def dispute(walk) -> Walk:
    return walk.dispute(make.ana(), words="It is still there.")


def _code(number) -> str:
    return ResolutionCode.objects.active().order_by("pk")[number].code


def line_of(walk) -> dict:
    return read.export_csv_rows()[walk.row.reference]


def hours(line) -> list:
    """Return the hour on March 2 of each column in MOMENTS; None for an empty cell."""
    found = [line[name] and datetime.fromisoformat(line[name]) for name in MOMENTS]
    assert all(not each or each.date() == date(2026, 3, 2) for each in found)
    return [each.hour if each else None for each in found]


def cells(line, names) -> list[str]:
    return [line[name] for name in names]


def hold(walk):
    return route(walk).hold(make.wes(), reason=make.reason(HoldReason))


def ask(walk):
    return route(walk).ask(make.wes(), question="Which side?")


def schedule(walk):
    return route(walk).schedule(make.wes(), day=date(2026, 3, 5))


def decline(walk):
    listed = make.reason(DeclineReason)
    return walk.decline(make.omar(), reason=listed, words=listed.words)


def uphold(walk):
    return dispute(finish(walk)).uphold(make.sue(), words="It is level.")


STREETS = "Street Services"
STATUSES = {
    "filed": (lambda walk: walk, [9, 9, None, None, None, None],
        ["open", "received", "", "311 team"]),
    "routed": (route, [9, 10, None, None, 10, None], ["open", "with", "", STREETS]),
    "planned": (schedule, [9, 11, None, None, 10, None], ["open", "planned", "", STREETS]),
    "underway": (lambda walk: route(walk).start(make.wes()), [9, 11, None, None, 10, 11],
        ["open", "underway", "", STREETS]),
    "asked": (ask, [9, 11, None, None, 10, None], ["open", "waiting", "", STREETS]),
    "on hold": (hold, [9, 11, None, None, 10, None], ["open", "waiting", "", STREETS]),
    "finished": (finish, [9, 12, None, 12, 10, 11], ["closed", "check", "CODE", STREETS]),
    "disputed": (lambda walk: dispute(finish(walk)), [9, 13, None, 12, 10, 11],
        ["open", "disputed", "", STREETS]),
    "confirmed": (lambda walk: finish(walk).confirm(make.ana()), [9, 13, 13, 12, 10, 11],
        ["closed", "confirmed", "CODE", STREETS]),
    "upheld": (uphold, [9, 14, 14, 12, 10, 11], ["closed", "upheld", "CODE", STREETS]),
    "declined": (lambda walk: decline(route(walk)), [9, 11, 11, None, 10, None],
        ["closed", "declined", "", STREETS]),
    "canceled": (lambda walk: walk.withdraw(make.ana()), [9, 10, 10, None, None, None],
        ["closed", "withdrawn", "", "311 team"]),
    "referred": (lambda walk: walk.transfer(make.omar(), agency=make.agency()),
        [9, 10, 10, None, None, None], ["closed", "passed", "", "AGENCY"]),
}  # fmt: skip


@pytest.mark.parametrize("name", STATUSES)
def test_a_request_of_each_status_has_its_moments_and_its_state(name):
    steps, expected, state = STATUSES[name]
    line = line_of(steps(Walk()))
    known = {"CODE": _code(0), "AGENCY": make.agency().name}
    columns = ["status", "status_description", "resolution_code", "agency_responsible"]
    assert hours(line) == expected
    assert cells(line, columns) == [known.get(cell, cell) for cell in state]


def test_the_words_of_a_state_name_who_why_and_when():
    found = {
        "planned": line_of(schedule(Walk()))["status_label"],
        "hold": line_of(hold(Walk()))["status_label"],
        "with": line_of(route(Walk()))["status_label"],
        "passed": line_of(Walk().transfer(make.omar(), agency=make.agency()))["status_label"],
    }
    assert "2026-03-05" in found["planned"]
    assert make.reason(HoldReason).name in found["hold"]
    assert STREETS in found["with"]
    assert make.agency().name in found["passed"]


def test_disputes_and_reopenings_are_counted_and_the_last_work_is_told():
    walk = dispute(dispute(finish(Walk())).finish(_code(1)))
    assert cells(line_of(walk), [*COUNTS, "resolution_code"]) == ["0", "2", ""]
    walk.finish(_code(1)).confirm(make.ana())
    assert cells(line_of(walk), [*COUNTS, "resolution_code"]) == ["0", "2", _code(1)]
    walk.reopen(make.sue(), words="Another corner.")
    assert cells(line_of(walk), [*COUNTS, "resolution_code"]) == ["1", "2", ""]


def test_the_first_routing_and_the_first_start_stay():
    walk = route(Walk()).start(make.wes())
    with clock.freeze_time(walk.moment + timedelta(hours=1)):
        make.moved_on(walk.row, make.water())
        make.moved_on(walk.row, make.streets())
    walk.hour += 2
    walk.start(make.wes())
    assert hours(line_of(walk))[4:] == [10, 11]


def test_what_was_undone_was_never_routed():
    walk = route(Walk())
    with clock.freeze_time(walk.moment):
        workflow.undo(walk.row, event=walk.row.events.last(), by=make.omar())
    assert hours(line_of(walk))[4] is None
    assert hours(line_of(route(walk)))[4] == 11


def test_a_note_of_staff_is_no_update_that_everyone_can_see():
    walk = route(Walk())
    before = line_of(walk)["updated_datetime"]
    walk.comment(make.omar(), words="I call them.", is_public=False)
    assert line_of(walk)["updated_datetime"] == before
    walk.comment(make.ana(), words="It grows.")
    assert hours(line_of(walk))[1] == 12


def test_a_promised_date_is_told_unless_the_clock_stands_still():
    made = {name: steps(Walk()) for name, (steps, *_rest) in STATUSES.items()}
    found = {name: line_of(walk)["expected_datetime"] for name, walk in made.items()}
    assert {name for name, said in found.items() if not said} == {"asked", "on hold"}
    for name, said in found.items():
        due = ServiceRequest.objects.get(pk=made[name].row.pk).due_at
        assert not said or datetime.fromisoformat(said) == due


def test_a_duplicate_names_its_original_while_that_is_public():
    original, walk = make.filed(by=make.bob()), Walk()
    walk.mark_duplicate(make.omar(), original=original)
    assert line_of(walk)["duplicate_of"] == original.reference
    make.act(workflow.hide, original, make.omar(), words="A face.")
    assert line_of(walk)["duplicate_of"] == ""
    ServiceRequest.objects.filter(pk=original.pk).update(is_hidden=False, is_private=True)
    assert line_of(walk)["duplicate_of"] == ""


def test_who_said_nothing_leaves_it_unanswered():
    walk = finish(Walk())
    with clock.freeze_time(walk.moment + timedelta(days=15)):
        workflow.close_unanswered(walk.row, by=SYSTEM)
    line = line_of(walk)
    assert cells(line, ["status", "status_description", "agency_responsible"]) == [
        "closed", "unanswered", STREETS,
    ]  # fmt: skip


def test_work_of_another_department_is_that_of_who_finished_it():
    """The department may have changed since then."""
    walk = finish(Walk()).confirm(make.ana())
    ServiceRequest.objects.filter(pk=walk.row.pk).update(department=make.water())
    assert line_of(walk)["agency_responsible"] == STREETS


def test_what_it_is_where_it_is_and_how_it_came():
    row = make.filed(by=make.omar(), channel="phone")
    line = read.export_csv_rows()[row.reference]
    names = ["service_name", "service_code", "service_group", "source", "area", "area_id"]
    assert cells(line, names) == [
        "Pothole", "pothole", row.category.group.name, "Phone", row.zone.name, row.zone.slug,
    ]  # fmt: skip
    assert cells(line, ["lat", "long"]) == ["34.011800", "-118.491700"]


def test_days_are_the_citys_and_both_are_included():
    found = {}
    for text in ("03-07T23:59:59-08:00", "03-08T00:00:00-08:00", "03-09T23:59:59-07:00",
                 "03-10T00:00:00-07:00"):  # fmt: skip
        with clock.freeze_time(datetime.fromisoformat(f"2026-{text}")):
            found[text[:5]] = make.filed().reference
    asked = RequestFilter(date(2026, 3, 8), date(2026, 3, 9))
    assert list(read.export_csv_rows(asked)) == [found["03-08"], found["03-09"]]
    assert list(read.export_features(asked)) == [found["03-08"], found["03-09"]]
    of_the_short_day = RequestFilter(date(2026, 3, 8), date(2026, 3, 8))
    with clock.freeze_time(datetime.fromisoformat("2026-03-09T00:30:00-07:00")):
        found["early"] = make.filed().reference
    assert list(read.export_csv_rows(of_the_short_day)) == [found["03-08"]]
    ServiceRequest.objects.filter(reference=found["early"]).update(is_hidden=True)
    assert list(read.export_csv_rows(RequestFilter(first=date(2026, 3, 9)))) == [
        found["03-09"], found["03-10"],
    ]  # fmt: skip
    assert list(read.export_csv_rows(RequestFilter(last=date(2026, 3, 7)))) == [found["03-07"]]


def test_the_oldest_come_first_and_of_one_moment_the_first_number():
    rows = [make.filed(by=make.device(name)) for name in "abc"]
    same = clock.now() - timedelta(days=1)
    ServiceRequest.objects.filter(pk__in=[rows[1].pk, rows[2].pk]).update(filed_at=same)
    expected = [rows[1].reference, rows[2].reference, rows[0].reference]
    assert list(read.export_csv_rows()) == list(read.export_features()) == expected
