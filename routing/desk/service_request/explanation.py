"""Why the desk is shown this department: the rule, what it looked at, and what happened before."""

from collections import Counter
from functools import cached_property
from typing import NamedTuple

from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from city.models import Department
from requests_app.models import ServiceRequest
from routing import lists, triage, wording
from routing.models import Proposal

LIKE_THIS = 50
ALTERNATIVES = 2


class Option(NamedTuple):
    """A department the desk can choose with one key; `share` says how often it was the one."""

    key: str
    department: Department
    share: str = ""


class Advice:
    """The proposal for one request, in words, with the next best departments.

    `shown` is what the proposal looked at, as sentences.
    """

    def __init__(self, service_request, answers) -> None:
        self.service_request = service_request
        self.answers = answers
        self.proposal: Proposal = triage.find_proposal(service_request)

    @property
    def department(self) -> Department | None:
        return self.proposal.department

    @property
    def stopped(self) -> str:
        """Why the department that the rules name is not proposed; empty if it is."""
        department = self.proposal.stopped
        if department is None:
            return ""
        if department.may_receive:
            return _("Usually %(department)s, but they handed it back.") % {
                "department": department
            }
        source = self.proposal.rule_label or _("The category")
        names = {"rule": source, "department": department}
        if department.is_active:
            return _("%(rule)s names %(department)s, which takes no new requests.") % names
        return _("%(rule)s names %(department)s, which is turned off.") % names

    @cached_property
    def shown(self) -> list[str]:
        sentences = [self._rule()] if self.department else []
        if self.department and self.counts[self.department.pk]:
            sentences.append(
                _("%(n)s of the last %(of)s like this went there")
                % {"n": self.counts[self.department.pk], "of": self.counts.total()}
            )
        return sentences

    def _rule(self) -> str:
        if not self.proposal.rule_label:
            return _("It handles “%(category)s”") % {"category": self.service_request.category}
        looked_at = ", ".join(filter(None, map(self._conditions().get, self.proposal.matched)))
        said = self.proposal.why or looked_at
        return f"{self.proposal.rule_label}: {said}" if said else self.proposal.rule_label

    def _conditions(self) -> dict[str, str]:
        """What was looked at, in words. Some only the rule itself can tell, and not once it says
        something else.
        """
        row, rule = self.service_request, self.proposal.rule
        said = {
            "category": row.category.name,
            "group": row.category.group.name,
            "zone": row.zone.name if row.zone else "",
            "priority": row.get_priority_display(),
            "channel": row.get_channel_display(),
        }
        if rule and rule.version == self.proposal.rule_version:
            said["answer"] = self._answer(rule)
            said["weekdays"] = wording.days(rule.weekdays)
            said["hours"] = wording.hours(rule.from_time, rule.to_time)
        return said

    def _answer(self, rule) -> str:
        said = (
            f"{answer.question.staff_label}: {answer.said}"
            for answer in self.answers
            if answer.question.code == rule.question
        )
        return next(said, "")

    @cached_property
    def counts(self) -> Counter:
        """Department id to how many of the last requests of this category it has or did."""
        row = self.service_request
        rows = ServiceRequest.objects.filter(category=row.category_id).exclude(pk=row.pk)
        holders = rows.annotate(holder=Coalesce("completed_by", "department"))
        lately = holders.filter(holder__isnull=False).order_by("-filed_at", "-pk")
        return Counter(lately.values_list("holder", flat=True)[:LIKE_THIS])

    @cached_property
    def options(self) -> list[Option]:
        """The proposed department under Enter, then the next best under 1 and 2."""
        keys = {"Enter": self.department} if self.department else {}
        keys |= {str(number): other for number, other in enumerate(self._others(), start=1)}
        return [Option(key, each, self._share(each)) for key, each in keys.items()]

    def _share(self, department) -> str:
        total = self.counts.total()
        if not total:
            return ""
        return _("%(n)s of %(of)s") % {"n": self.counts[department.pk], "of": total}

    def _others(self) -> list:
        active = {row.pk: row for row in lists.departments() if row.takes_new}
        row = self.service_request
        ids = [pk for pk, _count in self.counts.most_common()]
        same_group = lists.categories_of(row.category.group_id)
        ids += [row.category.department_id, *(other.department_id for other in same_group)]
        taken = {row.department_id, self.department.pk if self.department else None}
        ranked = dict.fromkeys(pk for pk in ids if pk in active and pk not in taken)
        return [active[pk] for pk in ranked][:ALTERNATIVES]
