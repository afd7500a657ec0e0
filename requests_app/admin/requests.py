from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from lib import clock
from lib.lazy_text import LazyText
from lib.text import remove_accents
from requests_app.admin.dates import MoveDatesMixin
from requests_app.admin.events import EVENT_RELATED, EventTextMixin
from requests_app.admin.large_tables import LargeTableAdmin
from requests_app.admin.read_only import ReadOnlyAdmin, ReadOnlyInline, StoredFilter
from requests_app.lateness import late_condition
from requests_app.models import (
    Answer,
    Comment,
    Completion,
    ContentReport,
    Event,
    Feedback,
    OlderRecord,
    Photo,
    ServiceRequest,
)
from requests_app.models.queries import IS_OPEN, split_by_text_index
from requests_app.models.search import SearchText


class AnswerInline(ReadOnlyInline):
    model = Answer
    fields = ["question", "said"]


class EventInline(EventTextMixin, ReadOnlyInline):
    model = Event
    fk_name = "service_request"
    readonly_fields = ["at", "who", "what", "status_after", "department"]
    fields = [*readonly_fields]
    ordering = ["-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related(*EVENT_RELATED)


class CommentInline(ReadOnlyInline):
    model = Comment
    fields = ["body", "is_public", "is_hidden", "is_redacted"]


class PhotoInline(ReadOnlyInline):
    model = Photo
    fields = ["picture", "kind", "state", "is_hidden"]
    readonly_fields = ["picture"]

    @admin.display(description=_("picture"))
    def picture(self, photo: Photo) -> SafeString:
        """Return the small size of the photo as an img element."""
        return format_html('<img src="{}" width="120" alt="">', photo.small)


class LateFilter(admin.SimpleListFilter):
    title = _("due")
    parameter_name = "due"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> list[tuple[str, LazyText]]:
        return [("late", _("Late"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Return the late open requests for “late”; all without a choice."""
        is_late = late_condition(clock.now())
        return queryset.filter(IS_OPEN, is_late) if self.value() == "late" else queryset


@admin.register(ServiceRequest)
class ServiceRequestAdmin(MoveDatesMixin, LargeTableAdmin):
    """Requests to look up. Work on them is done at the desk or in the staff portal."""

    list_display = [
        "reference",
        "category",
        "status",
        "outcome",
        "department",
        "zone",
        "priority",
        "filed_at",
        "due_at",
        "public_page",
    ]
    list_filter = [
        "status",
        "outcome",
        LateFilter,
        "priority",
        "channel",
        "is_private",
        "is_hidden",
        "department",
        "zone",
        "category",
    ]
    ordering = ["-filed_at", "-pk"]
    sortable_by = ["reference", "filed_at"]
    request_path = ""
    texts = ["search_text"]  # in lower case: see `word_condition`
    search_help_text = _("Search by request number, description or location")
    date_hierarchy = "filed_at"
    readonly_fields = ["location_relation"]  # completes “location”, which has only the names
    inlines = [AnswerInline, EventInline, CommentInline, PhotoInline]

    def search_condition(self, typed: str) -> Q:
        """Return the condition for a reference or words, or the number in an older system."""
        numbers = OlderRecord.objects.filter(record_id__iexact=typed.strip())
        return super().search_condition(typed) | Q(pk__any=numbers.values("service_request"))

    def words_condition(self, typed: str) -> Q:
        """Return the words' condition in the form that uses the text index."""
        return split_by_text_index(super().words_condition(typed))

    def word_condition(self, word: str) -> Q:
        """Return the condition that the search text contains the word, without case and accents."""
        return Q(search_text__contains=remove_accents(word))

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Return the requests with the alias `search_text` for searches."""
        return super().get_queryset(request).alias(search_text=SearchText())

    @admin.display(description=_("page"))
    def public_page(self, row: ServiceRequest) -> SafeString:
        """Return a link to the request's page on the site."""
        return format_html(
            '<a href="{}">{}</a>', reverse("service_request", args=[row.reference]), _("Open")
        )


@admin.register(Photo)
class PhotoAdmin(LargeTableAdmin):
    list_display = [
        "id",
        "kind",
        "state",
        "service_request",
        "uploaded_at",
        "attempts",
        "is_hidden",
    ]
    list_filter = ["state", "kind", "is_hidden"]
    ordering = ["-uploaded_at", "-pk"]
    sortable_by = ["uploaded_at"]
    exclude = ["latitude", "longitude"]


@admin.register(Comment)
class CommentAdmin(LargeTableAdmin):
    list_display = ["service_request", "body", "is_public", "is_hidden", "is_redacted"]
    list_filter = ["is_public", "is_hidden", "is_redacted"]
    texts = ["body"]
    search_help_text = _("Search by request number or text")


@admin.register(ContentReport)
class ContentReportAdmin(ReadOnlyAdmin):
    """Content reports without their device, which would link all acts of one browser."""

    list_display = ["service_request", "reason", "text", "made_at", "settled_by"]
    list_filter = ["reason", ("settled_by", StoredFilter)]
    show_facets = admin.ShowFacets.NEVER
    search_fields = ["service_request__reference", "text"]
    exclude = ["device"]


@admin.register(Completion)
class CompletionAdmin(LargeTableAdmin):
    list_display = ["service_request", "department", "resolution", "no_photo_reason"]
    list_filter = ["department", "resolution", "no_photo_reason"]


@admin.register(Feedback)
class FeedbackAdmin(LargeTableAdmin):
    list_display = ["service_request", "rating", "event"]
    list_filter = ["rating"]


@admin.register(Answer)
class AnswerAdmin(LargeTableAdmin):
    list_display = ["service_request", "question", "said"]
    list_filter = ["question"]
