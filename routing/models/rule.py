"""The city's routing rules."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import User
from routing.models.conditions import Conditions, rule_constraints


class RoutingRule(Conditions):
    """A rule in use, or a deactivated one. Events store its name and version."""

    version = models.PositiveIntegerField(
        _("version"), default=1, editable=False, help_text=_("Goes up by one with each change.")
    )

    history = HistoricalRecords(
        history_change_reason_field=models.CharField(max_length=300, null=True)
    )

    class Meta(Conditions.Meta):
        verbose_name = _("routing rule")
        verbose_name_plural = _("routing rules")
        constraints = [
            *rule_constraints("a"),
            models.UniqueConstraint(  # checked at the end of the transaction: names can be swapped
                fields=["name"],
                name="each_rule_has_its_own_name",
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message=_("Another rule has this name."),
            ),
        ]

    def update_with_history(
        self, values: dict[str, Any], *, why: str, by: User | None = None
    ) -> None:
        """Set `values` on the rule and save it; the history stores `by` and `why`."""
        for name, value in values.items():
            setattr(self, name, value)
        self._change_reason, self._history_user = why, by
        self.save()

    def save(self, **kwargs) -> None:
        """Save the rule; the version goes up by one if a condition or effect changed.

        A change of any of RULE_COLUMNS counts. One query more for a rule that is stored.
        """
        stored = type(self).objects.filter(pk=self.pk).first() if self.pk else None
        if stored:
            self.version = stored.version + bool(self.differing_columns(stored))
        super().save(**kwargs)
