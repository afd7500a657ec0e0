"""The city's routing rules: in order, the first that matches says where a request goes."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from routing.models.conditions import Conditions, constraints


class RoutingRule(Conditions):
    """A rule in use, or one that was. The name with the version stands in each event."""

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
            *constraints("a"),
            models.UniqueConstraint(  # looked at when all is written, so that names can be swapped
                fields=["name"],
                name="each_rule_has_its_own_name",
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message=_("Another rule has this name."),
            ),
        ]

    def change(self, values, *, why, by=None) -> None:
        """Make it say these `values`; its history keeps who did it, and `why`."""
        for name, value in values.items():
            setattr(self, name, value)
        self._change_reason, self._history_user = why, by
        self.save()

    def save(self, **kwargs) -> None:
        """Raises the version where something changed; it never falls, also not by going back."""
        stored = type(self).objects.filter(pk=self.pk).first() if self.pk else None
        if stored:
            self.version = stored.version + bool(self.differing(stored))
        super().save(**kwargs)
