"""The routing rules as a sheet. A file never changes the rules: it makes a draft of them, which is
tried and published like every other.
"""

from functools import cached_property

from django.core.exceptions import NON_FIELD_ERRORS
from django.utils import timezone
from django.utils.translation import gettext as _

from city.spreadsheets.resource import TableResource
from lib import clock
from routing.models import DraftedRule, RoutingRule, RuleDraft
from routing.rules import drafts, pack


class RulesResource(TableResource):
    """`draft` is the draft that the file makes."""

    @cached_property
    def draft(self):
        day = clock.named_day(timezone.localdate(clock.now()))
        draft = RuleDraft(name=_("From a file, %s") % day, made_by=self.by)
        draft.save()
        drafts.fill(draft)
        return draft

    @cached_property
    def known(self):
        return {(rule.name,): rule for rule in self.draft.rules.all()}

    def rows(self):
        return RoutingRule.objects.in_order()

    def all_rows(self):
        return RoutingRule.objects.all()

    def key_of_instance(self, rule):
        return (rule.name,)

    def objections(self, values, known):
        for words in pack.all_disagreements(pack.as_fields(values)):
            yield NON_FIELD_ERRORS, words

    def build_instance(self):
        return DraftedRule(draft=self.draft)

    def complete(self, rule):
        rule.weekdays = list(rule.weekdays)
