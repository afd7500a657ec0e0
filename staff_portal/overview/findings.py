"""Titles of charts that state a finding, and formats of numbers in them.

Small numbers are not compared.
"""

from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lib import clock
from staff_portal.overview.daily_sums import Figures
from staff_portal.overview.period import Period
from staff_portal.overview.share_and_median import MIN_FOR_MEDIAN, Median, Share

MIN_DIFFERENCE = 10  # percentage points between the best and the worst before one is named


def format_week(monday: date) -> str:
    """Return the Monday as a text such as "Nov 2"."""
    return formats.date_format(monday, _("M j"))


def format_week_in_period(period: Period, monday: date) -> str:
    """Format a week; mark it as incomplete if it is not over or not wholly in the period."""
    name = format_week(monday)
    if period.is_complete(monday, clock.today()):
        return name
    return _("%(week)s (incomplete)") % {"week": name}


def format_number(n: float) -> str:
    """Format a number in the active language with one decimal, or none if it is whole."""
    return formats.number_format(n, 0 if n == int(n) else 1)


def format_share(share: Share) -> str:
    """Return "74%", or "3 of 4" if the share is of too few."""
    if not share.is_enough:
        return _("%(part)s of %(whole)s") % {"part": share.part, "whole": share.whole}
    return _("%(n)s%%") % {"n": share.percent}


def format_too_few_jobs(n: int) -> str:
    """Return a text such as "3 jobs, too few"."""
    return ngettext("%(n)s job, too few", "%(n)s jobs, too few", n) % {"n": n}


def format_median_and_target(median: Median, target: int) -> str:
    """Return a text such as "2.5 days (target 3)"; it ends with ", over" above the target."""
    form = 1 if median.value == 1 else 2  # a part of a day is plural
    if median.is_over(target):
        text = ngettext(
            "%(days)s day (target %(target)s), over",
            "%(days)s days (target %(target)s), over",
            form,
        )
    else:
        text = ngettext(
            "%(days)s day (target %(target)s)", "%(days)s days (target %(target)s)", form
        )
    return text % {"days": format_number(median.value or 0), "target": target}


def summarize_weekly_flow(received: int, cleared: int, weeks: int) -> str:
    """Return a sentence with the totals received and cleared in `weeks` weeks.

    It says, without the weeks, that the backlog grew if more came in than were cleared and at least
    MIN_FOR_MEDIAN came in; or that there were none of both.
    """
    if not received and not cleared:
        return _("No requests came in and none were finished")
    if received > cleared and received >= MIN_FOR_MEDIAN:
        text = _("Backlog grew: %(came)s received, %(went)s cleared")
    else:
        text = ngettext(
            "%(went)s cleared and %(came)s received in %(weeks)s week",
            "%(went)s cleared and %(came)s received in %(weeks)s weeks",
            weeks,
        )
    return text % {"came": received, "went": cleared, "weeks": weeks}


def summarize_weekly_flow_of_departments(
    received: int, finished: int, gone: int, weeks: int
) -> str:
    """Return a sentence with what departments received, finished, and lost unfinished (`gone`).

    The numbers are totals of `weeks` weeks. It says that the backlog grew if more came in than
    both others, from MIN_FOR_MEDIAN on.
    """
    if received > finished + gone and received >= MIN_FOR_MEDIAN:
        text = _(
            "Backlog grew: %(came)s received, %(finished)s finished, "
            "%(gone)s handed back, rerouted or closed"
        )
    else:
        text = ngettext(
            "%(weeks)s week: %(came)s received, %(finished)s finished, "
            "%(gone)s handed back, rerouted or closed",
            "%(weeks)s weeks: %(came)s received, %(finished)s finished, "
            "%(gone)s handed back, rerouted or closed",
            weeks,
        )
    return text % {"came": received, "finished": finished, "gone": gone, "weeks": weeks}


def summarize_open_requests(open_count: int, late_count: int) -> str:
    """Return that nothing is open, that nothing is late, or how many requests are late."""
    if not open_count:
        return _("Nothing is open")
    if not late_count:
        return _("Nothing is late")
    return ngettext("%(n)s request is late", "%(n)s requests are late", late_count) % {
        "n": late_count
    }


def summarize_workload(holders: list[tuple[str, int]], unassigned: int) -> str:
    """Summarize who has open jobs; `holders` are (name, open jobs), the busiest first.

    Unassigned jobs come before a person who has twice as many as anyone else.
    """
    if unassigned:
        return ngettext("%(n)s job is unassigned", "%(n)s jobs are unassigned", unassigned) % {
            "n": unassigned
        }
    if not holders:
        return _("No one has open jobs")
    if len(holders) > 1 and holders[0][1] >= max(MIN_FOR_MEDIAN, 2 * holders[1][1]):
        return _("%(name)s has at least twice as many jobs as anyone else") % {
            "name": holders[0][0]
        }
    return _("Every job is assigned")


def summarize_pace(over: list[str], can_compare: bool, n: int) -> str:
    """Summarize which categories are over their target, or say that there are too few jobs.

    `over` are their names, `can_compare` says if any category has enough jobs, `n` is the
    number of all jobs.
    """
    if not n:
        return _("No work was finished in this period")
    if n < MIN_FOR_MEDIAN:
        return ngettext("%(n)s job: too few to compare", "%(n)s jobs: too few to compare", n) % {
            "n": n
        }
    if not can_compare:
        return _("No category has enough finished jobs to compare")
    if not over:
        return _("No category is over its target")
    if len(over) == 1:
        return _("%(name)s is over its target") % {"name": over[0]}
    if len(over) == 2:
        return _("%(one)s and %(other)s are over target") % {"one": over[0], "other": over[1]}
    return _("%(n)s categories are over target") % {"n": len(over)}


def format_business_hours(hours: float) -> str:
    """Return "48 minutes of business time" or "2.5 business hours"."""
    if hours < 1:
        minutes = round(hours * 60)
        return ngettext(
            "%(n)s minute of business time", "%(n)s minutes of business time", minutes
        ) % {"n": minutes}
    return _("%(n)s business hours") % {"n": format_number(hours)}


def summarize_desk_wait(hours: Median) -> str:
    """Return a sentence with the median wait, or that too few were routed to give one."""
    if not hours.is_enough:
        return _("Only %(n)s routed by a person, too few for a median") % {"n": hours.n}
    return _("Half waited at the desk less than %(time)s") % {
        "time": format_business_hours(hours.value or 0)
    }


def summarize_answers(row: Figures) -> str:
    """Summarize the share confirmed of the jobs with an answer; no answer counts as neither.

    Say so if no work was finished, or no resident answered. Of too few, return two counts.
    """
    if not row.finished:
        return _("No work was finished in this period")
    share = Share(row.confirmed, row.answered)
    if not share.whole:
        return _("No resident has answered about this work")
    if not share.is_enough:
        return ngettext(
            "Residents confirmed %(yes)s of %(n)s job they answered about",
            "Residents confirmed %(yes)s of the %(n)s jobs they answered about",
            share.whole,
        ) % {"yes": share.part, "n": share.whole}
    return _("Residents confirmed %(share)s of the %(n)s jobs they answered about") % {
        "share": format_share(share),
        "n": share.whole,
    }


def compare_answers(found: list[tuple[str, Share]]) -> str:
    """Name the category, zone or week with the lowest share confirmed.

    Say so if too few have enough answers, or if all are about alike.
    """
    return _compare_shares(
        found,
        none=_("Not enough answers from residents to compare"),
        one=_("Only %(name)s has enough answers to measure"),
        alike=_("Residents confirm work at about the same rate everywhere we can compare"),
        lowest=_("%(name)s has the lowest confirmation rate: %(n)s%%"),
    )


def compare_zones(found: list[tuple[str, Share]]) -> str:
    """Name the zone with the lowest share done on time.

    Say so if too few have enough finished work, or if all are about alike.
    """
    return _compare_shares(
        found,
        none=_("Not enough finished work to compare areas"),
        one=_("Only %(name)s has enough finished work to measure"),
        alike=_("Areas with enough data are about the same"),
        lowest=_("%(name)s has the lowest on-time rate: %(n)s%%"),
    )


def _compare_shares(
    found: list[tuple[str, Share]], *, none: str, one: str, alike: str, lowest: str
) -> str:
    """Return the text that fits the shares of at least MIN_FOR_PERCENTAGE.

    It is `none` or `one` if that many are enough, `alike` if they differ by less than
    MIN_DIFFERENCE, else `lowest`.
    """
    enough = [
        (share.fraction, name, share.percent or 0) for name, share in found if share.is_enough
    ]
    if not enough:
        return none
    _fraction, name, least = min(enough)
    most = max(enough)[2]
    if len(enough) == 1:
        return one % {"name": name}
    return alike if most - least < MIN_DIFFERENCE else lowest % {"name": name, "n": least}


def summarize_ratings(rated: int, stars: float | None) -> str:
    """Return the average and number of ratings, or that there are none or too few."""
    if not rated:
        return _("No ratings")
    if rated < MIN_FOR_MEDIAN:
        return ngettext(
            "%(n)s rating: too few for an average",
            "%(n)s ratings: too few for an average",
            rated,
        ) % {"n": rated}
    given = {"stars": formats.number_format(stars or 0, 1), "n": rated}
    return _("%(stars)s of 5 stars from %(n)s ratings") % given


def summarize_returns(n: int, received: int) -> str:
    """Return the percentage of received jobs that were handed back, or that none were.

    If too few were received for a percentage, return only the number handed back.
    """
    if not n:
        return _("Nothing was handed back")
    share = Share(min(n, received), received)
    if not share.is_enough:
        return ngettext("%(n)s job was handed back", "%(n)s jobs were handed back", n) % {"n": n}
    return _("%(share)s of routed jobs were handed back") % {"share": format_share(share)}


def summarize_routing(row: Figures, rerouted: Share) -> str:
    """Return the percentage not rerouted, or the numbers rerouted and routed if of too few.

    Say so if nothing was routed.
    """
    if not row.desk_routed:
        return _("Nothing was routed in this period")
    if rerouted.percent is None:
        given = {"part": rerouted.part, "whole": rerouted.whole}
        return _("%(part)s of %(whole)s were rerouted") % given
    return _("%(right)s%% went to the right department the first time") % {
        "right": 100 - rerouted.percent
    }
