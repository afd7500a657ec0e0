"""Normalized email addresses: which are equal, which are not, and rows of an older version."""

import time

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from lib.email_addresses import normalize_email, validate_mailbox
from requests_app.models import Contact
from santa311.observability import installation
from tests import make

BEFORE = [("accounts", "0005_must_change_password")]
AFTER = [("accounts", "0006_normalized_login_names")]


@pytest.mark.parametrize(
    ("typed", "normalized"),
    [
        ("", ""),
        (" Ana@Example.ORG ", "ana@example.org"),
        ("ana@bücher.example", "ana@xn--bcher-kva.example"),
        ("ana@BÜCHER.example", "ana@xn--bcher-kva.example"),
        ("ana@xn--bcher-kva.example", "ana@xn--bcher-kva.example"),
        ("ana@\uff45xample.org", "ana@example.org"),  # DNS knows full-width letters as ASCII
        ("ana", "ana"),
    ],
)
def test_spellings_of_one_mailbox_are_equal(typed, normalized):
    assert normalize_email(typed) == normalized


@pytest.mark.parametrize(
    "lookalike",
    [
        "kim@ma\u0131l.example",  # dotless i
        "kim@ma\u0130l.example",  # I with a dot
        "kim@m\u0430il.example",  # Cyrillic a
        "k\u0131m@mail.example",
        "k\u0130m@mail.example",
        "\u212aim@mail.example",  # the Kelvin sign, whose lower case is k
        "\uff4bim@mail.example",  # full-width k
        "k\u0456m@mail.example",  # Cyrillic i
    ],
)
def test_a_lookalike_is_another_mailbox(lookalike):
    assert normalize_email(lookalike) != normalize_email("kim@mail.example")


def test_a_domain_that_cannot_be_encoded_equals_itself_alone():
    long = "\u0131" * 80
    assert normalize_email(f"ana@{long}.example") == f"ana@{long}.example"
    assert normalize_email(f"ana@{long.upper()}.example") != normalize_email(f"ana@{long}.example")


def test_a_very_long_address_is_normalized_at_once():
    started = time.process_time()
    normalize_email("ana@" + "\u0131" * 200_000)
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize(
    "address",
    ["k\u0131m@mail.example", "\u017fam@mail.example", "a" * 65 + "@mail.example",
     f"ana@{'\u0131' * 80}.example", "ana@" + ".".join(["\u0131\u0131"] * 60) + ".org"],
)  # fmt: skip
def test_an_address_that_mail_cannot_reach_is_refused(address):
    with pytest.raises(ValidationError):
        validate_mailbox(address)


@pytest.mark.django_db
def test_the_normalized_address_follows_the_typed_one():
    contact = Contact(service_request=make.filed(), email="Ana@Example.org")
    contact.save()
    contact.email = "Bob@Example.org"
    contact.save(update_fields=["email"])
    contact.refresh_from_db()
    assert (contact.email, contact.email_normalized) == ("Bob@Example.org", "bob@example.org")


@pytest.mark.django_db
def test_addresses_that_an_older_version_stored_are_found_and_normalized(capsys):
    ana = {"name": "Ana", "email": "Ana@Example.org", "phone": ""}
    rows = [make.filed(contact=ana) for _ in range(3)]
    Contact.objects.update(email_normalized="")
    words = [each.words for each in installation.findings() if each.part == "database"]
    assert any("normalize_emails" in each for each in words)
    call_command("normalize_emails")
    assert "contacts: 3 normalized" in capsys.readouterr().out
    found = Contact.objects.filter(email_normalized="ana@example.org")
    assert set(found.values_list("service_request", flat=True)) == {row.pk for row in rows}


@pytest.mark.django_db(transaction=True)
def test_two_accounts_that_would_collide_stop_the_migration_before_any_change():
    executor = MigrationExecutor(connection)
    apps = executor.migrate(BEFORE).apps
    try:
        users = apps.get_model("accounts", "User").objects
        users.create(username="Nora", email="nora@b\u00fccher.example")
        users.create(username="nora2", email="Nora@xn--bcher-kva.example")
        users.create(username="nora", email="other@example.org")
        with pytest.raises(ValueError, match="Nothing was changed") as refused:
            MigrationExecutor(connection).migrate(AFTER)
        text = str(refused.value)
        assert "Nora <nora@b\u00fccher.example> and nora <other@example.org>" in text
        assert "Nora <nora@b\u00fccher.example> and nora2 <Nora@xn--bcher-kva.example>" in text
        assert set(users.values_list("username", flat=True)) >= {"Nora", "nora2", "nora"}
        users.filter(username__in=["nora2", "nora"]).delete()
        MigrationExecutor(connection).migrate(AFTER)
        with connection.cursor() as cursor:
            cursor.execute("SELECT username, email_normalized FROM accounts_user")
            assert ("nora", "nora@xn--bcher-kva.example") in cursor.fetchall()
            cursor.execute("DELETE FROM accounts_user WHERE username = 'nora'")
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
