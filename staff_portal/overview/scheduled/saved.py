"""Saved reports: adding, changing and ending them, and what each is about."""

from datetime import date
from urllib.parse import urlencode

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import User
from city.translation import translate_name
from lib import clock
from lib.postgresql.transactions import lock_name
from staff_portal.inbox.filters import find_chosen, load_all_choices
from staff_portal.models import ScheduledReport
from staff_portal.overview import scope as scopes
from staff_portal.overview.scheduled.rhythm import find_last_period, find_next_due
from staff_portal.overview.scope import Scope

MAX_PER_USER = 20
Pause = ScheduledReport.Pause


class TooManyReports(Exception):
    """The user has MAX_PER_USER reports."""


def list_reports(user: User) -> QuerySet[ScheduledReport]:
    """Return the reports of the user, oldest first."""
    return ScheduledReport.objects.filter(user=user)


def build_report(user: User, scope: Scope) -> ScheduledReport:
    """Return an unsaved report of the scope, whatever its period.

    The only department of a supervisor is stored, so that another one later is not sent instead.
    """
    filters = scope.filter_query
    if not scope.is_city and len(scope.departments) == 1:
        filters |= {"department": scope.departments[0].slug}
    return ScheduledReport(user=user, is_city=scope.is_city, filters=filters)


@transaction.atomic
def add_report(report: ScheduledReport) -> bool:
    """Save the new report; return False if the user has an equal one, which is not paused any more.

    Raise TooManyReports if its user has MAX_PER_USER.
    """
    lock_name(f"scheduled reports:{report.user_id}")
    if equal := find_equal(report, report.weekday, report.hour):
        set_rhythm(equal, equal.weekday, equal.hour)
        return False
    if list_reports(report.user).count() >= MAX_PER_USER:
        raise TooManyReports
    set_rhythm(report, report.weekday, report.hour)
    return True


def find_equal(report: ScheduledReport, weekday: int | None, hour: int) -> ScheduledReport | None:
    """Return another report of the user with the same figures, on this weekday and hour."""
    others = list_reports(report.user).exclude(pk=report.pk)
    same = others.filter(is_city=report.is_city, filters=report.filters)
    return same.filter(weekday=weekday, hour=hour).first()


@transaction.atomic
def set_rhythm(report: ScheduledReport, weekday: int | None, hour: int) -> None:
    """Save the day and hour of a report, and go on with one that is paused.

    A period that was sent is not sent again, unless weeks become months or the other way round: the
    next mail is that of the first period after it.
    """
    if report.pk:  # a worker may send it at the same time
        report.refresh_from_db(from_queryset=ScheduledReport.objects.select_for_update())
    if (report.weekday is None) != (weekday is None):
        report.sent_through = None
    report.weekday, report.hour, report.paused_because = weekday, hour, ""
    report.due_at = find_next_due(weekday, hour, clock.now())
    while report.sent_through and report.sent_through >= _find_last_day(report):
        report.due_at = find_next_due(weekday, hour, report.due_at)
    report.save()


def _find_last_day(report: ScheduledReport) -> date:
    """Return the last day that the next mail is about."""
    return find_last_period(report.weekday, clock.localtime(report.due_at).date()).last


def find_scope(report: ScheduledReport) -> Scope | Pause:
    """Return what the user may see of the report now, or why it is paused.

    A report without a department is about all departments that the user supervises now.
    """
    if not report.user.is_active:
        return Pause.INACTIVE
    query = QueryDict(urlencode(report.filters))
    scope = scopes.find_scope_of_user(report.user, report.is_city, query)
    if scope is None or scope.filter_query != report.filters:
        return Pause.NO_ACCESS
    return scope


def describe_report(report: ScheduledReport) -> str:
    """Return the department or the whole city, the category and the zone, as a list of names."""
    offered, query = load_all_choices(), QueryDict(urlencode(report.filters))
    department = find_chosen("department", offered.departments, query)
    category = find_chosen("category", offered.categories, query)
    zone = find_chosen("zone", offered.zones, query)
    all_of_them = _("The whole city") if report.is_city else _("All my departments")
    names = [translate_name(department) or all_of_them, translate_name(category)]
    return ", ".join(filter(None, [*names, translate_name(zone)]))


def sign_end_token(report: ScheduledReport) -> str:
    """Return the secret part of the link that ends the report."""
    return _build_signer().sign(str(report.pk))


def find_by_token(token: str) -> ScheduledReport | None:
    """Return the report of a link that ends it; None for a wrong token or an ended report."""
    try:
        number = _build_signer().unsign(token)
    except BadSignature:
        return None
    return ScheduledReport.objects.filter(pk=number).first()


def _build_signer() -> Signer:
    older: list[str | bytes] = [*settings.LINK_SECRET_FALLBACKS]
    salt = "end of a scheduled report"
    return Signer(key=settings.LINK_SECRET, fallback_keys=older, salt=salt)
