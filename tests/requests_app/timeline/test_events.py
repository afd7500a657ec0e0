"""Tests for loading the events of many requests together."""

import pytest

from requests_app import timeline, workflow
from requests_app.models import Event
from requests_app.permissions import Audience
from requests_app.status import Outcome, Status
from requests_app.timeline.events import load_events_by_request
from tests import make

pytestmark = pytest.mark.django_db


def a_varied_city():
    rows = [
        make.service_request(Status.CLOSED, outcome)
        for outcome in Outcome
        if outcome != Outcome.IMPORTED
    ]
    rows += [make.service_request(status) for status in Status if status != Status.CLOSED]
    photo = make.photo(device=make.ana())
    hidden = make.filed(photos=[photo])
    make.act(workflow.comment, hidden, make.ana(), words="A quagga.")
    words = hidden.comments.get()
    make.act(workflow.hide, hidden, make.omar(), words="A name.", comment=words)
    make.act(workflow.hide, hidden, make.omar(), words="A face.", photo=hidden.photos.get())
    return [*rows, hidden, make.imported()]


def timeline_tuples(events, audience):
    return [
        (line.text, line.reason, line.quote, [photo.url(320) for photo in line.photos])
        for line in timeline.build_timeline(events, audience)
    ]


@pytest.mark.parametrize("audience", Audience)
def test_each_is_told_as_it_is_alone(audience, django_assert_num_queries):
    rows = a_varied_city()
    alone = {row.pk: timeline_tuples(timeline.load_events(row), audience) for row in rows}
    with django_assert_num_queries(6):
        logs = load_events_by_request(rows)
        together = {row.pk: timeline_tuples(logs[row.pk], audience) for row in rows}
    assert together == alone
    assert sum(map(len, logs.values())) == Event.objects.filter(service_request__in=rows).count()


def test_of_nothing_nothing_is_asked(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert load_events_by_request([]) == {}
