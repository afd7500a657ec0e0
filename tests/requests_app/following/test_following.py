"""Tests for following a request, on a device or by a confirmed email address."""

from datetime import timedelta
from html import unescape
from uuid import UUID

import pytest

from lib import clock
from notifications.models import Delivery
from requests_app import workflow
from requests_app.errors import IllegalTransition
from requests_app.following import followers
from requests_app.models import Event, Follower, FollowerAddress, FollowerLink
from requests_app.privacy import retention
from requests_app.status import Status, Verb
from tests import make
from tests.visitors import address, browser, signed_in

pytestmark = pytest.mark.django_db


def post_address(client, row, email="bob@example.org"):
    return client.post(address(row, "following"), {"want": "mail", "email": email})


def ask_and_get_follower(row, email="bob@example.org") -> Follower:
    post_address(browser("bob"), row, email)
    return FollowerAddress.objects.get(service_request=row, email=email.lower()).follower


def token_of(follower, number=1) -> str:
    return FollowerLink.get_or_create_for_nonce(UUID(int=number), follower=follower).token


def confirm_follower(row, name="bob", email="bob@example.org") -> Follower:
    follower = ask_and_get_follower(row, email)
    browser(name).post(address(row, "following", token_of(follower)))
    follower.refresh_from_db()
    return follower


def test_an_address_is_asked_once_and_follows_nothing_before_it_is_confirmed():
    row = make.filed()
    bob = browser("bob")
    assert post_address(bob, row, "Bob@Example.org").url == address(row, "following") + "?asked=1"
    letter = Delivery.objects.get()
    assert (letter.kind, letter.recipient) == ("following", "bob@example.org")
    assert "Check your email." in bob.get(address(row, "following") + "?asked=1").content.decode()
    assert followers.count_followers(row).total == 0
    assert list(followers.find_mailable_followers([row.pk])) == []
    assert not make.bob().follows(row)


def test_looking_at_the_link_changes_nothing_and_its_button_confirms():
    row = make.filed()
    follower = ask_and_get_follower(row)
    link = address(row, "following", token_of(follower))
    page = browser().get(link)
    assert "Yes, send me updates" in page.content.decode()
    assert page.headers["Referrer-Policy"] == "strict-origin"
    assert not followers.count_followers(row).total
    response = browser("wes's phone").post(link)
    assert response.url == address(row, "following") + "?confirmed=1#mail"
    there = browser("wes's phone").get(response.url).content.decode()
    assert "We email updates to bob@example.org." in there
    assert "bob@example.org" not in browser().get(response.url).content.decode()
    assert [each.pk for each in followers.find_mailable_followers([row.pk])] == [follower.pk]
    assert make.device("wes's phone").follows(row)
    assert followers.count_followers(row).total == 1
    assert row.events.filter(verb=Verb.FOLLOW).count() == 1
    assert browser("wes's phone").post(link).url == address(row)
    assert browser("wes's phone").get(f"{link}?to=dispute").url == address(row, "dispute")
    assert row.events.filter(verb=Verb.FOLLOW).count() == 1


def test_a_device_that_follows_and_confirms_an_address_is_one_follower():
    row = make.filed()
    workflow.follow(row, by=make.bob())
    confirm_follower(row)
    assert followers.count_followers(row).total == 1
    browser("bob").post(address(row, "following"), {"want": "no"})
    assert not Follower.objects.exists()
    assert not FollowerAddress.objects.exists()


def test_the_answer_is_the_same_whether_the_address_follows_or_not():
    row = make.filed()
    confirm_follower(row)
    stranger = browser("omar's phone")
    known, unknown = post_address(stranger, row), post_address(stranger, row, "else@example.org")
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert Follower.objects.confirmed().count() == 1


def test_after_three_questions_within_the_hour_the_fourth_is_refused_kindly():
    row = make.filed()
    for name in ("a", "b", "c"):
        post_address(browser(name), row)
    answer = post_address(browser("d"), row)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3600")
    page = answer.content.decode()
    assert "3 times in the last hour" in page
    assert "bob@example.org" in page
    assert Delivery.objects.count() == 3


def test_one_browser_cannot_ask_many_addresses():
    row = make.filed()
    codes = [post_address(browser("bob"), row, f"n{n}@example.org").status_code for n in range(4)]
    assert codes == [302, 302, 302, 429]
    assert FollowerAddress.objects.count() == 3


@pytest.mark.parametrize(
    "email",
    ["", "ana", "a@localhost", "a@[127.0.0.1]", "a b@example.org", "ñ@example.org",
     "a@example.org\nBcc: x@example.org", "a\0@example.org", "x" * 65 + "@example.org",
     "a@" + "b" * 300 + ".org"],
)  # fmt: skip
def test_what_is_no_address_is_said_and_kept(email):
    row = make.filed()
    answer = post_address(browser("bob"), row, email)
    assert answer.status_code == 422
    assert 'id="id_email-error"' in answer.content.decode()
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("part", [[], ["end"]])
def test_wrong_tokens_are_the_same_404(part):
    row, other = make.filed(), make.filed()
    token = token_of(ask_and_get_follower(row))
    flipped = token[:-1] + ("0" if token[-1] != "0" else "1")
    for wrong in (flipped, token.upper(), token + ".", "0" * 64):
        assert browser().get(address(row, "following", wrong, *part)).status_code == 404
        assert browser().post(address(row, "following", wrong, *part)).status_code == 404
    assert browser().get(address(other, "following", token, *part)).status_code == 404
    assert browser().get(address(row, "mine", token)).status_code == 404


def test_a_link_lives_ninety_days_after_closing_and_is_swept():
    row = make.service_request(Status.CLOSED)
    link = address(row, "following", token_of(ask_and_get_follower(row)))
    assert browser().get(link).status_code == 200
    with clock.freeze_time(row.closed_at + timedelta(days=91)):
        assert browser().get(link).status_code == 404
        retention.delete_expired()
    assert not FollowerLink.objects.exists()


def test_a_question_that_nobody_answers_is_forgotten_after_a_week():
    row = make.filed()
    ask_and_get_follower(row)
    confirm_follower(row, email="kept@example.org")
    with clock.freeze_time(clock.now() + timedelta(days=8)):
        retention.delete_expired()
    assert [each.email for each in FollowerAddress.objects.all()] == ["kept@example.org"]


def test_mails_are_stopped_by_one_click_of_a_mail_program():
    """RFC 8058: the mail program sends a POST without cookies and without opening a page first."""
    row = make.filed()
    follower = confirm_follower(row)
    end = address(row, "following", token_of(follower), "end")
    strict = browser()
    strict.handler.enforce_csrf_checks = True
    page = unescape(strict.get(end).content.decode())
    assert "We'll delete your email address here." in page
    assert "we deleted your address here" not in page
    assert FollowerAddress.objects.exists()
    stopped = strict.post(end, {"List-Unsubscribe": "One-Click"})
    assert stopped.status_code == 200
    page = unescape(stopped.content.decode())
    assert "You're unsubscribed" in page
    assert "we deleted your address here" in page
    assert not FollowerAddress.objects.exists()
    assert make.bob().follows(row)  # the device still follows
    again = strict.post(end, {"List-Unsubscribe": "One-Click"})
    assert again.status_code == 404
    assert "We don't know this link" in unescape(again.content.decode())


def test_emails_are_stopped_on_the_page_of_the_device_that_confirmed_the_address():
    row = make.filed()
    follower = confirm_follower(row)
    page = address(row, "following")
    assert "We email updates to bob@example.org." in browser("bob").get(page).content.decode()
    second = browser("wes's phone")  # Wes opens the link of a forwarded email
    second.post(address(row, "following", token_of(follower)))
    shown = second.get(page + "?confirmed=1").content.decode()
    assert "bob@example.org" not in shown
    assert "You get updates by email." in shown
    for client in (browser(), second):
        client.post(page, {"want": "no-mail"})
    assert FollowerAddress.objects.exists()
    stopped = browser("bob").post(page, {"want": "no-mail"}, follow=True)
    assert "we deleted your address here" in stopped.content.decode()
    assert not FollowerAddress.objects.exists()
    assert make.bob().follows(row)


def test_stopping_before_confirming_leaves_nothing_behind():
    row = make.filed()
    follower = ask_and_get_follower(row)
    browser().post(address(row, "following", token_of(follower), "end"))
    assert not Follower.objects.exists()
    assert not Event.objects.filter(verb__in=[Verb.FOLLOW, Verb.UNFOLLOW]).exists()


def test_a_request_that_is_not_public_cannot_be_followed_by_mail():
    row = make.filed()
    token = token_of(confirm_follower(row))
    make.act(workflow.hide, row, make.omar(), words="It names somebody.")
    assert browser("bob").get(address(row, "following", token)).status_code == 404
    assert post_address(browser("bob"), row, "two@example.org").status_code == 404
    assert post_address(browser("ana"), row, "two@example.org").status_code == 403
    assert "By email" not in browser("ana").get(address(row)).content.decode()


def test_staff_see_how_many_follow_and_never_an_address():
    row = make.service_request(Status.ROUTED)
    follower = confirm_follower(row, email="secret@example.org")
    workflow.follow(row, by=make.device("carla"))
    followers.record_bounce(follower.pk)
    for person, path in ((make.omar(), "desk"), (make.wes(), "staff")):
        page = signed_in(person).get(f"/{path}/{row.reference}/").content.decode()
        assert "Followed by" in page
        assert "Email to 1 address bounced" in page
        assert "secret@" not in page
    assert (
        "secret@"
        in signed_in(make.ada()).get("/admin/requests_app/followeraddress/").content.decode()
    )


def test_an_opened_link_shows_that_the_address_takes_mail_again():
    row = make.filed()
    follower = confirm_follower(row)
    followers.record_bounce(follower.pk)
    browser("bob").post(address(row, "following", token_of(follower)))
    assert followers.count_followers(row).refused == 0


def test_the_reporter_opening_a_followers_link_stays_the_reporter():
    row = make.filed()
    browser("ana").post(
        address(row, "following", token_of(ask_and_get_follower(row, "ana@example.org")))
    )
    assert not make.ana().followings.exists()


def test_staff_follow_nothing_in_their_own_name():
    row = make.filed()
    token = token_of(ask_and_get_follower(row))
    assert post_address(signed_in(make.omar()), row).status_code == 403
    assert signed_in(make.omar()).post(address(row, "following", token)).status_code == 403


def test_a_request_that_its_reporter_leaves_goes_on_for_a_follower_by_mail_alone():
    row = make.filed()
    follower = ask_and_get_follower(row)
    waiting = make.filed()
    ask_and_get_follower(waiting, "never@example.org")
    workflow.follow_by_link(follower, by=make.device("gone"))
    Follower.objects.update(device=None)
    for each in (row, waiting):
        make.act(workflow.withdraw, each, make.ana())
    assert (row.status, waiting.status) == (Status.FILED, Status.CLOSED)


def test_whoever_stopped_a_moment_ago_does_not_begin_again():
    follower = ask_and_get_follower(make.filed())
    stale = Follower.objects.get(pk=follower.pk)
    workflow.stop_mails(follower)
    with pytest.raises(IllegalTransition):
        workflow.follow_by_link(stale, by=make.bob())


def test_a_follower_without_an_address_follows_on_a_second_device_too():
    row = make.filed()
    workflow.follow(row, by=make.bob())
    workflow.follow_by_link(row.followers.get(), by=make.device("bob's tablet"))
    assert make.device("bob's tablet").follows(row)
    assert row.followers.count() == 2


def test_the_reporter_who_opens_a_followers_link_stays_the_reporter_alone():
    row = make.filed(by=make.ana())
    follower = ask_and_get_follower(row)
    workflow.follow_by_link(follower, by=make.ana())
    assert not make.ana().followings.exists()
    follower.refresh_from_db()
    assert follower.address.confirmed_at is not None
