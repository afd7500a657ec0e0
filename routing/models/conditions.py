"""The base model of rules in use and drafted rules: their conditions and their effect."""

from collections import defaultdict
from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from city import cache
from city.keys import CachedForeignKey
from city.models import Category, CategoryGroup, Choice, Department, Zone
from city.models.shared import SLUG, DeactivatableQuerySet, is_active_field, position_field
from lib.lazy_text import LazyText
from requests_app.models import Channel, Priority
from routing import matching


class RuleQuerySet(DeactivatableQuerySet):
    def list_in_use(self) -> list:
        """Return the active rules as a list, in the order in which they are read."""
        return list(self.active())


def _condition_field(model: type[models.Model], label: LazyText) -> CachedForeignKey:
    """Return an optional foreign key to a list of the city."""
    return CachedForeignKey(
        model, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


class Conditions(models.Model):
    """A rule: every condition that is given must hold.

    `weekdays` (Monday is 0) and the hours from `from_time` to `to_time` are compared with the
    moment at which the rule is applied, in the city's time zone. Hours that cross midnight belong
    to the day on which they began.
    """

    class Mode(models.TextChoices):
        PROPOSE = matching.PROPOSE, _("suggests it to the desk")
        ROUTE = matching.ROUTE, _("routes automatically")

    name = models.CharField(
        _("name"),
        max_length=48,
        help_text=_("Read by agents and kept in the log: “Storm drains → Water Resources”."),
    )
    position = position_field()
    category = _condition_field(Category, _("category"))
    group = _condition_field(CategoryGroup, _("group of categories"))
    zone = _condition_field(Zone, _("area"))
    priority = models.CharField(_("priority"), max_length=10, blank=True, choices=Priority)
    channel = models.CharField(
        _("channel"), max_length=10, blank=True, choices=Channel, help_text=_("How it came in.")
    )
    question = models.CharField(
        _("question"),
        max_length=60,
        blank=True,
        validators=[SLUG],
        help_text=_("The code of a question; with an answer below."),
    )
    answer = models.CharField(
        _("answer"), max_length=60, blank=True, validators=[SLUG], help_text=_("A choice's key.")
    )
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(validators=[MaxValueValidator(6)]),
        verbose_name=_("weekdays"),
        default=list,
        blank=True,
        help_text=_("Of the moment when the rule is applied. Monday is 0; none means every day."),
    )
    from_time = models.TimeField(_("from"), null=True, blank=True)
    to_time = models.TimeField(_("to"), null=True, blank=True)
    department = CachedForeignKey(
        Department, models.PROTECT, related_name="+", verbose_name=_("department")
    )
    mode = models.CharField(_("what it does"), max_length=10, choices=Mode, default=Mode.PROPOSE)
    why = models.CharField(
        _("why"),
        max_length=200,
        blank=True,
        help_text=_("One sentence for agents. Residents may read it too."),
    )
    is_active = is_active_field()

    objects = RuleQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def question_and_answer(self) -> tuple[str, str] | None:
        """Return the question's code and the choice's key; None without a question."""
        return (self.question, self.answer) if self.question else None

    @question_and_answer.setter
    def question_and_answer(self, pair) -> None:
        """Set question and answer from a pair; None empties both."""
        self.question, self.answer = pair or ("", "")

    def to_rule_value(self) -> matching.Rule:
        """Return the rule as a value for `routing.matching`, with codes and slugs for rows.

        A drafted rule has the version 0.
        """
        return matching.Rule(
            id=self.pk,
            name=self.name,
            version=getattr(self, "version", 0),
            department=to_destination(self.department),
            mode=self.mode,
            why=self.why,
            category=self.category.service_code if self.category else "",
            group=self.group.slug if self.group else "",
            zone=self.zone.slug if self.zone else "",
            priority=self.priority,
            channel=self.channel,
            answer=self.question_and_answer,
            weekdays=frozenset(self.weekdays),
            hours=(self.from_time, self.to_time) if self.from_time and self.to_time else None,
        )

    def column_values(self) -> dict:
        """Return the value of each column in RULE_COLUMNS by name, foreign keys as ids."""
        return {name: getattr(self, name) for name in RULE_COLUMNS}

    def differing_columns(self, other: "Conditions") -> list[str]:
        """Return the names of the columns in RULE_COLUMNS in which the two rules differ."""
        return [name for name in RULE_COLUMNS if getattr(self, name) != getattr(other, name)]

    @property
    def problem(self) -> str:
        """Return why the rule cannot be applied, as a sentence; empty if it can.

        A department, category, group or area is turned off, or no category offers the answer.
        """
        named = {
            _("The department %(name)s is turned off."): self.department,
            _("The category %(name)s is turned off."): self.category,
            _("The group %(name)s is turned off."): self.group,
            _("The area %(name)s is turned off."): self.zone,
        }
        for words, row in named.items():
            if row and not row.is_active:
                return words % {"name": row}
        if self.question and not self.is_answer_offered:
            return _("No category it's about offers the answer %(answer)s to %(question)s.") % {
                "answer": self.answer,
                "question": self.question,
            }
        return ""

    @property
    def is_answer_offered(self) -> bool:
        """Return True if an active category that the rule covers offers its answer.

        False for a rule without an answer.
        """
        return bool(self._list_offered_choices())

    def _list_offered_choices(self) -> list[Choice]:
        """Return the choices with the rule's question and answer, of the categories that it covers.

        Each such category has at most one. Return [] for a rule without an answer.
        """
        return [
            choice
            for category, choice in offered_choices().get((self.question, self.answer), [])
            if self.category_id in {None, category.pk}
            and self.group_id in {None, category.group_id}
        ]

    @property
    def answer_label(self) -> str:
        """Return the answer as the first category that offers it names it, with its question.

        “question = answer” in codes if none offers it; empty for a rule without an answer.
        """
        if not self.question:
            return ""
        offered = self._list_offered_choices()
        return format_choice(offered[0]) if offered else f"{self.question} = {self.answer}"

    @property
    def contradiction(self) -> str:
        """Return why the conditions can never hold together, as a sentence; "" if none is known."""
        effects = {choice.effect for choice in self._list_offered_choices()}
        return find_contradiction(self.channel, self.priority, effects)


# The columns by which two copies of a rule are compared.
RULE_COLUMNS = [field.attname for field in Conditions._meta.fields]


def rule_constraints(prefix: str) -> list[models.CheckConstraint]:
    """Return the check constraints of a table of rules; `prefix` makes their names unique.

    An answer needs its question, the hours need both ends, and a rule has no category and group
    together.
    """
    return [
        models.CheckConstraint(
            condition=Q(question="", answer="") | ~Q(question="") & ~Q(answer=""),
            name=f"{prefix}_rule_about_an_answer_names_its_question",
        ),
        models.CheckConstraint(
            condition=Q(category=None) | Q(group=None),
            name=f"{prefix}_rule_is_about_a_category_or_a_group",
        ),
        models.CheckConstraint(
            condition=Q(from_time=None, to_time=None)
            | Q(from_time__isnull=False, to_time__isnull=False) & ~Q(from_time=models.F("to_time")),
            name=f"{prefix}_rules_hours_have_a_beginning_and_an_end",
        ),
    ]


def find_contradiction(channel: str, priority: str, effects: set[str]) -> str:
    """Return why these conditions can never hold together; empty if no reason is known.

    The reasons are the channel IMPORT, an answer that stops the report, and an urgent answer with
    normal priority. `effects` are those of the choices that offer the rule's answer.
    """
    if channel == Channel.IMPORT:
        return gettext("Requests from a previous system come in closed, so no rule runs on them.")
    if effects == {Choice.Effect.STOP}:
        return gettext("This answer stops the report, so no such request is ever filed.")
    if effects == {Choice.Effect.URGENT} and priority == Priority.NORMAL:
        return gettext("This answer makes a request urgent, so it's never filed as normal.")
    return ""


def choices_in_use() -> models.QuerySet[Choice]:
    """Return the active choices of active questions and categories, with both loaded."""
    asked = Q(question__is_active=True, question__category__is_active=True)
    return Choice.objects.active().filter(asked).select_related("question__category")


def format_choice(choice: Choice) -> str:
    """Return the question's label for staff and the choice's label."""
    return f"{choice.question.staff_label}: {choice.label}"


@cache.cache_per_version
def offered_choices() -> dict[tuple[str, str], list[tuple[Category, Choice]]]:
    """Return the (category, choice) pairs that offer each answer.

    The keys are (question code, choice key). One query, cached until the city changes: do not
    change the result. Use `get()`, because the dict makes missing keys.
    """
    rows = choices_in_use()
    found = defaultdict(list)
    for row in rows.order_by("question__category__position", "question__position", "position"):
        found[row.question.code, row.key].append((row.question.category, row))
    return found


def build_facts(
    category: Category,
    zone: Zone | None,
    priority: str,
    channel: str,
    answers: frozenset[tuple[str, str]],
    moment: datetime,
) -> matching.Facts:
    """Return the facts that rules compare for a request with these properties."""
    return matching.Facts(
        category=category.service_code,
        group=category.group.slug,
        zone=zone.slug if zone else "",
        priority=priority,
        channel=channel,
        answers=answers,
        moment=moment,
        own_department=to_destination(category.department) if category.department else None,
    )


def to_destination(department: Department) -> matching.Destination:
    """Return the department as a value; `is_active` is True if it may receive requests."""
    return matching.Destination(department.pk, department.name, department.may_receive)
