from django.contrib.postgres.fields import ArrayField
from django.db import models

from city.models import Department
from requests_app.models import ServiceRequest
from routing.models.rule import RoutingRule
from santa311.lib import clock


class Proposal(models.Model):
    """Where the rules would send a request, and why; the desk decides.

    No department: the rules leave it to the desk. `matched` names the conditions of the rule that
    held (`category`, `zone` …); `stopped` is the department it would have been, had it not been
    switched off or handed the request back.
    """

    service_request = models.OneToOneField(ServiceRequest, models.CASCADE, related_name="proposal")
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    rule = models.ForeignKey(RoutingRule, models.SET_NULL, null=True, related_name="+")
    rule_label = models.CharField(max_length=60, blank=True)
    rule_version = models.PositiveIntegerField(null=True)
    matched = ArrayField(models.CharField(max_length=12), default=list)
    why = models.CharField(max_length=200, blank=True)
    stopped = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self):
        return f"{self.service_request_id}: {self.department or 'the desk'}"
