"""The emails of scheduled reports: one for each report and period, and what it says."""

from datetime import date

from django.conf import settings
from django.core.mail import EmailAttachment
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from lib import clock
from lib.security_log import Kind, format_user_id, record_action
from requests_app import mail
from requests_app.mail import ReportContent
from staff_portal.models import ScheduledReport
from staff_portal.overview import csv_downloads, request_export
from staff_portal.overview.findings import format_number, format_share
from staff_portal.overview.page import format_period
from staff_portal.overview.period import Period
from staff_portal.overview.report import Report
from staff_portal.overview.scheduled import saved
from staff_portal.overview.scheduled.rhythm import find_last_period, find_next_due
from staff_portal.overview.scope import Scope

REPORT_MAIL = "report"
BATCH_SIZE = 100
MAX_CSV_SIZE = 5 * 1024 * 1024  # bytes; many mail servers refuse a mail of twice as many


def create_due_reports() -> None:
    """Request a mail for each report that is due, and set the time of its next one.

    Both are saved together, so a report is neither sent twice for a period nor left out. A report
    that is late is about the period it was due for; the next call sends the period after it.
    """
    while _create_batch() == BATCH_SIZE:
        pass


@transaction.atomic
def _create_batch() -> int:
    """Request the mails of at most BATCH_SIZE due reports; return their number.

    Reports that another worker has locked are left out.
    """
    rows = ScheduledReport.objects.filter(paused_because="", due_at__lte=clock.now())
    rows = rows.order_by("due_at").select_related("user")
    reports = list(rows.select_for_update(skip_locked=True, of=("self",))[:BATCH_SIZE])
    for report in reports:
        day = clock.localtime(report.due_at).date()
        _request_mail(report, find_last_period(report.weekday, day))
        report.due_at = find_next_due(report.weekday, report.hour, report.due_at)
    ScheduledReport.objects.bulk_update(reports, ["due_at", "sent_through"])
    return len(reports)


def _request_mail(report: ScheduledReport, period: Period) -> None:
    """Request the mail about the period, unless it or a later one was requested before."""
    if report.sent_through and report.sent_through >= period.last:
        return
    _create_mail(report, period)
    report.sent_through = period.last


def request_last_mail(report: ScheduledReport) -> Period:
    """Request the mail about the last whole week or month now, and return this period.

    The next regular mail comes all the same.
    """
    period = find_last_period(report.weekday, clock.today())
    _create_mail(report, period)
    return period


def _create_mail(report: ScheduledReport, period: Period) -> None:
    """Request the mail of the report about the period."""
    about = {"report": report.pk, "first": str(period.first), "last": str(period.last)}
    language = settings.LANGUAGE_CODE  # of the pages for staff
    mail.request_mail(REPORT_MAIL, to=report.user.email, language=language, about=about)


def build_content(about: dict[str, str | int]) -> ReportContent | None:
    """Return what the mail says, in the active language; `about` is from `_request_mail`.

    None if the report ended or is paused, or its user has no address any more. It is paused here if
    its user may not see it any more.
    """
    rows = ScheduledReport.objects.filter(pk=about["report"], paused_because="")
    report = rows.select_related("user").first()
    if report is None or not report.user.email:
        return None
    scope = saved.find_scope(report)
    if isinstance(scope, saved.Pause):
        rows.update(paused_because=scope)
        return None
    first, last = (date.fromisoformat(str(about[name])) for name in ("first", "last"))
    scope = scope._replace(period=Period("own", first, last))
    attachment = _build_csv(scope)
    if attachment:
        record_action(Kind.DATA_EXPORTED, format_user_id(report.user), target="sheet:requests.csv")
    return ReportContent(
        to=report.user.email,
        is_monthly=report.weekday is None,
        name=saved.describe_report(report),
        days=format_period(scope.period),
        facts=_list_facts(Report(scope)),
        url=settings.BASE_URL + scope.url("overview"),
        csv_url=settings.BASE_URL + scope.url("overview_requests"),
        stop_url=settings.BASE_URL
        + reverse("overview_report_end", args=[saved.sign_end_token(report)]),
        attachment=attachment,
    )


def _list_facts(report: Report) -> list[tuple[str, str]]:
    """Return (label, value) of the main figures of the overview, those of the period first.

    A median or share of too few is left out, or given as two counts, as on the page.
    """
    row, before, now = report.sums.total, report.total_before, report.open_requests.total()
    received = report.count_received(row), report.count_received(before)
    facts = [
        (pgettext("requests", "Received"), _compare(*received)),
        (_("Finished"), _compare(row.finished, before.finished)),
    ]
    if row.median_days.is_enough:
        facts.append((_("Half finished within"), _format_days(row.median_days.value or 0)))
    if row.promised:
        facts.append((_("On time"), format_share(row.share_on_time)))
    if row.answered:
        facts.append((_("Confirmed by residents"), format_share(row.share_confirmed)))
    return [
        *facts,
        (_("Handed back"), str(row.returned)),
        (_("Open now"), str(now.open)),
        (_("Late now"), str(now.late)),
        (_("Disputed now"), str(now.disputed)),
        (_("Unassigned now"), str(now.unassigned)),
    ]


def _format_days(days: float) -> str:
    """Return a text such as “2.5 business days”."""
    number = round(days, 1)
    form = 1 if number == 1 else 2  # a part of a day is plural
    text = ngettext("%(n)s business day", "%(n)s business days", form)
    return text % {"n": format_number(number)}


def _compare(number: int, before: int) -> str:
    """Return the number, and that of the previous period."""
    return _("%(n)s (previous period: %(before)s)") % {"n": number, "before": before}


def _build_csv(scope: Scope) -> EmailAttachment | None:
    """Return the requests of the scope as CSV; None if the file is larger than MAX_CSV_SIZE."""
    rows = request_export.iterate_rows(request_export.filter_requests(scope))
    content = bytearray()
    for line in csv_downloads.format_lines(request_export.build_header(), rows):
        content += line.encode()
        if len(content) > MAX_CSV_SIZE:
            return None
    name = f"{csv_downloads.format_file_name(scope, 'requests')}.csv"
    return EmailAttachment(name, bytes(content), "text/csv")
