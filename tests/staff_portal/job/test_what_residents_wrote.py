"""Tests for residents' answers and comments on the page of a job."""

import re

import pytest
from django.urls import reverse

from requests_app import workflow
from requests_app.status import Status
from tests import make

pytestmark = pytest.mark.django_db


def read_facts(client, row) -> str:
    """Return the part of the page above the collapsed log."""
    page = client.get(reverse("job", args=[row.reference])).content.decode()
    return page[page.index('class="jobfacts"') : page.index('class="past"')]


def test_a_job_shows_the_answer_beside_its_question(client, wes):
    row = make.service_request(Status.AWAITING_RESIDENT)
    asked = row.events.get(verb="ask").words.body
    make.act(workflow.answer, row, make.ana(), words="The north side.")
    shown = read_facts(client, row)
    assert "“The north side.”" in shown
    assert f"Question: “{asked}”" in shown


def test_a_job_shows_the_latest_comments_of_residents_and_no_note_of_the_staff(client, wes):
    row = make.service_request(Status.ROUTED)
    for number in range(1, 5):
        make.act(workflow.comment, row, make.ana(), words=f"It grew, part {number}.")
    make.act(workflow.comment, row, wes, words="Bring the long ladder.", is_public=False)
    shown = read_facts(client, row)
    assert re.findall(r"part (\d)", shown) == ["2", "3", "4"]
    assert "ladder" not in shown
