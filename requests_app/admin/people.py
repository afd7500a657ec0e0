from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from requests_app.admin.read_only import ReadOnlyAdmin
from requests_app.models import (
    AccessLink,
    Contact,
    Device,
    Draft,
    Follower,
    FollowerAddress,
    ReporterSession,
)


@admin.register(Contact)
class ContactAdmin(ReadOnlyAdmin):
    """Personal data: for who must reach or forget somebody."""

    list_display = ["service_request", "name", "email", "phone", "bounced_at"]
    list_filter = [("bounced_at", admin.EmptyFieldListFilter)]
    search_fields = ["service_request__reference", "name", "email", "phone"]


@admin.register(Device)
class DeviceAdmin(ReadOnlyAdmin):
    list_display = ["id", "created_at", "requests"]
    exclude = ["key_hash"]

    @admin.display(description=_("requests"))
    def requests(self, device):
        return device.reporter_sessions.count()


@admin.register(ReporterSession)
class ReporterSessionAdmin(ReadOnlyAdmin):
    list_display = ["service_request", "device", "created_at"]
    search_fields = ["service_request__reference"]


@admin.register(Follower)
class FollowerAdmin(ReadOnlyAdmin):
    list_display = ["service_request", "device", "created_at"]
    search_fields = ["service_request__reference"]


@admin.register(FollowerAddress)
class FollowerAddressAdmin(ReadOnlyAdmin):
    """Personal data, seen here alone: other staff see how many follow."""

    list_display = ["service_request", "email", "language", "confirmed_at", "bounced_at"]
    list_filter = [
        ("confirmed_at", admin.EmptyFieldListFilter),
        ("bounced_at", admin.EmptyFieldListFilter),
    ]
    search_fields = ["service_request__reference", "email"]


@admin.register(AccessLink)
class AccessLinkAdmin(ReadOnlyAdmin):
    """That a link was handed out, and when; the link itself is not kept."""

    list_display = ["service_request", "created_at"]
    search_fields = ["service_request__reference"]
    exclude = ["nonce", "token_hash"]


@admin.register(Draft)
class DraftAdmin(ReadOnlyAdmin):
    list_display = ["id", "category", "created_at", "changed_at", "service_request"]
    exclude = ["name", "email", "phone"]
