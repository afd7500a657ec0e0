"""Administration of the reports that users get by email."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from lib import clock
from staff_portal.models import ScheduledReport
from staff_portal.overview.scheduled import saved
from staff_portal.overview.scheduled.forms import format_rhythm


@admin.register(ScheduledReport)
class ScheduledReportAdmin(admin.ModelAdmin):
    """The reports by email: the user, the figures and why one is paused; one can be ended here."""

    list_display = ["user", "description", "rhythm", "next_email", "sent_through", "paused_because"]
    list_filter = ["paused_because", "is_city"]
    list_select_related = ["user"]
    search_fields = ["user__username", "user__email"]
    fields = ["user", "description", "rhythm", "next_email", "sent_through", "paused_because",
              "created_at"]  # fmt: skip
    list_per_page = 50

    @admin.display(description=_("figures"))
    def description(self, report: ScheduledReport) -> str:
        """Return the department or the whole city, the category and the zone."""
        return saved.describe_report(report)

    @admin.display(description=_("when"))
    def rhythm(self, report: ScheduledReport) -> str:
        return format_rhythm(report)

    @admin.display(description=_("next email"), ordering="due_at")
    def next_email(self, report: ScheduledReport) -> str:
        due = clock.localtime(report.due_at)
        return f"{clock.format_absolute_date(due.date())}, {clock.format_hour(due.hour)}"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: ScheduledReport | None = None
    ) -> bool:
        return False
