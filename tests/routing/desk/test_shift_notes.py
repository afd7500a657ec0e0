"""Tests for notes to the next shift of agents, and for shared views."""

import pytest

from routing.models import SavedView, ShiftNote
from tests import make
from tests.routing.desk.browser import omar
from tests.visitors import signed_in

__all__ = ["omar"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def olga():
    """Return a client that is signed in as another agent."""
    return signed_in(make.user("olga", is_agent=True))


def test_a_note_stands_above_every_agents_desk_until_it_is_done(omar, olga):
    assert "Notes for the next shift" not in olga.get("/desk/").text
    answer = omar.post("/desk/shift-notes/", {"words": "The pump on Pico is out. <b>"})
    assert answer.status_code == 302
    row = make.filed()
    for address in ("/desk/", f"/desk/{row.reference}/", "/desk/shift-notes/"):
        assert "The pump on Pico is out. &lt;b&gt;" in olga.get(address).text
    note = ShiftNote.objects.get()
    done = f"/desk/shift-notes/{note.pk}/deletion/"
    for _press in range(2):
        assert olga.post(done).url == "/desk/"
    assert "The pump" not in omar.get("/desk/").text


def test_an_empty_or_a_sixth_note_is_refused_with_the_reason(omar):
    empty = omar.post("/desk/shift-notes/", {"words": " "})
    assert empty.status_code == 422
    assert "Write what the next shift must know." in empty.text
    for number in range(5):
        omar.post("/desk/shift-notes/", {"words": f"Note {number}"})
    sixth = omar.post("/desk/shift-notes/", {"words": "Sixth"})
    assert sixth.status_code == 422
    assert "There are 5 notes" in sixth.text
    assert "Sixth" in sixth.text  # the typed text is kept


def test_a_shared_view_is_offered_to_other_agents_who_cannot_change_it(omar, olga):
    omar.post("/desk/views/?tab=open&priority=urgent", {"name": "Urgent ones"})
    view = SavedView.objects.get()
    assert "Urgent ones" not in olga.get("/desk/views/").text
    sharing = f"/desk/views/{view.pk}/sharing/"
    assert olga.post(sharing, {"is_shared": "1"}).status_code == 404
    omar.post(sharing, {"is_shared": "1"})
    page = olga.get("/desk/views/")
    assert [one.saved.name for one in page.context["page"].shared_views] == ["Urgent ones"]
    assert page.context["page"].own_views == []
    assert 'href="/desk/?tab=open&amp;priority=urgent"' in page.text
    assert f"/desk/views/{view.pk}/name/" not in page.text
    assert olga.post(f"/desk/views/{view.pk}/name/", {"name": "Mine"}).status_code == 404
    omar.post(sharing, {"is_shared": ""})
    assert "Urgent ones" not in olga.get("/desk/views/").text


def test_the_views_of_an_agent_who_left_are_shared_no_more(omar, olga):
    omar.post("/desk/views/?tab=open&priority=urgent", {"name": "Urgent ones"})
    SavedView.objects.update(is_shared=True)
    user = make.omar()
    user.is_active = False
    user.save()
    assert "Urgent ones" not in olga.get("/desk/views/").text
