from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from city.keys import CachedForeignKey
from city.models import Department
from requests_app.models.columns import created_field, request_foreign_key
from routing.models.rule import RoutingRule


def _department(label) -> CachedForeignKey:
    """Return an optional foreign key to a department."""
    return CachedForeignKey(
        Department, models.PROTECT, null=True, related_name="+", verbose_name=label
    )


class Proposal(models.Model):
    """The department to which the rules would send a request, and why; the desk decides."""

    service_request = request_foreign_key("proposal", one=True)
    department = _department(_("department"))
    rule = models.ForeignKey(
        RoutingRule, models.SET_NULL, null=True, related_name="+", verbose_name=_("rule")
    )
    rule_label = models.CharField(_("rule as it was"), max_length=60, blank=True)
    rule_version = models.PositiveIntegerField(_("version of the rule"), null=True)
    matched = ArrayField(
        models.CharField(max_length=12), default=list, verbose_name=_("what matched")
    )
    why = models.CharField(_("why"), max_length=200, blank=True)
    stopped = _department(_("stopped"))
    created_at = created_field()

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        indexes = [models.Index(fields=["created_at"], name="proposals_by_time")]

    def __str__(self) -> str:
        return f"{self.service_request_id}: {self.department or 'the desk'}"
