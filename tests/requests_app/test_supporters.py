"""Tests for the number of followers in lists, on the map, at the desk and in the figures."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lib import clock
from requests_app import workflow
from requests_app.following import followers
from requests_app.models import Follower, FollowerAddress, ServiceRequest
from requests_app.models.supporters import count_supporters
from requests_app.status import Status
from tests import make
from tests.visitors import browser, signed_in

pytestmark = pytest.mark.django_db


def follow(row, number=1):
    for each in range(number):
        workflow.follow(row, by=make.device(f"neighbor {each}"))


def merge(row, original):
    make.act(workflow.mark_duplicate, row, make.omar(), original=original)


def count(row) -> int:
    [number] = ServiceRequest.objects.filter(pk=row.pk).values_list(count_supporters(), flat=True)
    return number


def test_followers_and_merged_reports_count_and_unconfirmed_addresses_do_not():
    original, same = make.filed(), make.filed(by=make.bob())
    assert count(original) == 0
    follow(original, 2)
    merge(same, original)
    assert count(original) == 3
    follower = Follower.objects.create(service_request=original)
    address = FollowerAddress.objects.create(
        follower=follower, service_request=original, email="bob@example.org", language="en"
    )
    assert count(original) == 3
    address.confirmed_at = clock.now()
    address.save()
    assert count(original) == 4
    assert followers.count_followers(original).total == 4


def filed_by(name: str, email: str) -> ServiceRequest:
    return make.filed(by=make.device(name), contact={"email": email})


def test_a_reporters_own_second_request_does_not_count():
    original = filed_by("ana", "ana@example.org")
    for name, email in [("ana", ""), ("anas phone", "ana@example.org")]:
        merge(filed_by(name, email), original)
    assert count(original) == 0


def test_each_person_counts_once_by_device_or_email():
    original = filed_by("ana", "ana@example.org")
    for name, email in [("bob", "bob@example.org"), ("bob", ""), ("bobs phone", "bob@example.org")]:
        merge(filed_by(name, email), original)
    assert count(original) == 1
    workflow.follow(original, by=make.device("carol"))
    merge(filed_by("carol", ""), original)
    assert count(original) == 2
    for name in ("dan", "eve"):  # without an email address
        merge(filed_by(name, ""), original)
    assert count(original) == 4


def test_only_a_confirmed_address_makes_a_follower_the_same_person():
    original = filed_by("ana", "ana@example.org")
    follower = Follower.objects.create(service_request=original, device=make.device("bob"))
    address = FollowerAddress.objects.create(
        follower=follower, service_request=original, email="carol@example.org", language="en"
    )
    merge(filed_by("carol", "carol@example.org"), original)
    assert count(original) == 2
    address.confirmed_at = clock.now()
    address.save()
    assert count(original) == 1


def test_a_merged_report_that_is_not_public_does_not_count():
    original, same = make.filed(), make.filed(by=make.bob())
    merge(same, original)
    ServiceRequest.objects.filter(pk=same.pk).update(is_hidden=True)
    assert count(original) == 0


def test_the_list_the_map_and_the_home_page_say_how_many_follow():
    row = make.filed()
    follow(row, 3)
    for path in ("/requests/", "/", f"/requests/{row.reference}/"):
        assert "3 neighbors follow this" in browser("bob").get(path).content.decode(), path
    [pin] = browser().get("/requests/map/", {"zoom": "18"}).json()["pins"]
    assert pin["supporters"] == "3 neighbors follow this"


def test_without_followers_nothing_is_said():
    row = make.filed()
    assert "follow this" not in browser().get("/requests/").content.decode()
    [pin] = browser().get("/requests/map/", {"zoom": "18"}).json()["pins"]
    assert pin["supporters"] == ""
    assert row.reference == pin["reference"]


def test_a_longer_list_asks_no_more_queries():
    def ask() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert browser().get("/requests/").status_code == 200
        return len(asked)

    follow(make.filed(), 1)
    ask()
    few = ask()
    for _ in range(5):
        follow(make.filed(), 1)
    assert ask() <= few


def test_the_desk_shows_how_many_follow_on_a_line():
    row = make.filed()
    follow(row, 2)
    page = signed_in(make.omar()).get("/desk/").content.decode()
    assert 'title="2 neighbors follow this"' in page


def test_the_figures_name_the_open_requests_that_most_people_follow():
    rows = [make.filed() for _ in range(3)]
    for number, row in enumerate(rows):
        follow(row, number)
    page = browser().get("/figures/").content.decode()
    assert "Most followed open requests" in page
    assert page.index(rows[2].reference) < page.index(rows[1].reference)
    assert rows[0].reference not in page
    staff = signed_in(make.ada()).get("/staff/overview/city/").content.decode()
    assert "2 neighbors follow this" in staff


def test_what_was_hidden_or_finished_since_is_not_in_the_figures():
    hidden, private = make.filed(), make.filed()
    finished = make.service_request(Status.IN_PROGRESS)
    for row in (hidden, finished, private):
        follow(row)
    assert hidden.reference in browser().get("/figures/").content.decode()
    ServiceRequest.objects.filter(pk=hidden.pk).update(is_hidden=True)
    make.complete(finished)
    ServiceRequest.objects.filter(pk=private.pk).update(is_private=True)
    for _ in range(2):
        page = browser().get("/figures/").content.decode()
        assert "Most followed open requests" not in page
        cache.clear()
