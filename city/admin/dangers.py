"""Kinds of danger in the administration, with a check, a trial and a review before saving."""

import hashlib
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from city import danger
from city.admin.deactivation import DeactivationGuardForm, HistoryAdmin
from city.danger import Advice
from city.danger.groups import GROUPS
from city.danger.phrases import GROUP_SIGN
from city.danger.sentences import load_sentences
from city.models import DangerKind
from city.pack.danger_change import DangerChange, Difference

TRY_BUTTON = "_try"  # tries the sentence and saves nothing
MAX_SENTENCE_LENGTH = 1000
_MATCHER_FIELDS = ("phrases", "exceptions")  # what the matcher reads


class DangerKindForm(DeactivationGuardForm):
    """The form of a kind of danger; `sentence` is tried on the phrases and is not stored.

    `looked_at` is a digest of the phrases and exceptions whose difference was shown. With another
    digest nothing is saved, and the form shows the difference.
    """

    sentence = forms.CharField(
        label=gettext_lazy("Sentence"),
        help_text=gettext_lazy(
            "Write what a resident would write. It's tried on the phrases above, also on those not "
            "saved yet."
        ),
        required=False,
        max_length=MAX_SENTENCE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 120}),
    )
    looked_at = forms.CharField(
        help_text=gettext_lazy("Which change was shown before it is saved."),
        required=False,
        widget=forms.HiddenInput,
    )
    difference: Difference | None = None  # from the stored phrases
    trial: list[tuple[str, str, Advice | None]] | None = None  # (name, words, advice) of each kind

    class Meta:
        widgets = {
            name: forms.Textarea(attrs={"rows": 16, "cols": 120}) for name in _MATCHER_FIELDS
        }

    def clean(self) -> dict[str, Any]:
        """Try the sentence if its button was pressed, and require a review of changed phrases.

        Set `trial` to the dangers found, and add an error so that a trial saves nothing. Without
        valid kind, language, phrases and exceptions, only return the cleaned data.
        """
        super().clean()
        given = self.cleaned_data
        if any(name in self.errors for name in ("kind", "language", *_MATCHER_FIELDS)):
            return given
        change = self._build_change(given)
        if TRY_BUTTON in self.data:
            self.trial = [
                (danger.kind_name(found.kind), found.words, danger.advice_for_kind(found.kind))
                for found in change.find_in(given.get("sentence") or "")
            ]
            self.add_error(None, _("Nothing is saved yet. The sentence was tried below."))
        if set(self.changed_data).intersection(_MATCHER_FIELDS):
            self._require_review(change)
        return given

    def _require_review(self, change: DangerChange) -> None:
        """Add errors for objectionable phrases, and for a change that nobody has reviewed.

        Set `difference`. If the posted digest is not that of the new phrases, put the new digest
        into the form's data and add an error, so that the next save with the same phrases passes.
        """
        for column, text, reason in change.find_objections():
            self.add_error(column, f"“{text}” {reason}")
        self.difference = change.compare_with_stored()
        digest = hashlib.sha256(f"{change.phrases}\n\n{change.exceptions}".encode()).hexdigest()
        if not self.errors and self.cleaned_data.get("looked_at") != digest:
            data = QueryDict(mutable=True)
            data.update(self.data)
            data[self.add_prefix("looked_at")] = digest
            self.data = data
            message = _("Nothing is saved yet. Look at what changes, below, and save again.")
            self.add_error(None, message)

    def _build_change(self, given: dict[str, Any]) -> DangerChange:
        """Return the DangerChange of the typed values; fixed fields are those of the stored row."""
        stored = self.instance
        return DangerChange(
            given.get("kind") or stored.kind,
            given.get("language") or stored.language,
            given.get("phrases", ""),
            given.get("exceptions", ""),
            given.get("position") or 0,
            stored.pk,
        )


@admin.register(DangerKind)
class DangerKindAdmin(HistoryAdmin):
    form = DangerKindForm
    change_form_template = "admin/city/dangerkind/change_form.html"
    fixed_fields = ["kind", "language"]
    list_display = ["kind", "language", "advice", "second_label", "position", "is_active"]
    list_editable = ["position"]
    list_filter = ["is_active", "language"]
    search_fields = ["kind", "phrases", "exceptions", "advice"]
    fieldsets = [
        (None, {"fields": ["kind", "language", "name", "phrases", "exceptions", "advice"]}),
        (None, {"fields": ["second_label", "second_phone", "second_phone_tel"]}),
        (None, {"fields": ["is_active", "position"]}),
    ]

    def render_change_form(self, request, context, *args, **kwargs) -> HttpResponse:
        """Add the names of the groups of words and the product's own phrases to the context.

        `groups` are (name, words separated by blanks); `known` is a DangerRow, None for a new row.
        """
        row = context.get("original")
        context |= {
            "try_button": TRY_BUTTON,
            "groups": [
                (name, " ".join(sorted(words)))
                for name, words in GROUPS.items()
                if name.startswith(GROUP_SIGN)
            ],
            "known": load_sentences(row.kind, row.language) if row else None,
        }
        return super().render_change_form(request, context, *args, **kwargs)
