"""Tests for the lists of a supervisor: late, disputed, unassigned and recently closed jobs."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Membership, Role
from lib import clock
from requests_app import workflow
from requests_app.models import Photo, ServiceRequest
from requests_app.photos import uploading
from requests_app.status import Outcome, Status, Verb
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def sue(client):
    client.force_login(make.sue())
    return make.sue()


def list_references(client, **query):
    response = client.get(reverse("overview_jobs"), query)
    return [line.row for line in response.context["lines"]]


def build_pick(row):
    """Return the value of the checkbox of a job."""
    return f"{row.reference}:{make.last_event_id(row)}"


def assign(client, rows, to, **more):
    form = {"pick": [build_pick(row) for row in rows], "to": getattr(to, "pk", to)} | more
    return client.post(reverse("overview_assignment") + "?list=unassigned", form)


def answer(client, noun, row, **form):
    form.setdefault("seen", make.last_event_id(row))
    return client.post(reverse(f"overview_{noun}", args=[row.reference]) + "?list=disputed", form)


def test_each_list_holds_what_its_name_says(client, sue):
    with clock.freeze_time(clock.now() - timedelta(days=60)):
        late = make.service_request(Status.IN_PROGRESS)
    disputed = make.service_request(Status.DISPUTED)
    make.act(workflow.assign, disputed, make.sue(), to=make.wes())
    free = make.service_request(Status.ROUTED)
    closed = make.service_request(Status.CLOSED, Outcome.UPHELD)
    make.route(make.filed(), make.water())
    assert list_references(client) == [late]
    assert list_references(client, list="disputed") == [disputed]
    assert list_references(client, list="unassigned") == [free]
    assert list_references(client, list="closed") == [closed]
    assert set(list_references(client, list="open")) == {late, disputed, free}
    assert set(list_references(client, list="open", person="wes")) == {late, disputed}
    assert list_references(client, list="open", person="nobody") == [free]
    assert list_references(client, list="open", status="routed") == [free]


def test_three_jobs_are_given_to_one_person_at_once(client, sue):
    rows = [make.service_request(Status.ROUTED) for _n in range(3)]
    response = assign(client, rows, make.wes())
    assert response.url == reverse("overview_jobs") + "?list=unassigned"
    page = client.get(response.url).content.decode()
    assert "3 jobs assigned to Wes." in page
    assert f"?list=open&amp;person={make.wes().username}" in page
    held = ServiceRequest.objects.filter(assignee=make.wes())
    assert set(held) == set(rows)
    assert [row.events.last().verb for row in rows] == [Verb.ASSIGN] * 3


def test_one_job_is_given_again_in_its_own_line(client, sue):
    row, other = make.service_request(Status.ROUTED), make.service_request(Status.ROUTED)
    form = {
        "only": build_pick(row),
        f"to-{row.reference}": make.wes().pk,
        "pick": [build_pick(other)],
    }
    client.post(reverse("overview_assignment"), form)
    form = {"only": build_pick(row), f"to-{row.reference}": "nobody"}
    response = client.post(reverse("overview_assignment"), form, follow=True)
    assert "1 job is now unassigned." in response.content.decode()
    assert [event.assignee for event in row.events.all()][-2:] == [make.wes(), None]
    assert other.events.last().verb == Verb.ROUTE


def undo(client, events, **query):
    form = {"event": [getattr(event, "pk", event) for event in events]}
    return client.post(reverse("overview_assignment_undo", query=query), form)


def test_assigning_is_undone_for_half_a_minute(client, sue):
    rows = [make.service_request(Status.ROUTED) for _n in range(2)]
    make.act(workflow.assign, rows[1], sue, to=sue)
    page = client.get(assign(client, rows, make.wes()).url)
    events = page.context["undo"].events
    assert {event.service_request for event in events} == set(rows)
    assert "data-undo" in page.content.decode()
    answer = client.get(undo(client, events, list="open").url)
    assert "2 assignments undone." in answer.content.decode()
    assert answer.context["undo"] is None
    for row, person in zip(rows, [None, sue], strict=True):
        row.refresh_from_db()
        assert row.assignee == person


def test_undoing_is_refused_in_words_where_it_is_too_late_or_something_followed(client, sue):
    late, begun = make.service_request(Status.ROUTED), make.service_request(Status.ROUTED)
    assign(client, [late, begun], make.wes())
    events = [row.events.last() for row in (late, begun)]
    make.act(workflow.start, begun, make.wes())
    body = undo(client, events[1:]).content.decode()
    assert "1 assignment was not undone" in body
    assert "Something changed after that" in body
    with clock.freeze_time(clock.now() + timedelta(seconds=31)):
        refused = undo(client, events)
        assert client.get(reverse("overview_jobs")).context["undo"] is None
    assert refused.status_code == 409
    assert "too late to undo" in refused.content.decode()
    late.refresh_from_db()
    assert late.assignee == make.wes()


def test_nobody_undoes_what_somebody_else_assigned(client, sue):
    row = make.service_request(Status.ROUTED)
    event = make.act(workflow.assign, row, make.wes(), to=make.wes())
    for ids in ([event], [], ["x"], ["9" * 40]):
        assert undo(client, ids).status_code == 409
    row.refresh_from_db()
    assert row.assignee == make.wes()


def test_the_list_is_searched_by_number_and_words_and_each_list_says_how_many(client, sue):
    here = make.service_request(Status.ROUTED, description="By the blue kiosk.")
    make.service_request(Status.ROUTED, description="By the red kiosk.")
    closed = make.service_request(
        Status.CLOSED, Outcome.CONFIRMED, description="A blue kiosk again."
    )
    response = client.get(reverse("overview_jobs"), {"list": "open", "q": "blue kiosk"})
    assert [line.row for line in response.context["lines"]] == [here]
    counted = {name: n for _words, _url, n, name in response.context["lists"]}
    assert (counted["open"], counted["closed"]) == (1, 1)
    number = closed.reference[-6:].replace("-", "").lower()
    assert list_references(client, list="closed", q=number) == [closed]
    # the search is kept in the links to the other lists
    assert "q=blue" in response.content.decode()
    nothing = client.get(reverse("overview_jobs"), {"list": "open", "q": "\x00zzqq"})
    assert nothing.status_code == 200
    empty = client.get(reverse("overview_jobs"), {"list": "open", "q": "zzqq"}).content.decode()
    assert "No job in this list matches your search." in empty


def test_a_job_somebody_has_already_is_not_given_twice(client, sue):
    row = make.service_request(Status.IN_PROGRESS)
    before = make.last_event_id(row)
    assert assign(client, [row], make.wes()).status_code == 302
    assert make.last_event_id(row) == before


def test_what_happened_meanwhile_is_told_and_the_rest_is_given(client, sue):
    quiet, moved, gone = (make.service_request(Status.ROUTED) for _n in range(3))
    picks = [build_pick(row) for row in (quiet, moved, gone)]
    make.act(workflow.start, moved, make.wes())
    make.moved_on(gone, make.water())
    kim = make.user("kim", make.streets())
    response = client.post(reverse("overview_assignment"), {"pick": picks, "to": kim.pk})
    body = response.content.decode()
    assert response.status_code == 409
    assert "2 jobs were not assigned" in body
    assert "1 job assigned to Kim." in body
    assert "Wes started work." in body
    assert "It&#x27;s no longer in your department." in body
    quiet.refresh_from_db()
    assert quiet.assignee == kim
    assert response.context["picked"] == {moved.reference, gone.reference}
    assert response.context["chosen_person"] == kim.pk


def test_only_a_member_of_the_same_department_can_be_assigned_a_job(client, sue):
    row = make.service_request(Status.ROUTED)
    response = assign(client, [row], make.walt())
    assert response.status_code == 409
    assert "Only members of this department can take it." in response.content.decode()
    row.refresh_from_db()
    assert row.assignee is None


@pytest.mark.parametrize(
    ("picks", "to", "words"),
    [
        ([], "1", "Choose at least one job."),
        (["SM-7K3Q-X9F2:1"], "", "Choose who should do it."),
        (["SM-7K3Q-X9F2:1"], "9" * 30, "Choose who should do it."),
        (["SM-7K3Q-X9F2:1"], "1\x00", "Choose who should do it."),
        (["\x00:1"], "nobody", "The form didn&#x27;t load completely."),
        (["SM-7K3Q-X9F2:" + "9" * 40], "nobody", "The form didn&#x27;t load completely."),
        (["SM-7K3Q-X9F2"], "nobody", "The form didn&#x27;t load completely."),
        (
            [f"SM-7K3Q-{a}{b}F2:1" for a in "3467ACDEFGH" for b in "3467ACDEFGH"],
            "nobody",
            "Assign up to",
        ),
    ],
)
def test_a_form_that_says_nothing_is_answered_in_words(client, sue, picks, to, words):
    response = client.post(reverse("overview_assignment"), {"pick": picks, "to": to})
    assert response.status_code == 422
    assert words in response.content.decode()


def test_a_reference_that_is_nobodys_is_told_not_broken(client, sue):
    form = {"pick": ["SM-7K3Q-X9F2:999999999999999999"], "to": "nobody"}
    assert client.post(reverse("overview_assignment"), form).status_code == 409


def test_a_dispute_is_upheld_with_an_answer(client, sue):
    row = make.service_request(Status.DISPUTED)
    assert (
        "It is still there."
        in client.get(reverse("overview_jobs"), {"list": "disputed"}).content.decode()
    )
    assert answer(client, "verdict", row, words="We looked: it is level.").status_code == 302
    row.refresh_from_db()
    assert (row.outcome, row.events.last().words.body) == (
        Outcome.UPHELD,
        "We looked: it is level.",
    )


def test_an_answer_without_words_is_asked_for(client, sue):
    row = make.service_request(Status.DISPUTED)
    response = answer(client, "verdict", row, words="  ")
    assert response.status_code == 422
    assert "Write the answer." in response.content.decode()


def test_what_was_closed_is_opened_again_with_a_reason(client, sue):
    row = make.service_request(Status.CLOSED, Outcome.UPHELD)
    assert answer(client, "reopening", row, words="It sank again.").status_code == 302
    row.refresh_from_db()
    assert row.status == Status.ROUTED


def test_an_answer_to_a_dispute_that_moved_on_is_kept_and_told(client, sue):
    row = make.service_request(Status.DISPUTED)
    seen = make.last_event_id(row)
    make.act(workflow.confirm, row, make.ana())
    response = answer(client, "verdict", row, seen=seen, words="We looked at it on Monday.")
    body = response.content.decode()
    assert response.status_code == 409
    assert "We looked at it on Monday." in body
    assert "The person who reported it said it&#x27;s fixed." in body


def test_an_answer_to_a_dispute_that_moves_in_this_very_moment_is_kept_too(
    client, sue, monkeypatch
):
    row = make.service_request(Status.DISPUTED)
    uphold = workflow.uphold

    def moves_first(given, **arguments):
        make.route(row, make.water())
        return uphold(given, **arguments)

    monkeypatch.setitem(workflow.VERB_FUNCTIONS, Verb.UPHOLD, moves_first)
    response = answer(client, "verdict", row, words="We looked at it on Monday.")
    assert response.status_code == 409
    assert "We looked at it on Monday." in response.content.decode()


def test_another_departments_dispute_does_not_exist(client, sue):
    row = make.filed()
    make.route(row, make.water())
    assert answer(client, "verdict", row, words="Fine.").status_code == 404


def test_who_is_member_here_and_supervisor_there_acts_only_there(client):
    sue = make.sue()
    Membership.objects.create(user=sue, department=make.water(), role=Role.MEMBER)
    client.force_login(sue)
    row = make.filed()
    make.route(row, make.water())
    assert assign(client, [row], sue).status_code == 409
    row.refresh_from_db()
    assert row.assignee is None


def test_a_session_that_ended_keeps_what_was_typed(client):
    row = make.service_request(Status.DISPUTED)
    response = answer(client, "verdict", row, words="We looked at it.")
    assert response.status_code == 403
    assert "We looked at it." in response.content.decode()


def test_a_long_list_has_pages(client, sue, monkeypatch):
    monkeypatch.setattr("staff_portal.overview.job_lists.JOBS_PER_PAGE", 2)
    rows = [make.service_request(Status.ROUTED) for _n in range(3)]
    assert list_references(client, list="open") == rows[:2]
    assert list_references(client, list="open", page="2") == rows[2:]
    assert list_references(client, list="open", page="9") == rows[2:]


def make_ready_photo(kind, color, **owner):
    photo = make.photo(kind, color, **owner)
    uploading.make_sizes(photo.pk)
    return photo


def test_before_a_dispute_is_closed_the_photos_stand_side_by_side(client, sue):
    before = make_ready_photo(Photo.Kind.REPORT, "tan", device=make.ana())
    row = make.filed(photos=[before])
    make.route(row)
    make.complete(row, photos=[make_ready_photo(Photo.Kind.COMPLETION, "olive", user=make.wes())])
    make.act(workflow.dispute, row, make.ana(), words="Still there.")
    done = make_ready_photo(Photo.Kind.COMPLETION, "gray", user=make.wes())
    make.complete(row, photos=[done])
    wrong = make_ready_photo(Photo.Kind.DISPUTE, "red", device=make.ana())
    make.act(workflow.dispute, row, make.ana(), words="And still.", photos=[wrong])
    page = client.get(reverse("overview_jobs"), {"list": "disputed"})
    shots = page.context["lines"][0].dispute.photos
    assert [photo for _label, photo in shots] == [before, done, wrong]
    form = page.text[page.text.index("overview-job__details") :]
    for words in ("Reported", "After the work", "Not fixed"):
        assert f"<small>{words}</small>" in form
    assert form.index("overview-job__photos") < form.index(f'id="verdict-{row.reference}"')
    client.force_login(make.omar())
    desk = client.get(f"/desk/{row.reference}/").text
    assert desk[desk.index("pop-ruling") :].index("shots--compared") > 0


def test_a_dispute_without_photos_says_so(client, sue):
    row = make.service_request(Status.DISPUTED)
    assert row.photos.filter(state=Photo.State.READY).count() == 0
    assert (
        "No photos to compare." in client.get(reverse("overview_jobs"), {"list": "disputed"}).text
    )
