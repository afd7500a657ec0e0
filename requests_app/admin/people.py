from django.contrib import admin
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lib.email_addresses import normalize_email
from requests_app.admin.large_tables import LargeTableAdmin
from requests_app.admin.read_only import ReadOnlyAdmin, StoredFilter
from requests_app.models import (
    AccessLink,
    Alert,
    Contact,
    Device,
    Draft,
    Follower,
    FollowerAddress,
    PushEndpoint,
    ReporterSession,
)


@admin.register(Contact)
class ContactAdmin(LargeTableAdmin):
    """The contact details of reporters: personal data, for staff who must reach a person."""

    list_display = ["service_request", "name", "email", "phone", "bounced_at", "emails_stopped_at"]
    list_filter = [("bounced_at", StoredFilter)]
    texts = ["name", "email", "phone"]
    is_about_persons = True
    search_help_text = _("Search by request number, name, email or phone")


@admin.register(Device)
class DeviceAdmin(LargeTableAdmin):
    list_display = ["id", "created_at", "requests"]
    exclude = ["key_hash"]
    search_fields = []

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Return the devices annotated with `requests`, the number of their reporter sessions."""
        sessions = ReporterSession.objects.filter(device=OuterRef("pk")).order_by()
        count = Subquery(sessions.values("device").values_list(Count("pk")))
        return super().get_queryset(request).annotate(requests=Coalesce(count, 0))

    @admin.display(description=_("requests"))
    def requests(self, device: Device) -> int:
        """Return the number of requests that the device reported."""
        return device.requests  # type: ignore[attr-defined] # annotated by get_queryset


@admin.register(ReporterSession)
class ReporterSessionAdmin(LargeTableAdmin):
    list_display = ["service_request", "device", "created_at"]


@admin.register(Follower)
class FollowerAdmin(LargeTableAdmin):
    list_display = ["service_request", "device", "created_at"]


@admin.register(FollowerAddress)
class FollowerAddressAdmin(LargeTableAdmin):
    """Personal data, shown only here; other staff see the number of followers."""

    list_display = ["service_request", "email", "language", "confirmed_at", "bounced_at"]
    list_filter = [
        ("confirmed_at", StoredFilter),
        ("bounced_at", StoredFilter),
    ]
    texts = ["email"]
    is_about_persons = True
    search_help_text = _("Search by request number or email")


@admin.register(Alert)
class AlertAdmin(LargeTableAdmin):
    """Saved filters with their owners: personal data. Staff can delete one for its owner."""

    list_display = [
        "owner",
        "category",
        "group",
        "zone",
        "place",
        "frequency",
        "confirmed_at",
        "bounced_at",
    ]
    list_filter = [
        "frequency",
        ("confirmed_at", StoredFilter),
        ("bounced_at", StoredFilter),
    ]
    is_about_persons = True
    search_fields = ["email_normalized"]
    search_help_text = _("Search by email")
    actions = None  # alerts are deleted one at a time
    has_delete_permission = admin.ModelAdmin.has_delete_permission

    @admin.display(description=_("email or browser"), ordering="email_normalized")
    def owner(self, alert: Alert) -> str:
        """Return the email address, or the number of the browser's row."""
        return alert.email or gettext("browser %(number)s") % {"number": alert.device_id}

    def search_condition(self, typed: str) -> Q:
        """Return the condition that the address is exactly this one, normalized."""
        return Q(email_normalized=normalize_email(typed))


@admin.register(PushEndpoint)
class PushEndpointAdmin(LargeTableAdmin):
    """Browsers that get notifications. Their addresses and keys are not shown."""

    list_display = ["id", "user", "device", "language", "created_at", "used_at"]
    list_select_related = ["user"]
    exclude = ["nonce", "token_hash", "url", "url_hash", "p256dh", "auth"]
    search_fields = []


@admin.register(AccessLink)
class AccessLinkAdmin(LargeTableAdmin):
    """The times at which private links were made. The links themselves are not stored."""

    list_display = ["service_request", "created_at"]
    exclude = ["nonce", "token_hash"]


@admin.register(Draft)
class DraftAdmin(ReadOnlyAdmin):
    list_display = ["id", "category", "created_at", "changed_at", "service_request"]
    exclude = ["name", "email", "phone"]
