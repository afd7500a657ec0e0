"""Import and export of the routing rules as a spreadsheet.

An import never changes the rules: it makes a draft, which is tested and published.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from city.spreadsheets.resource import TableResource
from lib import clock
from routing.models import DraftedRule, RoutingRule, RuleDraft
from routing.rules import drafts, pack


class RulesResource(TableResource):
    """The import of rules into a new `draft`."""

    by: User | None

    @cached_property
    def draft(self) -> RuleDraft:
        """Return the draft of this import; first access saves it with copies of the live rules."""
        day = clock.format_absolute_date(timezone.localdate(clock.now()))
        draft = RuleDraft(name=_("From a file, %s") % day, made_by=self.by)
        draft.save()
        drafts.copy_rules_into(draft)
        return draft

    @cached_property
    def rows_by_key(self) -> dict[tuple, Any]:
        """Return the rules of the new draft by `row_key()`; only these are changed."""
        return {(rule.name,): rule for rule in self.draft.rules.all()}

    def list_exported_rows(self) -> QuerySet:
        """Return the active rules, in the order in which they are read."""
        return RoutingRule.objects.active()

    def list_all_rows(self) -> QuerySet:
        """Return all live rules, deactivated ones included."""
        return RoutingRule.objects.all()

    def row_key(self, rule) -> tuple:
        """Return the key by which rows of the file and rules are matched: the name."""
        return (rule.name,)

    def find_objections(self, values, known) -> Iterator[tuple[str, str]]:
        """Yield (NON_FIELD_ERRORS, message) for each problem of the row; `known` is not used."""
        for words in pack.list_problems(pack.to_model_fields(values)):
            yield NON_FIELD_ERRORS, words

    def build_instance(self) -> DraftedRule:
        """Return an unsaved, empty rule of the draft."""
        return DraftedRule(draft=self.draft)

    def set_derived_fields(self, rule: DraftedRule) -> None:
        """Make `rule.weekdays`, a list or tuple from the file, a list for the array field."""
        rule.weekdays = list(rule.weekdays)
