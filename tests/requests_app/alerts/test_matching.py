"""Tests for the alerts that match a new or finished request, and for the requests of a digest."""

from datetime import timedelta

import pytest

from city.models import Category, Zone
from lib import clock
from requests_app import workflow
from requests_app.alerts import matching
from requests_app.alerts.forms import build_square
from requests_app.models import Alert
from requests_app.status import Verb
from tests import make

pytestmark = pytest.mark.django_db

HERE = (34.0195, -118.4912)


def alert(**given) -> Alert:
    columns = {"email": "bob@example.org", "language": "en", "frequency": "at_once"}
    return Alert.objects.create(**columns | {"confirmed_at": clock.now()} | given)


def around(latitude, longitude, radius_m) -> dict:
    return build_square(latitude, longitude, radius_m)._asdict() | {"radius_m": radius_m}


def matched(row, verb=Verb.FILE) -> list[int]:
    event = row.events.filter(verb=verb).latest("pk")
    return [each.pk for each in matching.find_matching_alerts(event)]


def filed(**given):
    return make.filed(at=HERE, **given)


def test_an_alert_without_filters_matches_every_public_request():
    everything = alert()
    assert matched(filed()) == [everything.pk]


@pytest.mark.parametrize(
    "columns",
    [
        {"confirmed_at": None},
        {"bounced_at": clock.now()},
        {"wants_new": False, "wants_finished": True},
        {"frequency": "daily"},
        {"frequency": "weekly"},
    ],
)
def test_no_mail_at_once(columns):
    alert(**columns)
    assert matched(filed()) == []


def test_category_and_group():
    row = filed()
    same, group = alert(category=row.category), alert(group=row.category.group)
    other = Category.objects.exclude(group=row.category.group).first()
    alert(category=other)
    alert(group=other.group)
    assert matched(row) == [same.pk, group.pk]


def test_zone():
    row = filed()
    assert row.zone
    same = alert(zone=row.zone)
    alert(zone=Zone.objects.exclude(pk=row.zone_id).first())
    assert matched(row) == [same.pk]


@pytest.mark.parametrize(
    ("radius_m", "north_m", "east_m", "is_match"),
    [
        (500, 0, 0, True),
        (500, 490, 0, True),
        (500, 510, 0, False),
        (500, 0, 490, True),
        (500, 0, 510, False),
        (500, 400, 400, False),  # in a corner of the bounding box, outside the circle
        (150, 100, 100, True),
    ],
)
def test_a_circle(radius_m, north_m, east_m, is_match):
    latitude = HERE[0] + north_m / 111_195
    longitude = HERE[1] + east_m / (111_195 * 0.8288)
    near = alert(**around(latitude, longitude, radius_m))
    assert matched(filed()) == ([near.pk] if is_match else [])


def test_a_rectangle_includes_its_edges():
    edges = {"west": HERE[1], "east": HERE[1] + 0.01, "south": HERE[0] - 0.01, "north": HERE[0]}
    inside = alert(**edges)
    alert(**edges | {"west": HERE[1] + 0.001})
    assert matched(filed()) == [inside.pk]


def test_words_match_as_in_the_lists_search():
    row = filed(description="A couch blocks the alley behind the school")
    found = [alert(words=words).pk for words in ("couch", "COUCHES alley", "scho")]
    for words in ("sofa", "couch sofa", "uch"):
        alert(words=words)
    assert matched(row) == found


def test_more_search_texts_than_one_query_takes():
    row = filed(description="word7 word99")
    pks = {number: alert(words=f"word{number}").pk for number in range(120)}
    assert matched(row) == [pks[7], pks[9], pks[99]]


def test_private_hidden_and_held_requests_match_nothing_until_they_are_public():
    alert()
    row = filed()
    for columns in ({"is_private": True}, {"is_hidden": True}):
        type(row).objects.filter(pk=row.pk).update(**columns)
        row.refresh_from_db()
        assert matched(row) == []
        type(row).objects.filter(pk=row.pk).update(is_private=False, is_hidden=False)


def test_a_request_with_a_sensitive_location_matches_nothing():
    category = make.category(is_location_sensitive=True, is_private=False)
    row_alert = alert(wants_finished=True)
    row = filed(category=category)
    assert matched(row) == []
    assert digest(row_alert, clock.now() - timedelta(hours=1)) == ([], [])


def test_finished_work():
    finished = alert(wants_new=False, wants_finished=True)
    alert()
    row = filed()
    make.route(row)
    make.complete(row)
    assert matched(row, Verb.COMPLETE) == [finished.pk]
    assert list(matching.find_matching_alerts(row.events.get(verb=Verb.ROUTE))) == []


def digest(row_alert, since, until=None):
    found = matching.find_digest_requests(row_alert, since, until or clock.now(), 10)
    return [row.reference for row in found.new], [row.reference for row in found.finished]


def test_a_digest_lists_what_was_filed_or_finished_in_its_period():
    start = clock.now()
    with clock.freeze_time(start - timedelta(hours=2)):
        before = filed()
        make.route(before)
    inside = filed()
    make.complete(before)
    both = alert(frequency="daily", wants_finished=True)
    assert digest(both, start - timedelta(hours=1)) == ([inside.reference], [before.reference])
    assert digest(both, clock.now()) == ([], [])
    only_new = alert(frequency="daily")
    assert digest(only_new, start - timedelta(hours=3)) == (
        [inside.reference, before.reference],
        [],
    )


def test_a_digest_leaves_out_what_was_hidden_since_and_lists_what_was_released():
    start = clock.now() - timedelta(hours=1)
    hidden, held = filed(), filed(held_for="words")
    row_alert = alert(frequency="daily")
    make.act(workflow.hide, hidden, make.omar(), words="An address")
    assert digest(row_alert, start) == ([], [])
    make.act(workflow.release, held, make.omar())
    assert digest(row_alert, start) == ([held.reference], [])
