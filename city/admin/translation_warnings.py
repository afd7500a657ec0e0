"""Warnings for staff who change a text that residents read and that then lacks translations."""

from collections.abc import Iterable
from itertools import chain
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from city.models import City, Translation
from city.pack import translations
from city.pack.tables import TABLES, ZONES
from city.translation import list_offered_languages

MAX_LENGTH_IN_URL = 1000  # characters; servers refuse addresses that are much longer


def _group_by_model(columns) -> dict[type[City] | type[Model], Any]:
    """Return the column names by model instead of by file of the pack."""
    models = {"city.toml": City} | {table.file: table.model for table in [ZONES, *TABLES]}
    return {models[file]: names for file, names in columns.items()}


TRANSLATED_COLUMNS = _group_by_model(translations.COLUMNS_FOR_RESIDENTS)
# Proper names, which need a translation only if the old name had one.
NAME_COLUMNS = _group_by_model(translations.NAME_COLUMNS)


class TranslationWarningAdmin(admin.ModelAdmin):
    """Mixin for a ModelAdmin that warns after saving of texts without a translation."""

    def save_model(self, request, obj, form, change) -> None:
        """Save the row, and show a warning about changed texts that lack a translation."""
        before = self.model._base_manager.filter(pk=obj.pk).first()
        super().save_model(request, obj, form, change)
        warn_of_untranslated(request, self.model, _list_changes(self.model, before, obj))

    def save_formset(self, request, form, formset, change) -> None:
        """Save the inline rows, and show a warning about changed texts that lack a translation."""
        model = formset.model
        stored = model._base_manager.in_bulk([one.instance.pk for one in formset.initial_forms])
        super().save_formset(request, form, formset, change)
        saved = [*(row for row, _fields in formset.changed_objects), *formset.new_objects]
        changes = (_list_changes(model, stored.get(row.pk), row) for row in saved)
        warn_of_untranslated(request, model, chain.from_iterable(changes))


def _list_changes(model, before, after) -> list[tuple[str, str, Any]]:
    """Return (column, text before, text now) of each translated column, changed or not.

    `before` is the stored row, or None for a new one; then the texts before are "".
    """
    return [
        (name, getattr(before, name, ""), getattr(after, name))
        for name in _list_translated_columns(model)
    ]


def _list_translated_columns(model) -> list[str]:
    """Return the names of the columns of `model` that residents read; [] if it has none."""
    return [*TRANSLATED_COLUMNS.get(model, []), *NAME_COLUMNS.get(model, [])]


def list_imported_changes(model, outcome) -> list[tuple[str, str, str]]:
    """Return (column, text before, text now) of each translated column that an import changed."""
    by_label = {
        outcome.resource.column_label(name): name for name in _list_translated_columns(model)
    }
    return [
        (by_label[label], before, after)
        for line in outcome.lines
        for label, before, after in line.changes
        if label in by_label
    ]


def warn_of_untranslated(request, model, changes: Iterable[tuple]) -> None:
    """Show a warning with the changed texts that lack a translation; nothing if there are none.

    `changes` are (column, text before, text now) of rows of `model`. Unchanged and blank texts are
    ignored.
    """
    missing = _find_missing_languages(model, changes)
    if not missing:
        return
    told = format_html(
        _("Not translated yet: {}. Until then everyone reads the original text. {}"),
        format_html_join(
            ", ",
            "“{}” ({})",
            ((translations.shorten(t), _render_links(t, c)) for t, c in missing.items()),
        ),
        format_html(
            '<a href="{}">{}</a>', reverse("admin:city_translation_changelist"), _("Translations")
        ),
    )
    messages.warning(request, told)


def _find_missing_languages(model, changes) -> dict[str, list[str]]:
    """Return {new text: [language codes]} of the changed texts that lack a translation.

    `changes` are (column, text before, text now). A proper name needs a translation only if the
    text before had one.
    """
    changed = [(name, before, now) for name, before, now in changes if now and now != before]
    if not changed:
        return {}
    texts = {text for _name, *both in changed for text in both}
    known = set(Translation.objects.filter(source__in=texts).values_list("source", "language"))
    others = [code for code in list_offered_languages() if code != settings.LANGUAGE_CODE]
    missing = {
        now: [
            code
            for code in others
            if (now, code) not in known
            and (name in TRANSLATED_COLUMNS.get(model, []) or (before, code) in known)
        ]
        for name, before, now in changed
    }
    return {text: codes for text, codes in missing.items() if codes}


def _render_links(text, codes) -> SafeString:
    """Return the names of the languages, each linked to the form that translates `text`."""
    return format_html_join(
        ", ",
        '<a href="{}">{}</a>',
        (
            (_build_form_url(text, code), get_language_info(code)["name_translated"])
            for code in codes
        ),
    )


def _build_form_url(text, code) -> str:
    """Return the URL of the form for a new translation, with the language and the text filled in.

    A text longer than MAX_LENGTH_IN_URL is left out.
    """
    source = {"source": text} if len(text) <= MAX_LENGTH_IN_URL else {}
    return f"{reverse('admin:city_translation_add')}?{urlencode({'language': code} | source)}"
