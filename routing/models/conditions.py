"""What a rule says, the same for a rule in use and a drafted one: conditions, and what follows."""

from collections import defaultdict
from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from city import cache
from city.keys import CachedForeignKey
from city.models import Category, CategoryGroup, Choice, Department, Zone
from city.models.shared import SLUG, DeactivatableQuerySet, is_active_field, position_field
from requests_app.models import Channel, Priority
from routing import matching
from routing.wording import PAST_CHANNEL


class RuleQuerySet(DeactivatableQuerySet):
    def in_order(self) -> list:
        """The rules in use, in the order in which they are read."""
        return list(self.active())


def _condition(model, label) -> CachedForeignKey:
    """Names a row of a city's list, or nothing."""
    return CachedForeignKey(
        model, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


class Conditions(models.Model):
    """Every condition that is given must hold.

    `weekdays` (Monday is 0) and the hours `from_time` to `to_time` are asked of the moment at
    which the rule is applied, in the city's time zone; hours that cross midnight belong to the day
    on which they began.
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
    category = _condition(Category, _("category"))
    group = _condition(CategoryGroup, _("group of categories"))
    zone = _condition(Zone, _("area"))
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
    def pair(self) -> tuple[str, str] | None:
        """The question and the answer it asks for; None where it asks for none."""
        return (self.question, self.answer) if self.question else None

    @pair.setter
    def pair(self, pair) -> None:
        self.question, self.answer = pair or ("", "")

    def as_value(self) -> matching.Rule:
        """The rule as the pure core reads it."""
        return matching.Rule(
            id=self.pk,
            name=self.name,
            version=getattr(self, "version", 0),
            department=destination(self.department),
            mode=self.mode,
            why=self.why,
            category=self.category.service_code if self.category else "",
            group=self.group.slug if self.group else "",
            zone=self.zone.slug if self.zone else "",
            priority=self.priority,
            channel=self.channel,
            answer=self.pair,
            weekdays=frozenset(self.weekdays),
            hours=(self.from_time, self.to_time) if self.from_time is not None else None,
        )

    def conditions(self) -> dict:
        """Column to value of what the rule says, with ids: what two copies are compared by."""
        return {name: getattr(self, name) for name in COLUMNS}

    def differing(self, other) -> list[str]:
        """The columns in which the two say something else."""
        return [name for name in COLUMNS if getattr(self, name) != getattr(other, name)]

    @property
    def problem(self) -> str:
        """Why the rule cannot do what it says, or an empty text."""
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
        """Whether a category in use that the rule is about offers the answer it asks for."""
        return bool(self._offered())

    def _offered(self) -> list[Choice]:
        """The answer as each of the categories offers it that the rule is about."""
        return [
            choice
            for category, choice in offers().get(self.pair, [])
            if self.category_id in {None, category.pk}
            and self.group_id in {None, category.group_id}
        ]

    @property
    def said_answer(self) -> str:
        """The answer it asks for in the words of the first category that offers it."""
        if not self.question:
            return ""
        offered = self._offered()
        return said_choice(offered[0]) if offered else f"{self.question} = {self.answer}"

    @property
    def contradiction(self) -> str:
        """Why the conditions can never hold together although each by itself could; or empty."""
        effects = {choice.effect for choice in self._offered()}
        return contradiction_of(self.channel, self.priority, effects)


# What two copies of a rule are compared by.
COLUMNS = [field.attname for field in Conditions._meta.fields]


def constraints(prefix) -> list[models.CheckConstraint]:
    """What every table of rules promises; `prefix` tells the tables' constraints apart."""
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


def contradiction_of(channel, priority, effects) -> str:
    """The same of plain values; `effects` are those of the choices that offer the answer."""
    if channel == PAST_CHANNEL:
        return _("Requests from a previous system come in closed, so no rule runs on them.")
    if effects == {Choice.Effect.STOP}:
        return _("This answer stops the report, so no such request is ever filed.")
    if effects == {Choice.Effect.URGENT} and priority == Priority.NORMAL:
        return _("This answer makes a request urgent, so it's never filed as normal.")
    return ""


def choices_in_use() -> models.QuerySet[Choice]:
    """With their questions and categories, which are in use, too."""
    asked = Q(question__is_active=True, question__category__is_active=True)
    return Choice.objects.active().filter(asked).select_related("question__category")


def said_choice(choice) -> str:
    return f"{choice.question.staff_label}: {choice.label}"


@cache.cache_per_version
def offers() -> dict[tuple[str, str], list[tuple[Category, Choice]]]:
    """(question's code, choice's key) to the categories in use that offer it, with the choice. One
    query, kept.
    """
    rows = choices_in_use()
    found = defaultdict(list)
    for row in rows.order_by("question__category__position", "question__position", "position"):
        found[row.question.code, row.key].append((row.question.category, row))
    return found


def facts(
    category: Category,
    zone: Zone | None,
    priority: str,
    channel: str,
    answers: frozenset[tuple[str, str]],
    moment: datetime,
) -> matching.Facts:
    """Return what rules may ask about a request of these rows of the city's lists."""
    return matching.Facts(
        category=category.service_code,
        group=category.group.slug,
        zone=zone.slug if zone else "",
        priority=priority,
        channel=channel,
        answers=answers,
        moment=moment,
        own_department=destination(category.department),
    )


def destination(department) -> matching.Destination | None:
    if department is None:
        return None
    return matching.Destination(department.pk, department.name, department.may_receive)
