from django import forms
from django.contrib import admin
from django.forms import Field
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from city.admin.deactivation import CategoryCountAdmin, HistoryAdmin, PackTableAdmin
from city.admin.field_help import HelpTextAdmin
from city.admin.form_fields import DistanceField
from city.admin.icons import IconAdmin
from city.models import Category, CategoryGroup, Choice, City, Question


@admin.register(CategoryGroup)
class CategoryGroupAdmin(IconAdmin, CategoryCountAdmin, PackTableAdmin):
    fixed_fields = ["slug"]
    list_display = ["name", "slug", "picture", "categories_in_use", "position", "is_active"]
    list_editable = ["position"]
    list_filter = ["is_active"]
    search_fields = ["name", "slug"]


class FixedCodeForm(forms.ModelForm):
    """The form of a row whose code cannot be changed once it is stored."""

    def __init__(self, *args, **options) -> None:
        """Disable the fields `code` and `key` if the row is stored."""
        super().__init__(*args, **options)
        for name in {"code", "key"} & set(self.fields):
            self.fields[name].disabled = self.instance.pk is not None


class QuestionInline(HelpTextAdmin, admin.StackedInline):
    form = FixedCodeForm
    model = Question
    fields = [("label", "code"), ("datatype", "is_required"), ("is_active", "position")]
    extra = 0
    can_delete = False
    show_change_link = True


# Minimum and maximum in metres, and the help text, of each distance of a category.
DISTANCE_LIMITS = {
    "proof_within_m": (
        20,
        2000,
        _("From the pin. A photo from farther away, or from an unknown location, needs a reason."),
    ),
    "radius_m": (0, 2000, _("“Is it one of these?” looks this far.")),
}


def _build_distance_field(db_field) -> DistanceField:
    """Return a DistanceField with limits of DISTANCE_LIMITS and a label with the city's unit."""
    least, most, words = DISTANCE_LIMITS[db_field.name]
    unit = _("feet") if City.current().measures_in_feet else _("meters")
    return DistanceField(
        label=f"{capfirst(db_field.verbose_name)} ({unit})",
        help_text=words,
        min_m=least,
        max_m=most,
        required=not db_field.null,
    )


@admin.register(Category)
class CategoryAdmin(IconAdmin, HistoryAdmin):
    fixed_fields = ["service_code"]
    list_display = [
        "name",
        "picture",
        "service_code",
        "group",
        "department",
        "target_days",
        "urgent_target_days",
        "needs_proof",
        "is_private",
        "is_popular",
        "takes_new",
        "is_active",
    ]
    list_filter = ["is_active", "is_private", "needs_proof", "is_popular", "group", "department"]
    list_select_related = ["group", "department"]
    search_fields = ["name", "service_code", "hint", "keywords", "department__name"]
    autocomplete_fields = ["group", "department"]
    inlines = [QuestionInline]
    fieldsets = [
        (
            _("What residents read"),
            {
                "fields": ["name", "hint", "group", "icon", "keywords", "is_popular"],
                "description": _(
                    "Residents search with their own words. Add every word they use, "
                    "in each language; the search forgives typing mistakes."
                ),
            },
        ),
        (
            _("Who does it and by when"),
            {
                "fields": ["department", "target_days", "urgent_target_days"],
                "description": _(
                    "Residents see a date based on the target. A change applies to requests "
                    "filed after it."
                ),
            },
        ),
        (
            _("The work"),
            {"fields": ["needs_proof", "proof_is_fresh", "proof_within_m", "crew_note"]},
        ),
        (
            _("Privacy and similar requests"),
            {
                "fields": ["is_private", "is_location_sensitive", "radius_m"],
                "description": _(
                    "Make a category private where a report points at a person or a home."
                ),
            },
        ),
        (_("In use"), {"fields": ["service_code", "is_active", "takes_new", "position"]}),
    ]

    def formfield_for_dbfield(self, db_field, request, **kwargs) -> Field | None:
        """Return a DistanceField for a column in DISTANCE_LIMITS, else the usual field."""
        if db_field.name in DISTANCE_LIMITS:
            return _build_distance_field(db_field)
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class ChoiceInline(HelpTextAdmin, admin.StackedInline):
    form = FixedCodeForm
    model = Choice
    fields = [
        ("label", "key"),
        "hint",
        ("effect", "stop_kind", "agency"),
        "stop_text",
        ("is_active", "position"),
    ]
    autocomplete_fields = ["agency"]
    extra = 0
    can_delete = False


@admin.register(Question)
class QuestionAdmin(HistoryAdmin):
    fixed_fields = ["code"]
    list_display = ["label", "category", "code", "datatype", "is_required", "is_active"]
    list_filter = ["is_active", "is_required", "datatype", "category__group", "category"]
    list_select_related = ["category"]
    search_fields = ["label", "code", "category__name"]
    autocomplete_fields = ["category"]
    inlines = [ChoiceInline]


@admin.register(Choice)
class ChoiceAdmin(HistoryAdmin):
    """All choices of all questions in one list."""

    fixed_fields = ["key"]

    list_display = ["label", "question", "category", "effect", "stop_kind", "agency", "is_active"]
    list_filter = ["effect", "stop_kind", "agency", "is_active", "question__category"]
    list_select_related = ["question__category", "agency"]
    search_fields = ["label", "key", "stop_text", "question__label", "question__category__name"]
    autocomplete_fields = ["question", "agency"]

    @admin.display(description=_("category"), ordering="question__category")
    def category(self, choice) -> Category:
        return choice.question.category
