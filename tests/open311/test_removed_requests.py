"""Tests for the list of requests that are no longer public."""

from datetime import timedelta

import pytest

from lib import clock
from requests_app.models import ServiceRequest
from tests import make
from tests.open311.door import convert_to_text, get_api, get_json, list_problems, parse_xml

pytestmark = pytest.mark.django_db
LIST = "v2/removed_requests.json"


def ids(**given):
    return [one["service_request_id"] for one in get_json(LIST, **given)]


def hide(row, **subject):
    make.act(make.workflow.hide, row, make.omar(), words="It names somebody.", **subject)


def written(moment):
    return moment.isoformat().replace("+00:00", "Z")


def test_a_hidden_request_leaves_its_id_and_the_moment():
    row, _other = make.filed(), make.filed()
    hide(row)
    [one] = get_json(LIST)
    at = row.events.order_by("pk").last().at
    assert one == {
        "service_request_id": row.reference,
        "removed_datetime": f"{at:%Y-%m-%dT%H:%M:%SZ}",
    }
    assert parse_xml(get_api("v2/removed_requests.xml")) == convert_to_text([one])


def test_a_request_that_becomes_private_leaves_its_id():
    row = make.filed()
    make.act(make.workflow.recategorise, row, make.omar(), category=make.category(is_private=True))
    assert ids() == [row.reference]


def test_a_hidden_photo_a_shown_request_and_one_that_never_was_public_leave_none():
    shown, held = make.filed(), make.filed(held_for="words")
    private = make.filed(category=make.category(is_private=True))
    hide(shown)
    make.act(make.workflow.unhide, shown, make.omar())
    hide(private)
    assert not ServiceRequest.objects.get(pk=held.pk).is_public
    assert ids() == []


def test_a_client_goes_on_from_the_last_that_it_has():
    with clock.freeze_time(clock.now() - timedelta(hours=2)):
        before = make.filed()
        hide(before)
    now, after = clock.now(), make.filed()
    hide(after)
    assert ids() == [before.reference, after.reference]
    assert ids(updated_after=written(now)) == [after.reference]
    assert ids(updated_before=written(now - timedelta(hours=1))) == [before.reference]
    first = get_api(LIST, page_size="1")
    assert 'page=2>; rel="next"' in first["Link"]
    assert ids(page_size="1", page="2") == [after.reference]


def test_what_makes_no_sense_is_told():
    [(code, words)] = list_problems(get_api(LIST, updated_after="yesterday"))
    assert (code, "updated_after" in words) == ("400", True)
