"""The desk in a test: its addresses, an act that is sent, a request as it stands now."""

import pytest
from django.urls import reverse

from tests import make

HTMX = {"HX-Request": "true", "HX-Target": "div#panel"}


@pytest.fixture
def omar(client):
    """Return the browser of omar, who is signed in."""
    client.force_login(make.omar())
    return client


def desk_url(row, noun="request", *args, **query):
    address = reverse(f"desk_{noun}", args=[row.reference, *args])
    return f"{address}?" + "&".join(f"{name}={value}" for name, value in query.items())


def post_action(client, row, noun, headers=None, args=(), **given):
    given.setdefault("seen", make.seen(row))
    return client.post(desk_url(row, noun, *args), given, headers=headers)


def refreshed(row):
    row.refresh_from_db()
    return row
