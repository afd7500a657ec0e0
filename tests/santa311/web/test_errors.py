"""Tests for the error pages of residents and staff."""

import pytest
from django.template.loader import render_to_string
from django.views.defaults import server_error

from tests import make
from tests.visitors import browser, signed_in

pytestmark = pytest.mark.django_db


def words_of(response):
    return response.content.decode()


@pytest.mark.parametrize("path", ["/nowhere/", "/report/nobody/what/", "/%ff%fe/", "/requests/x/"])
def test_what_is_not_there_offers_the_look_up_and_the_first_page(path):
    response = browser("ana").get(path)
    assert response.status_code == 404
    assert "Look up a request number" in words_of(response)
    assert "Go to the home page" in words_of(response)


def test_a_job_that_left_the_department_leads_back_to_the_others():
    page = words_of(signed_in(make.wes()).get("/staff/SM-2222-2222/"))
    assert "another department may have it now" in page
    assert "Back to your work" in page


def test_a_browser_without_cookies_is_told_what_is_missing():
    assert "may be blocking cookies" in words_of(browser().get("/nowhere/"))
    assert "may be blocking cookies" not in words_of(browser("ana").get("/nowhere/"))


def test_a_stranger_at_a_request_is_told_first_that_it_may_be_private():
    hidden = make.filed(category=make.category(is_private=True))
    # the page for a reference that does not exist is the same
    for reference in (hidden.reference, "SM-2222-2222"):
        page = words_of(browser().get(f"/requests/{reference}/"))
        assert page.index("may be a private request") < page.index("may be blocking cookies")
    assert "may be a private request" not in words_of(browser().get("/nowhere/"))


def test_staff_at_a_page_of_others_are_told_who_they_are():
    response = signed_in(make.wes()).get("/desk/")
    assert response.status_code == 403
    assert "You're signed in as wes" in words_of(response)


def test_a_password_is_never_shown_again(client):
    client.handler.enforce_csrf_checks = True
    given = {"login": "omar", "password": "secret words"}
    response = client.post("/accounts/login/", given, headers={"sec-fetch-site": "same-origin"})
    assert response.status_code == 403
    assert "secret words" not in words_of(response)


def test_the_page_for_our_own_fault_needs_nothing_that_could_be_broken(rf):
    response = server_error(rf.get("/"))
    assert response.status_code == 500
    assert "Something broke on our side" in words_of(response)
    assert render_to_string("500.html")
