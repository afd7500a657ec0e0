"""Tests for the security log's records of refused staff, links and forms.

Views of redacted photos are recorded, too.
"""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from lib import clock
from lib.security_log import Kind
from requests_app.models import AccessLink, Photo
from requests_app.photos import uploading
from tests import make
from tests.accounts.security_log.reading import rows, user
from tests.visitors import browser, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def limits(settings):
    settings.RATE_LIMITS = {}


@pytest.fixture
def private():
    """Return a private request that is routed to the streets department."""
    row = make.filed(by=make.ana(), category=make.category(is_private=True))
    make.route(row)
    return row


# Staff


def test_another_departments_job_is_recorded_as_a_refusal(private):
    walt = make.walt()
    crew = signed_in(walt)
    for _twice in range(2):
        assert crew.get(reverse("job", args=[private.reference])).status_code == 404
    assert rows(Kind.REFUSED) == [("permission.refused", user(walt), "page:job", "not found")]


@pytest.mark.parametrize("name", ["job_live", "completion", "handover", "job_work"])
def test_each_page_of_another_departments_job_is_recorded(private, name):
    walt = make.walt()
    path = reverse(name, args=[private.reference])
    ask = signed_in(walt).post if name == "job_work" else signed_in(walt).get
    assert ask(path).status_code == 404
    assert rows(Kind.REFUSED) == [("permission.refused", user(walt), f"page:{name}", "not found")]


def test_a_private_request_of_others_is_recorded_as_a_refusal_of_staff_alone(private):
    walt = make.walt()
    address = reverse("service_request", args=[private.reference])
    assert browser("bob").get(address).status_code == 404
    assert rows(Kind.REFUSED) == []
    assert signed_in(walt).get(address).status_code == 404
    assert rows(Kind.REFUSED) == [
        ("permission.refused", user(walt), "page:service_request", "not found")
    ]


def test_what_staff_may_see_is_no_refusal(private):
    assert signed_in(make.wes()).get(reverse("job", args=[private.reference])).status_code == 200
    assert signed_in(make.omar()).get("/nowhere/").status_code == 404
    assert rows(Kind.REFUSED) == []


@pytest.mark.parametrize("name", ["admin:index", "admin:accounts_user_changelist"])
def test_an_agent_at_the_administration_is_refused_and_recorded(name):
    omar = make.omar()
    assert signed_in(omar).get(reverse(name)).status_code == 403
    page = f"page:{name.partition(':')[2]}"
    assert rows(Kind.REFUSED) == [("permission.refused", user(omar), page, "refused")]


def test_an_agent_signs_out_at_the_administration_and_a_stranger_signs_in():
    answer = signed_in(make.omar()).post(reverse("admin:logout"))
    assert answer.status_code in {200, 302}
    assert browser().get(reverse("admin:index")).status_code == 302
    assert rows(Kind.REFUSED) == []


# Links


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("private_link", [0, "x" * 43]),
        ("follower_link", [0, "x" * 43]),
        ("data_link", ["x" * 43]),
        ("invitation", ["not-signed"]),
        ("account_reset_password_from_key", ["1", "no-key"]),
    ],
)
def test_a_link_that_opens_nothing_is_recorded(private, name, arguments):
    reference = private.reference
    path = reverse(name, args=[reference if each == 0 else each for each in arguments])
    answers = [browser().get(path, follow=True) for _twice in range(2)]
    assert {answer.status_code for answer in answers} <= {404, 410}
    [(kind, actor, target, result)] = rows(Kind.LINK_REFUSED)
    assert (kind, target, result) == ("link.refused", f"page:{name}", "refused")
    assert actor.startswith("stranger:")
    assert "x" * 43 not in str(rows())


def test_a_link_that_opens_something_is_not_recorded(private):
    token = AccessLink.get_or_create_for_nonce(uuid.uuid4(), service_request=private).token
    link = reverse("private_link", args=[private.reference, token])
    assert browser().get(link).status_code == 200
    assert rows(Kind.LINK_REFUSED) == []


def test_a_guessed_link_is_recorded_until_too_many_were_guessed(private, settings):
    settings.RATE_LIMITS = {"miss.address": "2/minute"}
    for number in range(4):
        browser().get(reverse("data_link", args=[f"{number}" * 43]))
    assert [(kind, result) for kind, _actor, _target, result in rows()[-2:]] == [
        ("link.refused", "refused"),
        ("rate_limit.reached", "refused"),
    ]


# Photos


@pytest.fixture
def photo(private):
    """Return a photo of a private request, with its sizes generated."""
    found = make.photo(device=make.ana(), color="olive")
    uploading.make_sizes(found.pk)
    row = make.filed(
        by=make.ana(), category=private.category, photos=[Photo.objects.get(pk=found.pk)]
    )
    make.route(row)
    return Photo.objects.get(pk=found.pk)


def test_a_wrong_signature_of_a_photo_is_recorded(photo):
    link = photo.small
    forged = link[:-1] + ("0" if link[-1] != "0" else "1")
    assert browser("bob").get(forged).status_code == 404
    assert browser("ana").get(forged).status_code == 302
    later = link.replace("until=1", "until=2")
    assert browser("ana").get(later).status_code == 302
    found = rows(Kind.LINK_REFUSED)
    assert {line[2:] for line in found} == {(f"photo:{photo.pk}", "bad signature")}


def test_a_link_to_a_photo_that_was_right_once_is_not_recorded(photo):
    link = photo.small
    ana = browser("ana")
    assert ana.get(link).status_code == 200
    assert ana.get(link.partition("?")[0]).status_code == 302
    with clock.freeze_time(clock.now() + timedelta(hours=1)):
        assert ana.get(link).status_code == 302
    Photo.objects.filter(pk=photo.pk).update(is_hidden=True)
    assert ana.get(link).status_code == 404
    assert rows(Kind.LINK_REFUSED) == []


def test_a_view_of_an_uncovered_photo_is_recorded_with_the_agent(photo):
    omar, row = make.omar(), photo.service_request
    uncovered = reverse("desk_photo_uncovered", args=[row.reference, photo.pk])
    assert signed_in(make.wes()).get(uncovered).status_code == 403
    assert rows(Kind.PHOTO_UNCOVERED) == []
    assert signed_in(omar).get(uncovered).status_code == 200
    assert rows(Kind.PHOTO_UNCOVERED) == [
        ("photo.uncovered", user(omar), f"request:{row.reference}", f"photo:{photo.pk}")
    ]


# Forms


def test_a_form_without_a_valid_token_is_recorded_for_strangers_and_staff():
    omar = make.omar()
    staff, stranger = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
    staff.force_login(omar)
    for client in (stranger, staff):
        assert client.post(reverse("account_login"), {"login": "omar"}).status_code == 403
    found = rows(Kind.FORM_REFUSED, Kind.REFUSED)
    assert [line[2:] for line in found] == [("page:account_login", "no valid token")] * 2
    assert found[0][1].startswith("stranger:")
    assert found[1][1] == user(omar)


def test_a_form_of_another_site_is_recorded():
    client = Client(enforce_csrf_checks=True)
    origin = {"Origin": "https://evil.example"}
    assert client.post(reverse("your_data"), {"email": "a"}, headers=origin).status_code == 403
    assert [line[2:] for line in rows(Kind.FORM_REFUSED)] == [("page:your_data", "another site")]
    assert "evil" not in str(rows())


def test_the_page_of_the_log_tells_each_of_these_in_words(photo, client):
    omar, ada = make.omar(), make.ada()
    signed_in(omar).get(reverse("admin:index"))
    signed_in(make.walt()).get(reverse("job", args=[photo.service_request.reference]))
    browser("bob").get(photo.small[:-1] + "x")
    Client(enforce_csrf_checks=True).post(reverse("your_data"), {"email": "a"})
    client.force_login(ada)
    page = client.get(reverse("admin:accounts_securityrecord_changelist")).text
    for words in ("Permission refused", "Not there, or not for this person.", "Link refused",
                  "Its signature is wrong.", "Form refused", "Without a valid token"):  # fmt: skip
        assert words in page, words
