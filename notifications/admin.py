from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from city.admin.history import NewestFirst
from lib import clock
from lib.email_addresses import normalize_email
from notifications.models import Delivery
from requests_app.admin.large_tables import MAX_ROWS_COUNTED, LargeTableMixin


class LanguageFilter(admin.SimpleListFilter):
    """Of all that the pages speak; to see which of them were written in, all rows would be read."""

    title = _("language")
    parameter_name = "language"

    def lookups(self, request, model_admin) -> list[tuple[str, str]]:
        return settings.LANGUAGES

    def queryset(self, request, queryset) -> QuerySet:
        return queryset.filter(language=self.value()) if self.value() else queryset


@admin.register(Delivery)
class DeliveryAdmin(NewestFirst, LargeTableMixin, admin.ModelAdmin):
    """Every message: what about, to whom, and what became of it."""

    list_display = ["created_at", "kind", "reference", "recipient", "state", "attempts"]
    list_filter = ["state", "kind", "channel", LanguageFilter]
    list_select_related = ["event__service_request"]
    request_path = "event__service_request__"
    search_help_text = _("Search by request number or recipient")
    ordering = ["-created_at", "-pk"]
    sortable_by = ["created_at"]
    date_hierarchy = "created_at"
    exclude = ["link", "follower_link", "about", "asked_by"]
    actions = ["try_again"]
    list_per_page = 50

    def words_condition(self, typed: str) -> Q:
        return Q(recipient=normalize_email(typed))

    def has_add_permission(self, request) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False

    @admin.display(description=_("service request"), empty_value="")
    def reference(self, delivery) -> str | None:
        return delivery.event and delivery.event.service_request.reference

    def get_readonly_fields(self, request, obj=None) -> list[str]:
        return [field.name for field in Delivery._meta.fields]

    @admin.action(description=_("Resend failed emails"))
    def try_again(self, request, queryset) -> None:
        """Send again as many of those that a filter finds as the page names."""
        failed = queryset.filter(state=Delivery.State.FAILED)[:MAX_ROWS_COUNTED]
        given_up = Delivery.objects.filter(pk__in=list(failed.values_list("pk", flat=True)))
        now = clock.now()
        count = given_up.update(state=Delivery.State.DUE, due_at=now, created_at=now)
        said = ngettext(
            "%(n)s message will be sent again.", "%(n)s messages will be sent again.", count
        )
        self.message_user(request, said % {"n": count}, messages.SUCCESS)
