"""The sentence above each chart: what it shows, in words that small numbers can bear."""

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from staff_portal.overview.figures import ENOUGH, Share

APART = 10  # percentage points between the best and the worst before one is named


def said_days(days) -> str:
    return formats.number_format(days, 0 if days == int(days) else 1)


def said_share(share: Share) -> str:
    """`74%` where there are enough for a percentage, else `3 of 4`."""
    if share.percent is None:
        return _("%(part)s of %(whole)s") % {"part": share.part, "whole": share.whole}
    return _("%(n)s%%") % {"n": share.percent}


def too_few(n) -> str:
    return ngettext("%(n)s job: too few to compare", "%(n)s jobs: too few to compare", n) % {"n": n}


def few(n) -> str:
    """The same beside a bar."""
    return ngettext("%(n)s job, too few", "%(n)s jobs, too few", n) % {"n": n}


def of_weeks(came, went, count) -> str:
    given = {"came": came, "went": went}
    if not came and not went:
        return _("Nothing came and nothing was finished")
    if came > went and came >= ENOUGH:
        return _("More comes than goes: %(came)s came, %(went)s went") % given
    text = ngettext(
        "%(went)s went and %(came)s came in %(weeks)s week",
        "%(went)s went and %(came)s came in %(weeks)s weeks",
        count,
    )
    return text % (given | {"weeks": count})


def of_late(late) -> str:
    if not late:
        return _("Nothing is late")
    return ngettext("%(n)s request is late", "%(n)s requests are late", late) % {"n": late}


def of_load(opened, late) -> str:
    return of_late(late) if opened else _("Nothing is open")


def of_people(named, unassigned) -> str:
    """`named`: [(name, open jobs)] of those who hold jobs, the busiest first."""
    if unassigned:
        return ngettext("%(n)s job is nobody’s yet", "%(n)s jobs are nobody’s yet", unassigned) % {
            "n": unassigned
        }
    if not named:
        return _("Nobody holds a job")
    if len(named) > 1 and named[0][1] >= max(ENOUGH, 2 * named[1][1]):
        return _("%(name)s has twice as much as anybody else") % {"name": named[0][0]}
    return _("Every job has somebody")


def of_pace(over, within, n) -> str:
    """`over`, `within`: names of the categories that can be compared; `n` finished jobs in all."""
    if not n:
        return _("Nothing was finished in this time")
    if n < ENOUGH:
        return too_few(n)
    if not over and not within:
        return _("No kind of work has enough finished jobs to compare")
    if not over:
        return _("What can be compared is within its target")
    if len(over) == 1:
        return _("%(name)s takes too long") % {"name": over[0]}
    if len(over) == 2:
        return _("%(one)s and %(other)s take too long") % {"one": over[0], "other": over[1]}
    return _("%(n)s kinds of work take too long") % {"n": len(over)}


def said_hours(hours) -> str:
    """48 working minutes · 2.5 working hours."""
    if hours < 1:
        minutes = round(hours * 60)
        return ngettext("%(n)s working minute", "%(n)s working minutes", minutes) % {"n": minutes}
    n = formats.number_format(hours, 0 if hours == int(hours) else 1)
    return _("%(n)s working hours") % {"n": n}


def of_waiting(hours) -> str:
    """`hours`: the Middle of working hours at the desk."""
    if not hours.is_enough:
        return _("Routed by a person: %(n)s, too few for a median") % {"n": hours.n}
    return _("Half waited at the desk for less than %(time)s") % {"time": said_hours(hours.value)}


def of_answers(row) -> str:
    """Silence is part of the whole here, and never a success."""
    if not row or not row.finished:
        return _("Nothing was finished in this time")
    share = Share(row.confirmed, row.finished)
    if share.percent is None:
        return ngettext(
            "%(yes)s of %(n)s finished job was confirmed",
            "%(yes)s of %(n)s finished jobs were confirmed",
            row.finished,
        ) % {"yes": row.confirmed, "n": row.finished}
    return _("%(share)s of finished work was confirmed") % {"share": said_share(share)}


def of_answers_by(found) -> str:
    """`found`: [(name, Share confirmed)] of every category, zone or week."""
    enough = [(share.percent, name) for name, share in found if share.percent is not None]
    if len(enough) < 2:
        return _("What residents said of it")
    lowest, name = min(enough)
    if max(enough)[0] - lowest < APART:
        return _("Residents say much the same of all that can be compared")
    return _("%(name)s is confirmed least: %(n)s%%") % {"name": name, "n": lowest}


def of_ratings(rated, stars) -> str:
    if not rated:
        return _("Nobody gave stars")
    if rated < ENOUGH:
        return ngettext(
            "%(n)s rating: too few for an average",
            "%(n)s ratings: too few for an average",
            rated,
        ) % {"n": rated}
    given = {"stars": formats.number_format(stars, 1), "n": rated}
    return _("%(stars)s of 5 stars from %(n)s residents") % given


def of_returns(n, came) -> str:
    if not n:
        return _("Nothing was handed back")
    share = Share(min(n, came), came)
    if share.percent is None:
        return ngettext("%(n)s job was handed back", "%(n)s jobs were handed back", n) % {"n": n}
    return _("%(share)s of what came was handed back") % {"share": said_share(share)}


def of_zones(found) -> str:
    """`found`: [(zone, Share done in time)] of the zones with enough of it, the lowest first."""
    if not found:
        return _("Too little was finished to compare zones")
    (name, lowest), (__, highest) = found[0], found[-1]
    if len(found) == 1:
        return _("Only %(name)s has enough finished work to speak of") % {"name": name}
    if highest.percent - lowest.percent < APART:
        return _("Zones that can be compared are much alike")
    return _("%(name)s has the smallest share in time: %(n)s%%") % {
        "name": name,
        "n": lowest.percent,
    }


def of_routing(row, rerouted: Share) -> str:
    if not row or not row.routed:
        return _("Nothing was routed in this time")
    if rerouted.percent is None:
        return _("%(part)s of %(whole)s were routed again") % {
            "part": rerouted.part,
            "whole": rerouted.whole,
        }
    return _("%(right)s%% went to the right department at once") % {"right": 100 - rerouted.percent}
