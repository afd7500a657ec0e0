"""Tests for concurrent verbs: the row lock lets one succeed and refuses the other.

Each test fails without the lock.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from requests_app import workflow
from requests_app.errors import DomainError
from requests_app.filing import drafts
from requests_app.models import Draft, ServiceRequest
from requests_app.status import Status, Verb
from tests import make
from tests.locks import wait_for_someone_to_block

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_agents_routing_at_once_route_once():
    service_request = make.filed()
    seen = make.last_event_id(service_request)
    omar, streets, water = make.omar(), make.streets(), make.water()

    def rival():
        workflow.route(_load(service_request), to=water, by=omar, seen=seen)

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            workflow.route(service_request, to=streets, by=omar, seen=seen)
            outcome = pool.submit(_attempt, rival)
            wait_for_someone_to_block()
        assert outcome.result() == "StaleView"
    assert _load(service_request).department == streets
    assert service_request.events.filter(verb=Verb.ROUTE).count() == 1


def test_two_agents_who_clear_words_of_danger_at_once_clear_them_once():
    service_request = make.filed(description="There is a gas leak here.")
    seen = make.last_event_id(service_request)
    omar, olga = make.omar(), make.user("olga", is_agent=True)

    def rival():
        workflow.clear_danger(_load(service_request), by=olga, seen=seen)

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            workflow.clear_danger(service_request, by=omar, seen=seen)
            outcome = pool.submit(_attempt, rival)
            wait_for_someone_to_block()
        assert outcome.result() == "StaleView"
    left = _load(service_request)
    assert (left.danger, left.priority) == ("", "normal")
    assert left.events.filter(verb=Verb.CLEAR_DANGER).count() == 1
    assert left.version == left.events.count()


def test_two_agents_who_find_nothing_wrong_at_once_settle_it_once():
    service_request = make.filed()
    workflow.report_content(service_request, reason="other", by=make.bob())
    report = service_request.content_reports.get().pk
    seen = make.last_event_id(service_request)
    omar, olga = make.omar(), make.user("olga", is_agent=True)

    def rival():
        row = _load(service_request)
        workflow.dismiss_reports(row, report=report, by=olga, seen=seen)

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            workflow.dismiss_reports(service_request, report=report, by=omar, seen=seen)
            outcome = pool.submit(_attempt, rival)
            wait_for_someone_to_block()
        assert outcome.result() == "StaleView"
    assert service_request.events.filter(verb=Verb.DISMISS_REPORTS).count() == 1
    assert service_request.content_reports.get().settled_by.actor == omar


def test_a_report_that_is_sent_twice_at_once_is_kept_once():
    service_request, bob = make.filed(), make.bob()

    def rival():
        workflow.report_content(_load(service_request), reason="offensive", by=bob)

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert workflow.report_content(service_request, reason="other", by=bob)
            outcome = pool.submit(_attempt, rival)
            wait_for_someone_to_block()
        assert outcome.result() == "done"
    assert service_request.content_reports.get().reason == "other"


def test_two_comments_at_once_that_name_a_danger_flag_it_once():
    service_request = make.filed()
    ana, words = make.ana(), "There is a gas leak here."
    seen = make.last_event_id(service_request)

    def rival():
        workflow.comment(_load(service_request), words=words, by=ana, seen=seen)

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            workflow.comment(service_request, words=words, by=ana, seen=seen)
            outcome = pool.submit(_attempt, rival)
            wait_for_someone_to_block()
        assert outcome.result() == "StaleView"
    assert service_request.events.filter(verb=Verb.FLAG_DANGER).count() == 1


def test_a_reply_that_is_undone_twice_at_once_is_undone_once():
    service_request, omar = make.filed(), make.omar()
    make.act(workflow.comment, service_request, omar, words="A crew comes.")
    event = service_request.events.last()

    def rival():
        workflow.undo(_load(service_request), event=event, by=omar)

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            workflow.undo(service_request, event=event, by=omar)
            outcome = pool.submit(_attempt, rival)
            wait_for_someone_to_block()
        assert outcome.result() == "IllegalTransition"
    assert service_request.events.filter(verb=Verb.UNDO).count() == 1
    assert _load(service_request).replies_public_from == []


def test_a_completion_against_a_re_route_leaves_one_of_them():
    service_request = make.service_request(Status.IN_PROGRESS)
    seen = make.last_event_id(service_request)
    omar, water = make.omar(), make.water()

    def rival():
        workflow.route(_load(service_request), to=water, by=omar, seen=seen, words="Wet.")

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            make.complete(service_request)
            outcome = pool.submit(_attempt, rival)
            wait_for_someone_to_block()
        assert outcome.result() == "StaleView"
    assert _load(service_request).status == Status.COMPLETED


def test_two_agents_marking_each_others_request_as_the_duplicate_do_not_deadlock():
    one, other = make.filed(), make.filed(by=make.bob())
    seen = make.last_event_id(one), make.last_event_id(other)
    omar = make.omar()

    def rival():
        workflow.mark_duplicate(_load(other), original=_load(one), by=omar, seen=seen[1])

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            workflow.mark_duplicate(one, original=other, by=omar, seen=seen[0])
            outcome = pool.submit(_attempt, rival)
            wait_for_someone_to_block()
        assert outcome.result() == "InvalidInput"
    assert _load(other).duplicate_of is None


def test_a_draft_sent_twice_at_once_is_one_request():
    category = make.pothole()
    draft = Draft.objects.create(
        device=make.ana(),
        category=category,
        latitude=make.CITY_HALL[0],
        longitude=make.CITY_HALL[1],
        answers=make.least_answers(category),
    )
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first = drafts.send_draft(draft)
            second = pool.submit(_in_own_connection, lambda: drafts.send_draft(draft).reference)
            wait_for_someone_to_block()
        assert second.result() == first.reference
    assert ServiceRequest.objects.count() == 1
    assert drafts.send_draft(draft) == first


def _load(service_request):
    return ServiceRequest.objects.get(pk=service_request.pk)


def _attempt(verb):
    def attempt():
        try:
            verb()
        except DomainError as refused:
            return type(refused).__name__
        return "done"

    return _in_own_connection(attempt)


def _in_own_connection(function):
    try:
        return function()
    finally:
        connection.close()
