"""What a crew finds when it opens its list."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.models import Membership
from requests_app import workflow
from requests_app.models import Priority
from requests_app.status import Status
from santa311.lib import clock
from tests import make

UPTOWN = (Decimal("34.028300"), Decimal("-118.484900"))

pytestmark = pytest.mark.django_db


@pytest.fixture
def wes(client):
    client.force_login(make.wes())
    return make.wes()


def inbox(client, **query):
    response = client.get(reverse("inbox"), query)
    assert response.status_code == 200
    return response.context


def references(context):
    return [card.row.reference for card in context["cards"]]


def test_a_stranger_is_asked_to_sign_in(client):
    response = client.get(reverse("inbox"))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


def test_staff_without_a_department_may_not_enter(client):
    client.force_login(make.omar())
    assert client.get(reverse("inbox")).status_code == 403


def test_the_jobs_of_other_departments_are_not_there(client, wes):
    ours = make.service_request(Status.ROUTED)
    theirs = make.filed()
    make.route(theirs, make.water())
    assert references(inbox(client)) == [ours.reference]


def test_disputed_work_comes_before_urgent_work_before_what_is_due(client, wes):
    later = make.service_request(Status.ROUTED)
    with clock.at(clock.now() - timedelta(days=30)):
        late = make.service_request(Status.ROUTED)
    urgent = make.service_request(Status.ROUTED)
    make.act(workflow.prioritise, urgent, make.omar(), priority=Priority.URGENT)
    disputed = make.service_request(Status.DISPUTED)
    expected = [row.reference for row in (disputed, urgent, late, later)]
    context = inbox(client)
    assert references(context) == expected
    assert context["next"].row == disputed


def test_a_late_job_says_so_in_words(client, wes):
    with clock.at(clock.now() - timedelta(days=60)):
        make.service_request(Status.ROUTED)
    words = inbox(client)["cards"][0].due.words
    assert words.startswith("Late by ")
    assert words.endswith(" days")


def test_each_job_lies_in_one_list(client, wes):
    rows = {status: make.service_request(status) for status in Status if status != Status.CLOSED}
    tabs = {
        tab: references(inbox(client, tab=tab)) for tab in ("todo", "planned", "waiting", "done")
    }
    lies_in = {
        "todo": {Status.ROUTED, Status.IN_PROGRESS, Status.DISPUTED},
        "planned": {Status.SCHEDULED},
        "waiting": {Status.ON_HOLD, Status.AWAITING_RESIDENT},
        "done": {Status.COMPLETED},
    }
    for tab, statuses in lies_in.items():
        assert set(tabs[tab]) == {rows[status].reference for status in statuses}


def test_planned_work_is_to_be_done_on_its_day(client, wes):
    row = make.service_request(Status.SCHEDULED)
    with clock.at(clock.now() + timedelta(days=4)):
        assert references(inbox(client)) == [row.reference]


def test_the_nearest_job_comes_first_where_the_phone_says_where_it_is(client, wes):
    far = make.service_request(Status.ROUTED, at=UPTOWN)
    near = make.service_request(Status.ROUTED)
    assert references(inbox(client)) == [far.reference, near.reference]
    context = inbox(client, sort="near", lat="34.0119", lng="-118.4916")
    assert references(context) == [near.reference, far.reference]
    assert [card.distance for card in context["cards"]] == ["50 ft", "1.2 mi"]


def test_a_place_that_makes_no_sense_is_left_out(client, wes):
    make.service_request(Status.ROUTED)
    for lat in ("nan", "٣٤", "1e400", "", "37,77"):
        context = inbox(client, sort="near", lat=lat, lng="-118.49")
        assert context["wanted"].here is None


def test_filters_narrow_the_list_and_nonsense_does_not(client, wes):
    row = make.service_request(Status.ROUTED)
    assert references(inbox(client, zone=row.zone.slug)) == [row.reference]
    assert references(inbox(client, category="pothole")) == [row.reference]
    for nonsense in ("\x00", "1 or 1=1", "9" * 30):
        assert references(inbox(client, zone=nonsense, department=nonsense, tab=nonsense))


def test_mine_are_the_jobs_i_began_or_was_given(client, wes):
    make.service_request(Status.ROUTED)
    mine = make.service_request(Status.IN_PROGRESS)
    context = inbox(client, whose="mine")
    assert references(context) == [mine.reference]
    assert context["counts"]["mine"] == 1
    assert context["counts"]["everyone"] == 2


def test_the_job_under_way_is_one_tap_away(client, wes):
    make.service_request(Status.DISPUTED)
    begun = make.service_request(Status.IN_PROGRESS)
    assert inbox(client)["under_way"] == begun


def test_who_works_for_two_departments_can_look_at_one(client, wes):
    Membership.objects.create(user=wes, department=make.water())
    ours, theirs = make.service_request(Status.ROUTED), make.filed()
    make.route(theirs, make.water())
    client.force_login(wes)
    assert set(references(inbox(client))) == {ours.reference, theirs.reference}
    assert references(inbox(client, department="water-resources")) == [theirs.reference]


def test_an_empty_list_says_so(client, wes):
    response = client.get(reverse("inbox"))
    assert "Nothing to do here" in response.content.decode()


def test_sixty_jobs_cost_no_more_queries_than_one(client, wes, django_assert_max_num_queries):
    for _n in range(60):
        make.service_request(Status.ROUTED)
    with django_assert_max_num_queries(15):
        context = inbox(client, sort="near", lat="34.0119", lng="-118.4916")
    assert len(context["cards"]) == 60


def poll(client, context, **more):
    query = {"v": context["version"], "e": context["newest"]} | more
    return client.get(reverse("inbox_live"), query)


def test_a_poll_without_news_is_empty(client, wes):
    make.service_request(Status.ROUTED)
    response = poll(client, inbox(client))
    assert response.status_code == 204
    assert response.content == b""


def test_a_poll_tells_of_new_jobs_and_moves_nothing(client, wes):
    context = inbox(client)
    make.service_request(Status.ROUTED)
    make.service_request(Status.ROUTED)
    body = poll(client, context).content.decode()
    assert "2 new jobs." in body
    assert 'class="job"' not in body


def test_a_poll_tells_that_a_job_went_away(client, wes):
    row = make.service_request(Status.ROUTED)
    context = inbox(client)
    make.moved_on(row, make.water())
    assert "The list has changed." in poll(client, context).content.decode()


def test_a_poll_with_a_nonsense_event_still_answers(client, wes):
    make.service_request(Status.ROUTED)
    context = inbox(client)
    for nonsense in ("", "\x00", "9" * 40, "-1", "٣"):
        assert poll(client, context, v="old", e=nonsense).status_code == 200


def test_a_session_that_ended_never_brings_the_sign_in_page_into_a_poll(client):
    response = client.get(reverse("inbox_live"))
    assert response.status_code == 403
    assert response.content == b""
