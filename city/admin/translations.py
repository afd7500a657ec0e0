from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import URLPattern, path
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from city.admin.deactivation import SHORT_TEXT_WIDGETS
from city.admin.field_help import HelpTextAdmin
from city.admin.history import VersionedAdmin
from city.models import Translation
from city.pack.export import translations_as_csv
from city.pack.translations import translation_file


@admin.register(Translation)
class TranslationAdmin(HelpTextAdmin, VersionedAdmin):
    """Translations of the pack's texts; one file of the pack per language."""

    change_list_template = "city/admin/translations.html"
    list_display = ["short_source", "short_words", "language"]
    list_filter = ["language"]
    search_fields = ["source", "words"]
    fields = ["language", "source", "words"]
    formfield_overrides = SHORT_TEXT_WIDGETS
    list_per_page = 100

    @admin.display(description=_("original text"), ordering="source")
    def short_source(self, translation) -> str:
        """Return the first 80 characters of the original text."""
        return Truncator(translation.source).chars(80)

    @admin.display(description=_("translation"), ordering="words")
    def short_words(self, translation) -> str:
        """Return the first 80 characters of the translation."""
        return Truncator(translation.words).chars(80)

    def changelist_view(self, request, extra_context=None) -> HttpResponse:
        """Show the list with a link to the file of each language that has translations."""
        codes = Translation.objects.order_by("language").values_list("language", flat=True)
        shown = {"files": [(code, translation_file(code)) for code in codes.distinct()]}
        return super().changelist_view(request, (extra_context or {}) | shown)

    def get_urls(self) -> list[URLPattern]:
        """Return the admin's URLs, after that of the export of one language."""
        export = path(
            "words.<slug:language>.csv",
            self.admin_site.admin_view(self.export),
            name="city_translation_export",
        )
        return [export, *super().get_urls()]

    def export(self, request, language) -> HttpResponse:
        """Return the translations into one language as the pack's file.

        Raise PermissionDenied without the permission to view, and Http404 for a language without
        any.
        """
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not Translation.objects.filter(language=language).exists():
            raise Http404
        headers = {"Content-Disposition": f'attachment; filename="{translation_file(language)}"'}
        text = translations_as_csv(language)
        return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)
