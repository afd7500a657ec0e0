"""The routing rules as a sheet. A file never changes the rules: it makes a draft of them, which is
tried and published like every other.
"""

from functools import cached_property

from django.core.exceptions import NON_FIELD_ERRORS
from django.utils import timezone
from django.utils.translation import gettext as _

from city.pack.tables import Pointer, Table
from city.spreadsheets.resource import TableResource, resource_of
from routing.models import DraftedRule, RoutingRule, RuleDraft
from routing.rules import drafts, pack
from santa311.lib import clock

RULES = Table(
    pack.FILE,
    DraftedRule,
    "rules",
    pack.COLUMNS,
    ["name"],
    [Pointer(column, "") for column, _model, _key in pack.NAMED],
    is_ordered=False,
)


class RulesResource(TableResource):
    """`draft` is the draft that the file makes; `pair` on each of its rules the answer it asks."""

    attributes = {"order": "position", "answer": "pair", "from": "from_time", "to": "to_time"}

    @cached_property
    def draft(self):
        day = clock.named_day(timezone.localdate(clock.now()))
        draft = RuleDraft(name=_("From a file, %s") % day, made_by=self.by)
        draft.save()
        drafts.fill(draft)
        return draft

    @cached_property
    def known(self):
        return {(rule.name,): _with_pair(rule) for rule in self.draft.rules.all()}

    def rows(self):
        return RoutingRule.objects.in_order()

    def all_rows(self):
        return RoutingRule.objects.order_by("position", "pk")

    def cells(self, rule):
        if hasattr(rule, "pair"):
            rule.question, rule.answer = rule.pair or ("", "")
        return pack.cells(rule)

    def key_of_instance(self, rule):
        return (rule.name,)

    @cached_property
    def _offered(self):
        return pack.named()

    def _target(self, pointer, key):
        return self._offered[pointer.column].get(key[0])

    def objections(self, row, known):
        question, answer = row["answer"] or ("", "")
        hours = {"from_time": row["from"], "to_time": row["to"]}
        for words in pack.all_disagreements(row | hours | {"question": question, "answer": answer}):
            yield NON_FIELD_ERRORS, words

    def init_instance(self, row=None):
        return _with_pair(DraftedRule(draft=self.draft))

    def complete(self, rule):
        rule.question, rule.answer = rule.pair or ("", "")
        rule.weekdays = list(rule.weekdays)


def _with_pair(rule):
    rule.pair = (rule.question, rule.answer) if rule.question else None
    return rule


RulesResource = resource_of(RULES, RulesResource)
