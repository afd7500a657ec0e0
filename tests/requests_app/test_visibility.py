"""Tests for the visibility of each part of a request for each kind of person."""

from datetime import timedelta

import pytest

from lib import clock
from requests_app import workflow
from requests_app.models import Photo
from requests_app.permissions import (
    SYSTEM,
    Audience,
    may_read_comment,
    may_see,
    may_see_contact,
    may_see_content,
    may_see_photo,
)
from requests_app.status import Status
from tests import make

pytestmark = pytest.mark.django_db

PEOPLE = {
    "reporter": make.ana,
    "follower": make.bob,
    "stranger": lambda: make.device("carl"),
    "agent": make.omar,
    "member": make.wes,
    "other department": make.walt,
    "front end": make.front_end,
    "department's system": make.department_system,
    "system": lambda: SYSTEM,
}
EVERYBODY = set(PEOPLE)
STAFF_OF = {"agent", "member", "department's system"}
WITH_REPORTER = STAFF_OF | {"reporter"}


def a_request(is_private=False, is_hidden=False, photos=()):
    row = make.service_request(
        Status.ROUTED, category=make.category(is_private=is_private), photos=photos
    )
    workflow.follow(row, by=make.bob())
    if is_hidden:
        make.act(workflow.hide, row, make.omar(), words="It names a neighbor.")
    return row


def a_photo(is_hidden=False, **given):
    photo = make.photo(device=make.ana())
    a_request(photos=[photo], **given)
    Photo.objects.filter(pk=photo.pk).update(is_hidden=is_hidden)
    return Photo.objects.select_related("service_request").get(pk=photo.pk)


THINGS = {
    "a public request": (may_see, a_request, EVERYBODY),
    "a private request": (may_see, lambda: a_request(is_private=True), WITH_REPORTER),
    "a hidden request": (may_see, lambda: a_request(is_hidden=True), WITH_REPORTER),
    "the reporter's contact": (may_see_contact, a_request, STAFF_OF),
    "a photo": (may_see_photo, a_photo, EVERYBODY),
    "a photo of a private request": (
        may_see_photo, lambda: a_photo(is_private=True), WITH_REPORTER,
    ),
    "a photo that the city hid": (may_see_photo, lambda: a_photo(is_hidden=True), STAFF_OF),
    "a loose photo of the reporter's": (
        may_see_photo, lambda: make.photo(device=make.ana()), {"reporter"},
    ),
    "a loose photo of a crew's": (
        may_see_photo, lambda: make.photo(Photo.Kind.COMPLETION, user=make.wes()), {"member"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", THINGS)
def test_a_thing_is_seen_by_whom_the_table_says(name):
    ask, thing, who = THINGS[name]
    asked_about = thing()
    assert {person for person, make_one in PEOPLE.items() if ask(make_one(), asked_about)} == who


def a_comment(is_public=True, after=timedelta(minutes=1)):
    row = make.service_request(Status.ROUTED)
    event = make.act(workflow.comment, row, make.omar(), words="On its way.", is_public=is_public)
    return event.words, clock.now() + after


COMMENTS = {
    "a reply": ({}, set(Audience)),
    "a reply that can still be taken back": ({"after": timedelta()}, {Audience.STAFF}),
    "an internal note": ({"is_public": False}, {Audience.STAFF}),
}


@pytest.mark.parametrize("name", COMMENTS)
def test_a_comment_is_read_by_whom_the_table_says(name):
    given, who = COMMENTS[name]
    comment, moment = a_comment(**given)
    with clock.freeze_time(moment):
        assert {audience for audience in Audience if may_read_comment(audience, comment)} == who


@pytest.mark.parametrize("is_hidden", [False, True])
def test_what_the_city_hid_is_shown_to_staff_alone(is_hidden):
    comment, __ = a_comment()
    comment.is_hidden = is_hidden
    shown = {audience for audience in Audience if may_see_content(audience, comment)}
    assert shown == ({Audience.STAFF} if is_hidden else set(Audience))
