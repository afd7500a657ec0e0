"""The sentence above each chart: what it shows, in words that small numbers can bear."""

from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lib import clock
from staff_portal.overview.figures import MIN_FOR_MEDIAN, Share
from staff_portal.overview.period import Period

MIN_DIFFERENCE = 10  # percentage points between the best and the worst before one is named


def format_week(monday: date) -> str:
    return formats.date_format(monday, _("M j"))


def format_week_in_period(period: Period, monday: date) -> str:
    """The name of a week; of one that is not complete it says so."""
    name = format_week(monday)
    if period.is_complete(monday, clock.today()):
        return name
    return _("%(week)s (incomplete)") % {"week": name}


def format_number(n) -> str:
    return formats.number_format(n, 0 if n == int(n) else 1)


def format_share(share: Share) -> str:
    """`74%` where there are enough for a percentage, else `3 of 4`."""
    if not share.is_enough:
        return _("%(part)s of %(whole)s") % {"part": share.part, "whole": share.whole}
    return _("%(n)s%%") % {"n": share.percent}


def format_too_few_jobs(n) -> str:
    """Beside a bar."""
    return ngettext("%(n)s job, too few", "%(n)s jobs, too few", n) % {"n": n}


def format_median_and_target(middle, target) -> str:
    form = 1 if middle.value == 1 else 2  # a part of a day is plural
    if middle.is_over(target):
        text = ngettext(
            "%(days)s day (target %(target)s), over",
            "%(days)s days (target %(target)s), over",
            form,
        )
    else:
        text = ngettext(
            "%(days)s day (target %(target)s)", "%(days)s days (target %(target)s)", form
        )
    return text % {"days": format_number(middle.value), "target": target}


def summarize_weekly_flow(came, went, count) -> str:
    given = {"came": came, "went": went}
    if not came and not went:
        return _("No requests came in and none were finished")
    if came > went and came >= MIN_FOR_MEDIAN:
        return _("Backlog grew: %(came)s received, %(went)s cleared") % given
    text = ngettext(
        "%(went)s cleared and %(came)s received in %(weeks)s week",
        "%(went)s cleared and %(came)s received in %(weeks)s weeks",
        count,
    )
    return text % (given | {"weeks": count})


def summarize_weekly_flow_of_departments(came, finished, gone, count) -> str:
    """Of a department, which `gone` requests left without being finished there."""
    given = {"came": came, "finished": finished, "gone": gone, "weeks": count}
    if came > finished + gone and came >= MIN_FOR_MEDIAN:
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
            count,
        )
    return text % given


def summarize_open_requests(opened, late) -> str:
    if not opened:
        return _("Nothing is open")
    if not late:
        return _("Nothing is late")
    return ngettext("%(n)s request is late", "%(n)s requests are late", late) % {"n": late}


def summarize_workload(named, unassigned) -> str:
    """`named`: [(name, open jobs)] of those who hold jobs, the busiest first."""
    if unassigned:
        return ngettext("%(n)s job is unassigned", "%(n)s jobs are unassigned", unassigned) % {
            "n": unassigned
        }
    if not named:
        return _("No one has open jobs")
    if len(named) > 1 and named[0][1] >= max(MIN_FOR_MEDIAN, 2 * named[1][1]):
        return _("%(name)s has at least twice as many jobs as anyone else") % {"name": named[0][0]}
    return _("Every job is assigned")


def summarize_pace(over, can_compare, n) -> str:
    """`over`: names of categories; `can_compare`: whether any can be; `n` jobs in all."""
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


def format_business_hours(hours) -> str:
    """48 working minutes · 2.5 working hours."""
    if hours < 1:
        minutes = round(hours * 60)
        return ngettext(
            "%(n)s minute of business time", "%(n)s minutes of business time", minutes
        ) % {"n": minutes}
    return _("%(n)s business hours") % {"n": format_number(hours)}


def summarize_desk_wait(hours) -> str:
    """`hours`: the Middle of working hours at the desk."""
    if not hours.is_enough:
        return _("Only %(n)s routed by a person, too few for a median") % {"n": hours.n}
    return _("Half waited at the desk less than %(time)s") % {
        "time": format_business_hours(hours.value)
    }


def summarize_answers(row) -> str:
    """Of what they answered about: silence is neither a success nor a failure."""
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


def compare_answers(found) -> str:
    """`found`: [(name, Share confirmed of what was answered)] of every category, zone or week."""
    return _compare_shares(
        found,
        none=_("Not enough answers from residents to compare"),
        one=_("Only %(name)s has enough answers to measure"),
        alike=_("Residents confirm work at about the same rate everywhere we can compare"),
        lowest=_("%(name)s has the lowest confirmation rate: %(n)s%%"),
    )


def compare_zones(found) -> str:
    """`found`: [(zone, Share done in time)] of every zone."""
    return _compare_shares(
        found,
        none=_("Not enough finished work to compare areas"),
        one=_("Only %(name)s has enough finished work to measure"),
        alike=_("Areas with enough data are about the same"),
        lowest=_("%(name)s has the lowest on-time rate: %(n)s%%"),
    )


def _compare_shares(found, *, none, one, alike, lowest) -> str:
    """The words for what there is to say of those shares that are of enough."""
    enough = [(share.fraction, name, share.percent) for name, share in found if share.is_enough]
    if not enough:
        return none
    (__, name, least), (__, __, most) = min(enough), max(enough)
    if len(enough) == 1:
        return one % {"name": name}
    return alike if most - least < MIN_DIFFERENCE else lowest % {"name": name, "n": least}


def summarize_ratings(rated, stars) -> str:
    if not rated:
        return _("No ratings")
    if rated < MIN_FOR_MEDIAN:
        return ngettext(
            "%(n)s rating: too few for an average",
            "%(n)s ratings: too few for an average",
            rated,
        ) % {"n": rated}
    given = {"stars": formats.number_format(stars, 1), "n": rated}
    return _("%(stars)s of 5 stars from %(n)s ratings") % given


def summarize_returns(n, came) -> str:
    if not n:
        return _("Nothing was handed back")
    share = Share(min(n, came), came)
    if not share.is_enough:
        return ngettext("%(n)s job was handed back", "%(n)s jobs were handed back", n) % {"n": n}
    return _("%(share)s of routed jobs were handed back") % {"share": format_share(share)}


def summarize_routing(row, rerouted: Share) -> str:
    if not row.desk_routed:
        return _("Nothing was routed in this period")
    if not rerouted.is_enough:
        given = {"part": rerouted.part, "whole": rerouted.whole}
        return _("%(part)s of %(whole)s were rerouted") % given
    return _("%(right)s%% went to the right department the first time") % {
        "right": 100 - rerouted.percent
    }
