"""Two drafts published at once: one is, the other is told. It goes red without the table's lock."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from routing import drafts
from routing.models import RoutingRule, RuleDraft
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_drafts_published_at_once_one_is_and_the_other_is_told():
    """Both only add a rule: no row that exists stands between them."""
    ada = make.ada()
    winter, summer = _adding("Winter"), _adding("Summer")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            drafts.publish(winter, by=ada, why="It is cold.")
            outcome = pool.submit(_try, summer, ada)
            _wait_for_someone_to_block()
        assert outcome.result() == "RulesMoved"
    assert RoutingRule.objects.filter(name="Winter").exists()
    assert not RoutingRule.objects.filter(name="Summer").exists()


def _adding(name):
    draft = RuleDraft.objects.create(name=name)
    drafts.fill(draft)
    draft.rules.create(name=name, department=make.streets(), priority="urgent", position=999)
    return draft


def _try(draft, by):
    """What became of it in another thread, with its own connection."""
    try:
        drafts.publish(draft, by=by, why="It is warm.")
    except drafts.NotPublished as error:
        return type(error).__name__
    finally:
        connection.close()
    return "published"


def _wait_for_someone_to_block():
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    raise AssertionError("nobody waited")
