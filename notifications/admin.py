"""Administration of messages."""

from django.apps import apps
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from city.admin.history import NewestLogFirst
from lib import clock
from lib.email_addresses import normalize_email
from notifications.erasure import ERASED_PREFIX
from notifications.models import Delivery, IncomingMail
from requests_app.admin.large_tables import MAX_ROWS_COUNTED, LargeTableAdmin
from requests_app.admin.read_only import ReadOnlyAdmin

# The models of the ids in `Delivery.about`, by the id's name
_MODELS_OF_ABOUT = {
    "alert": "requests_app.Alert",
    "department": "city.Department",
    "follower": "requests_app.Follower",
    "incoming": "notifications.IncomingMail",
    "invitation": "accounts.Invitation",
    "report": "staff_portal.ScheduledReport",
}


class LanguageFilter(admin.SimpleListFilter):
    """A filter by each language of the pages; finding which ones occur would read all rows."""

    title = _("language")
    parameter_name = "language"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        """Return (code, name) of each language in settings.LANGUAGES."""
        return [(code, str(name)) for code, name in settings.LANGUAGES]

    def queryset(self, request, queryset) -> QuerySet:
        """Return the messages in the chosen language; all without a choice."""
        return queryset.filter(language=self.value()) if self.value() else queryset


@admin.register(Delivery)
class DeliveryAdmin(NewestLogFirst, LargeTableAdmin):  # type: ignore[misc]
    """All messages: subject, recipient and state. Nothing is edited; failed ones are resent."""

    list_display = ["created_at", "kind", "reference", "recipient_name", "state", "attempts"]
    list_filter = ["state", "kind", "channel", LanguageFilter]
    related = ["event__service_request", "endpoint__user"]
    fields = ["kind", "event", "subject", "recipient_name", "channel", "language", "state",
              "created_at", "due_at", "sent_at", "attempts", "answer"]  # fmt: skip
    request_path = "event__service_request__"
    search_help_text = _("Search by request number or recipient")
    ordering = ["-created_at", "-pk"]
    sortable_by = ["created_at"]
    date_hierarchy = "created_at"
    actions = ["try_again"]
    list_per_page = 50

    def words_condition(self, typed: str) -> Q:
        """Return the condition that the recipient is exactly this address, normalized."""
        return Q(recipient=normalize_email(typed))

    def has_resend_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may resend messages: those who have Django's right to change."""
        return request.user.has_perm("notifications.change_delivery")

    @admin.display(description=_("service request"), empty_value="")
    def reference(self, delivery: Delivery) -> str | None:
        """Return the reference of the event's request; None for a requested mail."""
        return delivery.event and delivery.event.service_request.reference

    @admin.display(description=_("recipient"))
    def recipient_name(self, delivery: Delivery) -> str:
        """Return the address; of a notification the person or the device with its number."""
        if delivery.recipient.startswith(ERASED_PREFIX):
            return gettext("deleted with the person's data")
        if delivery.channel == Delivery.Channel.EMAIL:
            return delivery.recipient
        endpoint = delivery.endpoint
        if endpoint is None:
            return gettext("a device where notifications were turned off")
        if endpoint.user:
            return endpoint.user.full_name
        return gettext("browser %(number)s") % {"number": endpoint.device_id}

    @admin.display(description=_("about"))
    def subject(self, delivery: Delivery) -> str:
        """Return the row that a requested mail is about, such as “alert 6”; "" if about none."""
        for name, label in _MODELS_OF_ABOUT.items():
            if pk := delivery.details.get(name):
                model = apps.get_model(label)
                row = model._default_manager.filter(pk=pk).first()
                return str(row) if row else f"{model._meta.verbose_name} {pk}"
        return ""

    @admin.action(description=_("Resend failed emails"), permissions=["resend"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        """Make the selected FAILED messages due now, at most MAX_ROWS_COUNTED.

        Messages in another state are left as they are. `created_at` is set to now, so that
        a new period of attempts begins. The user is told how many messages were changed.
        """
        failed = queryset.filter(state=Delivery.State.FAILED)[:MAX_ROWS_COUNTED]
        given_up = Delivery.objects.filter(pk__in=list(failed.values_list("pk", flat=True)))
        now = clock.now()
        count = given_up.update(state=Delivery.State.DUE, due_at=now, created_at=now)
        said = ngettext(
            "%(n)s message will be sent again.", "%(n)s messages will be sent again.", count
        )
        self.message_user(request, said % {"n": count}, messages.SUCCESS)


@admin.register(IncomingMail)
class IncomingMailAdmin(ReadOnlyAdmin):
    """The incoming emails of the last weeks: sender, state and reason."""

    list_display = ["received_at", "sender", "state", "reason", "reference"]
    list_filter = ["state", "reason"]
    list_select_related = ["delivery__event__service_request"]
    search_fields = ["sender__exact"]
    search_help_text = _("Search by the whole email address")
    ordering = ["-received_at"]
    sortable_by = ["received_at"]
    exclude = ["raw", "digest", "due_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[IncomingMail]:
        """Return the emails without their content."""
        return super().get_queryset(request).defer("raw")

    def get_list_select_related(self, request: HttpRequest) -> list[str]:
        """Return the foreign keys that lead to the request."""
        return self.list_select_related

    @admin.display(description=_("service request"), empty_value="")
    def reference(self, mail: IncomingMail) -> str | None:
        """Return the reference of the request that the email is about; None if unknown."""
        event = mail.delivery.event if mail.delivery else None
        return event.service_request.reference if event else None
