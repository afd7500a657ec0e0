"""The reasons for the suggested department: the rule, and where similar requests went."""

from collections import Counter
from functools import cached_property
from typing import NamedTuple

from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from city.models import Department
from requests_app.models import Answer, ServiceRequest
from routing import lists, triage, wording
from routing.models import Proposal, RoutingRule

MAX_SIMILAR_REQUESTS = 50
MAX_ALTERNATIVES = 2


class DepartmentOption(NamedTuple):
    """A department that a keyboard key chooses; `share` says how often it had similar requests."""

    key: str
    department: Department
    share: str = ""


class RoutingAdvice:
    """The proposal for a request in words, with the next best departments."""

    def __init__(self, service_request: ServiceRequest, answers: list[Answer]) -> None:
        self.service_request = service_request
        self.answers = answers
        self.proposal: Proposal = triage.find_proposal(service_request)

    @property
    def department(self) -> Department | None:
        """Return the proposed department; None if none is proposed."""
        return self.proposal.department

    @property
    def missing_reason(self) -> str:
        """Return why no department is proposed.

        No rule or category names a department, or the named department handed the request back,
        takes no new requests, or is deactivated.
        """
        department = self.proposal.stopped
        if department is None:
            return _("No rule and no category names one.")
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
    def reasons(self) -> list[str]:
        """Return the reasons for the proposed department, as one or two sentences.

        The first names the rule or category, the second the share of similar requests, if any went
        there. Empty without a department.
        """
        sentences = [self._describe_rule()] if self.department else []
        if self.department and self.department_counts[self.department.pk]:
            sentences.append(
                _("%(n)s of the last %(of)s like this went there")
                % {
                    "n": self.department_counts[self.department.pk],
                    "of": self.department_counts.total(),
                }
            )
        return sentences

    def _describe_rule(self) -> str:
        """Return the rule with its reason, else with the conditions that held.

        Without a rule the sentence names the category.
        """
        if not self.proposal.rule_label:
            return _("It handles “%(category)s”") % {"category": self.service_request.category}
        looked_at = ", ".join(
            filter(None, map(self._describe_conditions().get, self.proposal.matched))
        )
        said = self.proposal.why or looked_at
        return f"{self.proposal.rule_label}: {said}" if said else self.proposal.rule_label

    def _describe_conditions(self) -> dict[str, str]:
        """Return the text of each condition that the proposal may have matched, by name.

        Answers and times are taken from the rule, if it has not changed since.
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
            said["answer"] = self._describe_answer(rule)
            said["weekdays"] = wording.format_weekdays(rule.weekdays)
            said["hours"] = wording.format_hours(rule.from_time, rule.to_time)
        return said

    def _describe_answer(self, rule: RoutingRule) -> str:
        """Return the question and the reporter's answer that the rule asks for; empty for none."""
        said = (
            f"{answer.question.staff_label}: {answer.said}"
            for answer in self.answers
            if answer.question.code == rule.question
        )
        return next(said, "")

    @cached_property
    def department_counts(self) -> Counter:
        """Return how many of the latest similar requests each department completed or has, by id.

        Similar are those of the same category, at most MAX_SIMILAR_REQUESTS.
        """
        row = self.service_request
        rows = ServiceRequest.objects.filter(category=row.category_id).exclude(pk=row.pk)
        holders = rows.annotate(holder=Coalesce("completed_by", "department"))
        lately = holders.filter(holder__isnull=False).order_by("-filed_at", "-pk")
        return Counter(lately.values_list("holder", flat=True)[:MAX_SIMILAR_REQUESTS])

    @cached_property
    def options(self) -> list[DepartmentOption]:
        """Return the proposed department (key Enter) and the next best (keys 1 and 2)."""
        keys = {"Enter": self.department} if self.department else {}
        keys |= {
            str(number): other for number, other in enumerate(self._list_alternatives(), start=1)
        }
        return [DepartmentOption(key, each, self._format_share(each)) for key, each in keys.items()]

    def _format_share(self, department: Department) -> str:
        """Return “12 of 50”, the department's share of similar requests.

        Empty without similar ones.
        """
        total = self.department_counts.total()
        if not total:
            return ""
        return _("%(n)s of %(of)s") % {"n": self.department_counts[department.pk], "of": total}

    def _list_alternatives(self) -> list:
        """Return the departments of most similar requests, then of the category and its group.

        At most MAX_ALTERNATIVES, without the proposed one, the present one, and those that take no
        new requests.
        """
        active = {row.pk: row for row in lists.departments() if row.takes_new}
        row = self.service_request
        ids = [pk for pk, _count in self.department_counts.most_common()]
        same_group = lists.categories_in_group(row.category.group_id)
        ids += [row.category.department_id, *(other.department_id for other in same_group)]
        taken = {row.department_id, self.department.pk if self.department else None}
        ranked = dict.fromkeys(pk for pk in ids if pk in active and pk not in taken)
        return [active[pk] for pk in ranked][:MAX_ALTERNATIVES]
