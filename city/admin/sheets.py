"""Export of tables from the administration, and import with a preview of the changes."""

from collections.abc import Callable
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

from city.admin import translation_warnings
from city.models import UploadedSheet
from city.spreadsheets import download
from city.spreadsheets.resource import IN_USE_COLUMN, TableResource
from city.spreadsheets.sheet_import import CHANGED, NEW, WRONG, ImportOutcome, import_records
from city.spreadsheets.tables import build_resource
from city.spreadsheets.upload_reader import explain_unreadable, read_upload
from lib.http import parse_uuid
from lib.lazy_text import LazyText
from lib.security_log import Kind, record_action
from lib.tabular import UnreadableFile

MAX_LINES_SHOWN = 200  # of one kind in a preview
# In order of importance.
_SECTIONS = [
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
    """Mixin for a ModelAdmin whose rows can be exported and imported as a sheet.

    `change_list_template` must show the links of `sheet_urls`.
    """

    sheet_button: LazyText = ""  # label of the button that saves, if not the usual
    sheet_note: LazyText = ""  # a sentence about the consequences of saving
    change_list_template = "admin/sheets/change_list.html"

    def build_sheet_resource(self, by: models.Model | None = None) -> TableResource:
        """Return the resource of the rows: that of the pack's table unless overridden.

        `by` is the person who imports.
        """
        return build_resource(self.model, by)

    def get_urls(self) -> list[URLPattern]:
        """Return the usual URLs and those of the exports and the import."""
        views: list[tuple[str, Callable[..., HttpResponse], str]] = [
            ("export.csv", partial(self._export_rows, kind=download.CSV), "export"),
            ("export.xlsx", partial(self._export_rows, kind=download.XLSX), "export_xlsx"),
            ("import/", self.import_file, "import"),
            ("import/confirmation/", require_POST(self.confirm_import), "import_confirmation"),
        ]
        return [
            path(address, self.admin_site.admin_view(view), name=self._url_name(noun))
            for address, view, noun in views
        ] + super().get_urls()

    def _url_name(self, noun) -> str:
        """Return the name of a URL without its namespace: `city_holiday_import`."""
        return f"{self.opts.app_label}_{self.opts.model_name}_{noun}"

    def _sheet_urls(self) -> dict[str, str]:
        """Return the URLs of the list, the exports and the import, by the noun in their names."""
        nouns = ["changelist", "export", "export_xlsx", "import", "import_confirmation"]
        return {noun: reverse(f"admin:{self._url_name(noun)}") for noun in nouns}

    def _log_target(self) -> str:
        """Return the table as the security log names it: `sheet:holidays.csv`."""
        return f"sheet:{self.build_sheet_resource().table.file}"

    def has_import_permission(self, request) -> bool:
        """Return True if the person may add and change rows."""
        return self.has_add_permission(request) and self.has_change_permission(request)

    def changelist_view(self, request, extra_context=None) -> HttpResponse:
        """Show the list, with `may_import` and `sheet_urls` in the context."""
        shown = {
            "may_import": self.has_import_permission(request),
            "sheet_urls": self._sheet_urls(),
        }
        return super().changelist_view(request, shown | (extra_context or {}))

    # Export

    def _export_rows(self, request, kind) -> HttpResponse:
        """Return the pack's rows as CSV or XLSX (`kind`); with `?everything=1` all rows.

        All rows have a column that tells whether each is active. The export is logged in the
        security log. Raise PermissionDenied without the permission to view.
        """
        if not self.has_view_permission(request):
            raise PermissionDenied
        resource = self.build_sheet_resource(request.user)
        record_action(Kind.DATA_EXPORTED, target=self._log_target())
        name = resource.table.file.removesuffix(".csv")
        if "everything" in request.GET and resource.has_switch:
            texts = (resource.row_texts(row).values() for row in resource.list_all_rows())
            return download.build_download(
                name, kind, [*resource.header, IN_USE_COLUMN.name], texts
            )
        rows = (resource.row_cells(row) for row in resource.list_exported_rows())
        return download.build_download(name, kind, resource.header, rows)

    # Import

    def import_file(self, request) -> HttpResponse:
        """Show the form for a file; after an upload show a preview and change no row of the table.

        A valid upload is stored as an UploadedSheet until it is confirmed. An invalid form or file
        has the status 422, a busy parser 503. Raise PermissionDenied without the permission to
        import.
        """
        self._require_import_permission(request)
        if request.method != "POST":
            return self._render_form(request, FileForm())
        form = FileForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._render_form(request, form, status=422)
        file = form.cleaned_data["file"]
        try:
            records = read_upload(file.read())
            outcome = import_records(self.build_sheet_resource(request.user), records)
        except UnreadableFile as error:
            form.add_error("file", explain_unreadable(error))
            return self._render_form(request, form, status=503 if error.code == "busy" else 422)
        if not outcome.can_be_saved:
            return self._render_preview(request, outcome, file.name)
        sheet = UploadedSheet.objects.create(
            person_id=request.user.pk, name=file.name, records=records
        )
        return self._render_preview(request, outcome, file.name, key=sheet.pk)

    def confirm_import(self, request) -> HttpResponse:
        """Save the uploaded sheet if the preview is still true; else show the preview again.

        The status is 410 for an expired upload, 503 if the rows are locked, and 409 if the rows
        have changed since the preview. Raise PermissionDenied without the permission to import.
        """
        self._require_import_permission(request)
        key = parse_uuid(request.POST.get("key", ""))
        sheet = (
            UploadedSheet.objects.filter(person_id=request.user.pk, pk=key).first() if key else None
        )
        if sheet is None:
            words = _("The upload expired. Nothing was changed. Choose the file again.")
            return self._render_form_with_warning(request, words, 410)
        try:
            outcome = self._save_upload(request, sheet)
        except OperationalError:  # the lock was not released in time
            words = _("Someone else is changing these rows. Nothing was saved. Try again.")
            return self._render_form_with_warning(request, words, 503)
        if not outcome.is_saved:
            return self._render_preview(request, outcome, sheet.name, 409, sheet.pk, is_moved=True)
        return self.response_import(request, outcome)

    def _render_form_with_warning(self, request, words, status) -> HttpResponse:
        self.message_user(request, words, messages.WARNING)
        return self._render_form(request, FileForm(), status)

    def _save_upload(self, request, sheet: UploadedSheet) -> ImportOutcome:
        """Import a sheet, and if it is saved, log the changes and delete the upload.

        Nothing is saved unless the posted `seal` fits the outcome.
        """
        seal = request.POST.get("seal", "")
        with transaction.atomic():
            resource = self.build_sheet_resource(request.user)
            outcome = import_records(resource, sheet.records, seal)
            if outcome.is_saved:
                self._log_changes(request, outcome, sheet.name)
                record_action(Kind.SHEET_IMPORTED, target=self._log_target())
                sheet.delete()
        return outcome

    def response_import(self, request, outcome) -> HttpResponse:
        """Show messages about saved rows and missing translations; redirect to the list."""
        changed = outcome.changed_count
        words = ngettext("%(n)s row saved.", "%(n)s rows saved.", changed) % {"n": changed}
        self.message_user(request, words, messages.SUCCESS)
        translation_warnings.warn_of_untranslated(
            request, self.model, translation_warnings.list_imported_changes(self.model, outcome)
        )
        return HttpResponseRedirect(self._sheet_urls()["changelist"])

    def _require_import_permission(self, request) -> None:
        """Raise PermissionDenied without the permission to import."""
        if not self.has_import_permission(request):
            raise PermissionDenied

    def _log_changes(self, request, outcome, name) -> None:
        """Write the new and changed rows of an import to Django's log of the administration."""
        for kind, flag in [(NEW, ADDITION), (CHANGED, CHANGE)]:
            keys = [line.row for line in outcome.select_lines(kind)]
            rows = outcome.resource.table.model._default_manager.filter(pk__in=keys)
            if keys:
                LogEntry.objects.log_actions(request.user.pk, rows, flag, _("Import of %s.") % name)

    def _render_form(self, request, form, status=200) -> HttpResponse:
        resource = self.build_sheet_resource(request.user)
        context = {
            "title": _("Import %s") % self.opts.verbose_name_plural,
            "form": form,
            "resource": resource,
            "has_switch": resource.has_switch,
        }
        return self._render_page(request, "import", context, status)

    def _render_preview(
        self, request, outcome, name, status=None, key="", is_moved=False
    ) -> HttpResponse:
        """Return the preview with at most MAX_LINES_SHOWN lines of each kind.

        The status is 422 for a sheet with a wrong line, unless `status` is given. `key` names the
        stored upload; `is_moved` tells that the rows have changed.
        """
        parts = [
            {"kind": kind, "name": title, "lines": lines[:MAX_LINES_SHOWN],
             "more": max(0, len(lines) - MAX_LINES_SHOWN), "count": len(lines)}
            for kind, title in _SECTIONS if (lines := outcome.select_lines(kind))
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
        return self._render_page(
            request, "preview", context, status or (422 if outcome.is_wrong else 200)
        )

    def _render_page(self, request, page, context, status) -> HttpResponse:
        shared = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "sheet_urls": self._sheet_urls(),
            "note": self.sheet_note,
            "button": self.sheet_button,
        }
        return render(request, f"admin/sheets/{page}.html", shared | context, status=status)
