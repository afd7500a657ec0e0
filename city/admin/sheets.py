"""Tables taken out of the administration and brought in again, with a look at what would change."""

from functools import partial

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, models, transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from city.admin import untranslated
from city.models import UploadedSheet
from city.spreadsheets import writing
from city.spreadsheets.importing import CHANGED, NEW, WRONG, import_records
from city.spreadsheets.reading import read, words_of
from city.spreadsheets.resource import IN_USE, TableResource
from city.spreadsheets.tables import resource_for
from lib.http import parse_uuid
from lib.security_log import Kind, record_action
from lib.tabular import UnreadableFile

MOST_SHOWN = 200  # lines of one kind on the page of a preview
# What a person looks for first.
_SHOWN = [
    (WRONG, gettext_lazy("Wrong")),
    (NEW, gettext_lazy("New")),
    (CHANGED, gettext_lazy("Changed")),
]


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
        help_text=gettext_lazy("CSV (UTF-8) or Excel (.xlsx), 20 MB at most."),
        error_messages={
            "required": gettext_lazy("Choose a file first."),
            "missing": gettext_lazy("Choose a file first."),
            "empty": gettext_lazy("The file is empty."),
        },
    )


class SheetAdmin(admin.ModelAdmin):
    """Mixin for a ModelAdmin whose rows can be taken out and brought in as a sheet.

    `change_list_template` must show the links of `sheet_urls`.
    """

    sheet_button = ""  # what saves the file, where that is more than saving its rows
    sheet_note = ""  # one sentence above the form and the preview: what saving leads to
    change_list_template = "admin/sheets/change_list.html"

    def build_sheet_resource(self, by: models.Model | None = None) -> TableResource:
        """Return the resource of the rows; it is that of the pack's table unless overridden."""
        return resource_for(self.model, by)

    def get_urls(self) -> list[URLPattern]:
        views = [
            ("export.csv", partial(self._export, kind=writing.CSV), "export"),
            ("export.xlsx", partial(self._export, kind=writing.XLSX), "export_xlsx"),
            ("import/", self.bring_in, "import"),
            ("import/confirmation/", require_POST(self.confirm), "import_confirmation"),
        ]
        return [
            path(address, self.admin_site.admin_view(view), name=self._url_name(noun))
            for address, view, noun in views
        ] + super().get_urls()

    def _url_name(self, noun) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{noun}"

    def _urls(self) -> dict[str, str]:
        nouns = ["changelist", "export", "export_xlsx", "import", "import_confirmation"]
        return {noun: reverse(f"admin:{self._url_name(noun)}") for noun in nouns}

    def _file(self) -> str:
        """As the security log names it."""
        return f"sheet:{self.build_sheet_resource().table.file}"

    def has_import_permission(self, request) -> bool:
        return self.has_add_permission(request) and self.has_change_permission(request)

    def changelist_view(self, request, extra_context=None) -> HttpResponse:
        shown = {
            "may_bring_in": self.has_import_permission(request),
            "sheet_urls": self._urls(),
        }
        return super().changelist_view(request, shown | (extra_context or {}))

    # Taking out

    def _export(self, request, kind) -> HttpResponse:
        """The rows in use as the pack's file; with `?everything=1` all, and whether in use."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        resource = self.build_sheet_resource(request.user)
        record_action(Kind.DATA_EXPORTED, target=self._file())
        name = resource.table.file.removesuffix(".csv")
        if "everything" in request.GET and resource.has_switch:
            rows = (resource.texts(row).values() for row in resource.all_rows())
            return writing.download(name, kind, [*resource.head, IN_USE.name], rows)
        rows = (resource.cells(row) for row in resource.rows())
        return writing.download(name, kind, resource.head, rows)

    # Bringing in

    def bring_in(self, request) -> HttpResponse:
        """Choose a file; then a look at what it would change, with nothing changed yet."""
        self._check_may_bring_in(request)
        if request.method != "POST":
            return self._show_form(request, FileForm())
        form = FileForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._show_form(request, form, status=422)
        file = form.cleaned_data["file"]
        try:
            records = read(file.read())
            outcome = import_records(self.build_sheet_resource(request.user), records)
        except UnreadableFile as error:
            form.add_error("file", words_of(error))
            return self._show_form(request, form, status=503 if error.code == "busy" else 422)
        if not outcome.can_be_saved:
            return self._show_preview(request, outcome, file.name)
        sheet = UploadedSheet.objects.create(
            person_id=request.user.pk, name=file.name, records=records
        )
        return self._show_preview(request, outcome, file.name, key=sheet.pk)

    def confirm(self, request) -> HttpResponse:
        """Write what was shown; where it is not that any more, show it again."""
        self._check_may_bring_in(request)
        key = parse_uuid(request.POST.get("key", ""))
        sheet = UploadedSheet.objects.filter(person_id=request.user.pk, pk=key).first()
        if sheet is None:
            words = _("The upload expired. Nothing was changed. Choose the file again.")
            return self._start_again(request, words, 410)
        try:
            outcome = self._save(request, sheet)
        except OperationalError:  # somebody else writes these rows, and the wait was too long
            words = _("Someone else is changing these rows. Nothing was saved. Try again.")
            return self._start_again(request, words, 503)
        if not outcome.is_saved:
            return self._show_preview(request, outcome, sheet.name, 409, sheet.pk, is_moved=True)
        return self.response_import(request, outcome)

    def _start_again(self, request, words, status) -> HttpResponse:
        self.message_user(request, words, messages.WARNING)
        return self._show_form(request, FileForm(), status)

    def _save(self, request, sheet):
        seal = request.POST.get("seal", "")
        with transaction.atomic():
            resource = self.build_sheet_resource(request.user)
            outcome = import_records(resource, sheet.records, seal)
            if outcome.is_saved:
                self._note(request, outcome, sheet.name)
                record_action(Kind.SHEET_IMPORTED, target=self._file())
                sheet.delete()
        return outcome

    def response_import(self, request, outcome) -> HttpResponseRedirect:
        changed = outcome.changing
        words = ngettext("%(n)s row saved.", "%(n)s rows saved.", changed) % {"n": changed}
        self.message_user(request, words, messages.SUCCESS)
        untranslated.warn(request, self.model, untranslated.of_import(self.model, outcome))
        return HttpResponseRedirect(self._urls()["changelist"])

    def _check_may_bring_in(self, request) -> None:
        if not self.has_import_permission(request):
            raise PermissionDenied

    def _note(self, request, outcome, name) -> None:
        """Who did it and when, also for rows that keep no history of their own."""
        for kind, flag in [(NEW, ADDITION), (CHANGED, CHANGE)]:
            keys = [line.row for line in outcome.lines_of(kind)]
            rows = outcome.resource.table.model._default_manager.filter(pk__in=keys)
            if keys:
                LogEntry.objects.log_actions(request.user.pk, rows, flag, _("Import of %s.") % name)

    def _show_form(self, request, form, status=200) -> HttpResponse:
        resource = self.build_sheet_resource(request.user)
        context = {
            "title": _("Import %s") % self.opts.verbose_name_plural,
            "form": form,
            "resource": resource,
            "has_switch": resource.has_switch,
        }
        return self._show(request, "import", context, status)

    def _show_preview(
        self, request, outcome, name, status=None, key="", is_moved=False
    ) -> HttpResponse:
        parts = [
            {"kind": kind, "name": title, "lines": lines[:MOST_SHOWN],
             "more": max(0, len(lines) - MOST_SHOWN), "count": len(lines)}
            for kind, title in _SHOWN if (lines := outcome.lines_of(kind))
        ]  # fmt: skip
        context = {
            "title": _("What “%s” would change") % name,
            "outcome": outcome,
            "parts": parts,
            "counts": outcome.counts,
            "key": key if outcome.can_be_saved else "",
            "is_moved": is_moved,
            "form": FileForm(),
        }
        return self._show(request, "preview", context, status or (422 if outcome.is_wrong else 200))

    def _show(self, request, page, context, status) -> HttpResponse:
        shared = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "sheet_urls": self._urls(),
            "note": self.sheet_note,
            "button": self.sheet_button,
        }
        return render(request, f"admin/sheets/{page}.html", shared | context, status=status)
