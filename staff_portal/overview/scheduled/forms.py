"""The form of a scheduled report: its day and its hour."""

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from lib import clock
from staff_portal.models import ScheduledReport
from staff_portal.overview.scheduled import saved

MONTHLY = "month"  # the day of a report that is sent on the first of each month


def list_day_choices() -> list[tuple[str, str]]:
    """Return (value, label) of each weekday and of the first of each month."""
    weekdays = [(str(n), _("Every %(weekday)s") % {"weekday": WEEKDAYS[n]}) for n in range(7)]
    return [*weekdays, (MONTHLY, _("On the first of each month"))]


def list_hour_choices() -> list[tuple[int, str]]:
    """Return (value, label) of each hour of a day."""
    return [(hour, clock.format_hour(hour)) for hour in range(24)]


class RhythmForm(forms.Form):
    """The day and hour of a report; weekly on Mondays at 7 unless `report` has others.

    The cleaned `day` is a weekday (Monday is 0), or None for the first of each month. A user
    without an email address is an error, and so is a stored report that becomes equal to another.
    """

    day = forms.ChoiceField(
        choices=list_day_choices, widget=forms.Select(attrs={"class": "usa-select"})
    )
    hour = forms.TypedChoiceField(
        choices=list_hour_choices, coerce=int, widget=forms.Select(attrs={"class": "usa-select"})
    )

    def __init__(self, data: QueryDict | None = None, *, report: ScheduledReport) -> None:
        self._report = report
        initial = {"day": format_day_value(report), "hour": report.hour} if report.pk else {}
        super().__init__(data, initial={"day": "0", "hour": 7} | initial)

    def clean_day(self) -> int | None:
        """Return the weekday; None for the first of each month."""
        chosen = self.cleaned_data["day"]
        return None if chosen == MONTHLY else int(chosen)

    def clean(self) -> None:
        """Raise ValidationError without an email address, and for the rhythm of an equal report."""
        if not self._report.user.email:
            raise ValidationError(
                _("Your account has no email address. Ask an administrator to add one.")
            )
        if self._report.pk and not self.errors:
            day, hour = self.cleaned_data["day"], self.cleaned_data["hour"]
            if saved.find_equal(self._report, day, hour):
                raise ValidationError(
                    _("You have another report of the same figures at this time.")
                )


def format_day_value(report: ScheduledReport) -> str:
    """Return the value of the report's day in the form."""
    return MONTHLY if report.weekday is None else str(report.weekday)


def format_rhythm(report: ScheduledReport) -> str:
    """Return when the report is sent, such as “Every Monday, 7 am”."""
    day = dict(list_day_choices())[format_day_value(report)]
    return f"{day}, {clock.format_hour(report.hour)}"


def format_next_mail(report: ScheduledReport) -> str:
    """Return when the next mail is sent, such as “tomorrow, 7 am”."""
    due = clock.localtime(report.due_at)
    return f"{clock.format_relative_date(due.date())}, {clock.format_hour(due.hour)}"
