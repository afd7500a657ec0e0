"""Tests for a job that returns to a department at the moment when its crew hands the work over."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from requests_app.models import Photo, ServiceRequest
from requests_app.status import Status, Verb
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


def send(person, reference, **data):
    """Post the handover of a job with a database connection of its own; return the response."""
    try:
        client = Client()
        client.force_login(person)
        return client.post(reverse("handover", args=[reference]), data)
    finally:
        connection.close()


def wait_until_somebody_waits_for_a_lock():
    with connection.cursor() as cursor:
        waiting = 0
        while not waiting:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            [[waiting]] = cursor.fetchall()


def test_what_was_typed_is_in_the_form_that_finishes_the_job():
    row, wes = make.service_request(Status.ROUTED), make.wes()
    photo = make.photo(Photo.Kind.COMPLETION, "olive", user=wes)
    make.route(row, make.water())
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            ServiceRequest.objects.select_for_update().get(pk=row.pk)
            sent = pool.submit(send, wes, row.reference, note="Filled.", photo=str(photo.pk))
            wait_until_somebody_waits_for_a_lock()
            make.route(row, make.streets())
        response = sent.result()
    body = response.content.decode()
    assert response.status_code == 409
    assert "This job is with your department again. Finish it here." in body
    assert "Filled." in body
    assert str(photo.pk) in body
    assert not row.events.filter(verb=Verb.HAND_OVER).exists()
