"""Fixtures for tests of the overview: leads and supervisors, on a day in spring."""

import pytest
from django.test import Client

from staff_portal.overview import daily_recount
from tests import make
from tests.staff_portal.overview.weeks import at_moment


class PatientClient(Client):
    """A client that updates the figures of changed days before each GET."""

    is_patient = True

    def get(self, *args, **given):
        if self.is_patient:
            daily_recount.recount_changed_days()
        return super().get(*args, **given)


@pytest.fixture
def client() -> PatientClient:
    return PatientClient()


@pytest.fixture
def spring(db):
    """Set the clock to 12:00 on Wednesday, April 1, 2026."""
    with at_moment("04-01 12:00"):
        yield


@pytest.fixture
def lead(client, spring):
    """Sign in a supervisor of Street Services who is also a lead of the desk."""
    person = make.sue()
    person.is_agent = person.is_lead = True
    person.save()
    client.force_login(person)
    return client
