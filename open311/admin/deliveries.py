"""The administration of webhook deliveries: their state, and sending them again."""

from django.contrib import admin
from django.contrib.admin.options import ActionLocation
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from city.admin.history import NewestLogFirst
from lib import outbound
from open311.admin.webhooks import show_resent_message
from open311.models import WebhookDelivery
from open311.webhooks import deliveries
from requests_app.admin.large_tables import MAX_ROWS_COUNTED, LargeTableMixin
from requests_app.admin.read_only import ReadOnlyMixin

_TONES = {"due": "waiting", "sent": "come", "failed": "over", "dropped": "over"}
State = WebhookDelivery.State


# Both mixins narrow get_paginator().
@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(NewestLogFirst, LargeTableMixin, ReadOnlyMixin, admin.ModelAdmin):  # type: ignore[misc]
    list_display = [
        "created_at", "webhook", "kind", "service_request", "said_state", "attempts",
        "last_answer", "next_try",
    ]  # fmt: skip
    fields = [
        "webhook", "kind", "service_request", "said_state", "attempts", "last_answer", "next_try",
        "created_at", "sent_at", "give_up_at", "key",
    ]  # fmt: skip
    list_filter = ["state", "kind", "webhook"]
    list_select_related = ["webhook", "service_request"]
    ordering = ["-created_at", "-pk"]
    sortable_by = ["created_at"]
    date_hierarchy = "created_at"
    actions = ["send_again"]
    list_per_page = 50

    def has_resend_permission(self, request) -> bool:
        """Return True if the user may change webhooks."""
        return request.user.has_perm("open311.change_webhook")

    @admin.action(
        description=gettext_lazy("Send again"),
        permissions=["resend"],
        location=[ActionLocation.CHANGE_LIST, ActionLocation.CHANGE_FORM],
    )
    def send_again(self, request, queryset) -> None:
        """Send the chosen deliveries again, at most MAX_ROWS_COUNTED, and show their number.

        Due deliveries and those of deactivated webhooks are left out.
        """
        ids = list(queryset.values_list("pk", flat=True)[:MAX_ROWS_COUNTED])
        chosen = WebhookDelivery.objects.filter(pk__in=ids)
        show_resent_message(self, request, deliveries.resend_deliveries(chosen))

    @admin.display(description=gettext_lazy("state"))
    def said_state(self, delivery) -> SafeString:
        """Return the name of the state in a colored span."""
        tone = _TONES[delivery.state]
        words = delivery.get_state_display()
        return format_html('<span class="state state--{}">{}</span>', tone, words)

    @admin.display(description=gettext_lazy("last answer"))
    def last_answer(self, delivery) -> int | str | Promise:
        """Return the sentence of the last error, else the last HTTP status, "–" for none.

        For an error response it is the status.
        """
        if delivery.error == "turned_off":
            return _("The webhook was turned off.")
        if delivery.error and delivery.error != "bad_status":
            return outbound.FAILURE_SENTENCES[delivery.error]
        return delivery.answered or "–"

    @admin.display(description=gettext_lazy("next try"))
    def next_try(self, delivery) -> str:
        """Return the time of the next attempt (a datetime), "–" if none is due."""
        return delivery.due_at if delivery.state == State.DUE else "–"
