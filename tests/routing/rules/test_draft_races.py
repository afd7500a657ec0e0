"""Tests for publishing two drafts at once: the second is refused. They need the table lock."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from routing.models import RoutingRule, RuleDraft
from routing.rules import drafts
from tests import make
from tests.locks import wait_for_someone_to_block

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_drafts_published_at_once_one_is_and_the_other_is_told():
    """Both drafts only add a rule, so there is no row that both of them lock."""
    ada = make.ada()
    winter, summer = create_draft_with_rule("Winter"), create_draft_with_rule("Summer")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            drafts.publish_draft(winter, by=ada, why="It is cold.")
            outcome = pool.submit(try_to_publish, summer, ada)
            wait_for_someone_to_block()
        assert outcome.result() == "RulesChanged"
    assert RoutingRule.objects.filter(name="Winter").exists()
    assert not RoutingRule.objects.filter(name="Summer").exists()


def create_draft_with_rule(name):
    draft = RuleDraft.objects.create(name=name)
    drafts.copy_rules_into(draft)
    draft.rules.create(name=name, department=make.streets(), priority="urgent", position=999)
    return draft


def try_to_publish(draft, by):
    """Publish in a thread with its own connection; return "published" or the name of the error."""
    try:
        drafts.publish_draft(draft, by=by, why="It is warm.")
    except drafts.NotPublished as error:
        return type(error).__name__
    finally:
        connection.close()
    return "published"
