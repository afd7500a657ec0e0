"""Helpers for tests of the desk: client of an agent, URLs, posting actions, reloading requests."""

import pytest
from django.urls import reverse

from tests import make

HTMX = {"HX-Request": "true", "HX-Target": "div#panel"}


@pytest.fixture
def omar(client):
    """Return a client that is signed in as the agent Omar."""
    client.force_login(make.omar())
    return client


def desk_url(row, noun="request", *args, **query):
    address = reverse(f"desk_{noun}", args=[row.reference, *args])
    return f"{address}?" + "&".join(f"{name}={value}" for name, value in query.items())


def post_action(client, row, noun, headers=None, args=(), **given):
    given.setdefault("seen", make.last_event_id(row))
    return client.post(desk_url(row, noun, *args), given, headers=headers)


def refreshed(row):
    row.refresh_from_db()
    return row
