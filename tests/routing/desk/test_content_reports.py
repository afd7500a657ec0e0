"""Tests for readers' reports of content at the desk: flag, notice in the panel, and settlement."""

import pytest

from requests_app import workflow
from requests_app.models import Photo
from requests_app.status import Status, Verb
from tests import make
from tests.visitors import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def row():
    photo = make.photo(device=make.ana())
    Photo.objects.filter(pk=photo.pk).update(state=Photo.State.READY)
    return make.service_request(Status.ROUTED, photos=[photo])


@pytest.fixture
def omar():
    return signed_in(make.omar())


def report_content(row, name="bob", **given):
    return workflow.report_content(row, by=make.device(name), reason="personal", **given)


def get_panel(client, row, status=200):
    response = client.get(f"/desk/{row.reference}/")
    assert response.status_code == status
    return response.text


def post_dismissal(client, row, shown, **given):
    data = {"seen": make.last_event_id(row), "report": shown.pk} | given
    return client.post(f"/desk/{row.reference}/reports-dismissal/", data)


def test_a_reported_one_is_in_the_first_tab_and_under_its_flag_until_it_is_settled(row, omar):
    assert row.reference not in omar.get("/desk/").text
    report_content(row, text="My car.")
    for address in ("/desk/", "/desk/?flag=reported"):
        page = omar.get(address).text
        assert row.reference in page
        assert "Reported by readers" in page
    assert row.reference not in omar.get("/desk/?flag=disputed").text
    post_dismissal(omar, row, row.content_reports.get())
    assert row.reference not in omar.get("/desk/?flag=reported").text


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.CLOSED])
def test_so_is_one_that_is_done(status, omar):
    row = make.service_request(status)
    report_content(row)
    assert row.reference in omar.get("/desk/?flag=reported").text


def test_the_panel_says_what_and_why_on_top_and_leads_to_the_tools(row, omar):
    make.act(workflow.comment, row, make.ana(), words="Sam lives here.")
    comment = row.comments.get()
    report_content(row, text="My car.", photo=row.photos.get())
    report_content(row, "carl", text="My plate.", photo=row.photos.get())
    report_content(row, comment=comment)
    report_content(row)
    page = get_panel(omar, row)
    main = page[page.index('id="r-main"') :]
    assert main.index("A reader reported this photo") < main.index('class="media"')
    assert main.index("My plate.") < main.index("My car.") < main.index('class="media"')
    assert main.count("It shows personal information") == 4
    # each form has the URL in `action` and in `hx-post`
    assert main.count("reports-dismissal/") == 2 * 3
    for there in [f"photos/{row.photos.get().pk}/", f"words/{comment.pk}/", "description/"]:
        assert f"/desk/{row.reference}/{there}?" in main


def test_nothing_wrong_is_said_in_the_log_can_be_undone_and_names_no_reader(row, omar):
    report_content(row)
    assert f"device {make.bob().pk}" not in get_panel(omar, row)
    post_dismissal(omar, row, row.content_reports.get())
    event = row.events.last()
    assert (event.verb, event.actor) == (Verb.DISMISS_REPORTS, make.omar())
    page = omar.get(f"/desk/{row.reference}/?did={event.pk}").text
    assert "noted that nothing is wrong" in page
    assert "found nothing wrong with" in page
    omar.post(f"/desk/{row.reference}/undo/", {"event": event.pk})
    assert "A reader reported this text" in get_panel(omar, row)


def test_the_panel_and_the_desk_keep_to_their_budgets(row, omar, django_assert_max_num_queries):
    for name in ("bob", "carl", "dora"):
        report_content(row, name, photo=row.photos.get())
        report_content(row, name)
    get_panel(omar, row)
    with django_assert_max_num_queries(20):
        omar.get(f"/desk/{row.reference}/", headers={"HX-Request": "true", "HX-Target": "panel"})
    with django_assert_max_num_queries(20):
        omar.get("/desk/?flag=reported", headers={"HX-Request": "true", "HX-Target": "#queue"})


def test_the_second_of_two_agents_reads_what_the_first_did(row, omar):
    report_content(row)
    seen, shown = make.last_event_id(row), row.content_reports.get()
    post_dismissal(signed_in(make.user("olga", is_agent=True)), row, shown)
    late = post_dismissal(omar, row, shown, seen=seen)
    assert late.status_code == 409
    assert "found nothing wrong with" in late.text
    fresh = post_dismissal(omar, row, shown)
    assert fresh.status_code == 409
    assert "Someone has taken care of this already." in fresh.text
    assert row.events.filter(verb=Verb.DISMISS_REPORTS).count() == 1


@pytest.mark.parametrize("given", [{"report": ""}, {"report": "x"}, {"report": 2**63}])
def test_what_is_no_report_is_refused(row, omar, given):
    report_content(row)
    assert post_dismissal(omar, row, row.content_reports.get(), **given).status_code == 422
    other = make.filed()
    report_content(other)
    assert post_dismissal(omar, row, other.content_reports.get()).status_code == 422
    assert row.content_reports.open().count() == 1


def test_what_readers_reported_has_a_tab_of_its_own_while_there_is_any(omar):
    make.filed()
    assert "tab=reported" not in omar.get("/desk/").text
    row = make.service_request(Status.ROUTED)
    workflow.report_content(row, by=make.bob(), reason="personal")
    page = omar.get("/desk/?tab=reported").context["page"]
    assert [line.service_request for line in page.lines] == [row]
    assert page.queue.tab_counts["reported"] == 1
    assert 'href="/desk/?tab=reported"' in omar.get("/desk/").text
