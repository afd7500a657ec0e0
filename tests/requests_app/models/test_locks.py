"""Tests for the row lock of a request, which rereads the caller's instance."""

import pytest
from django.db import transaction

from requests_app import workflow
from requests_app.models import ServiceRequest
from requests_app.models.locks import lock_row
from requests_app.status import Status
from tests import make

pytestmark = pytest.mark.django_db


def test_a_locked_request_is_as_the_database_has_it(django_assert_num_queries):
    mine = make.filed(contact={"name": "Ana", "email": "ana@example.com", "phone": ""})
    assert mine.department is None
    assert mine.contact.email == "ana@example.com"
    theirs = ServiceRequest.objects.get(pk=mine.pk)
    make.route(theirs)
    theirs.contact.delete()
    with transaction.atomic():
        with django_assert_num_queries(1) as read:
            lock_row(mine)
        assert "FOR UPDATE" in read[0]["sql"]
        assert (mine.status, mine.department) == (Status.ROUTED, make.streets())
        assert not hasattr(mine, "contact")


def test_a_locked_request_has_lost_the_rows_that_were_fetched_with_it():
    row = make.filed()
    mine = ServiceRequest.objects.prefetch_related("events").get(pk=row.pk)
    make.route(row)
    with transaction.atomic():
        lock_row(mine)
    assert mine.events.count() == row.events.count() == 2


def test_an_undone_act_leaves_nothing_of_it_on_the_callers_instance():
    row = make.service_request(Status.ROUTED)
    make.moved_on(row, make.water())
    assert row.department == make.water()
    workflow.undo(row, event=row.events.last(), by=make.omar())
    assert row.department == make.streets()
    assert row.department == ServiceRequest.objects.get(pk=row.pk).department
