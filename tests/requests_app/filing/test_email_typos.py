"""Tests for the question about a mistyped email domain, which the person can ignore."""

import pytest

from requests_app.filing.email_typos import suggest_email
from requests_app.models import Draft, ServiceRequest
from tests.requests_app.filing.report import Report
from tests.visitors import source

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "domain"),
    [
        ("gmial.com", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("Gmal.com", "gmail.com"),
        ("hotmial.com", "hotmail.com"),
        ("yahooo.com", "yahoo.com"),
        ("outlok.com", "outlook.com"),
        ("iclould.com", "icloud.com"),
    ],
)
def test_a_common_domain_with_a_typo_is_known(typed, domain):
    assert suggest_email(f"ana@{typed}") == f"ana@{domain}"


@pytest.mark.parametrize(
    "email",
    [
        "",
        "ana@gmail.com",
        "ana@mail.com",
        "ana@ymail.com",
        "ana@yahoo.ca",
        "ana@aol.com",
        "ana@example.org",
    ],
)
def test_of_other_addresses_nothing_is_asked(email):
    assert suggest_email(email) == ""


def test_the_address_that_was_meant_is_one_button_away():
    report = Report().walk_to("details")
    report.post_details(email="ana@gmial.com")
    assert "Yes, ana@gmail.com" in source(report.get("check"))
    report.post("check", mend_email="1")
    assert Draft.objects.get().email == "ana@gmail.com"
    assert "Did you mean" not in source(report.get("check"))


def test_whoever_keeps_the_address_as_it_is_sends_it():
    report = Report().walk_to("details")
    report.post_details(email="ana@gmial.com")
    report.post_review()
    assert ServiceRequest.objects.get().contact.email == "ana@gmial.com"
