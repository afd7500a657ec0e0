"""The city's routing rules: in order, the first that matches says where a request goes."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from city.models import Category, CategoryGroup, Department, Question, Zone
from city.models.shared import SLUG, Switchable, is_active_field, position_field
from requests_app.models import Channel, Priority
from routing import rules


class RuleQuerySet(Switchable):
    def with_names(self):
        return self.select_related("category", "group", "zone", "department")

    def in_order(self) -> list["RoutingRule"]:
        """The rules in use with everything they name, in one query; they are read in this order."""
        return list(self.active().with_names().order_by("position", "pk"))


class RoutingRule(models.Model):
    """Every condition that is given must hold. The name with the version stands in each event."""

    class Mode(models.TextChoices):
        PROPOSE = rules.PROPOSE, _("proposes it to the desk")
        ROUTE = rules.ROUTE, _("routes at once")

    name = models.CharField(
        _("name"),
        max_length=48,
        unique=True,
        help_text=_("Read by agents and kept in the log: “Storm drains → Water Resources”."),
    )
    position = position_field()
    category = models.ForeignKey(
        Category,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("category"),
    )
    group = models.ForeignKey(
        CategoryGroup,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("group of categories"),
    )
    zone = models.ForeignKey(
        Zone, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("zone")
    )
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
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="+", verbose_name=_("department")
    )
    mode = models.CharField(_("what it does"), max_length=10, choices=Mode, default=Mode.PROPOSE)
    why = models.CharField(
        _("why"),
        max_length=200,
        blank=True,
        help_text=_("One sentence for the agents; a resident may read it too."),
    )
    is_active = is_active_field()
    version = models.PositiveIntegerField(
        _("version"), default=1, editable=False, help_text=_("Rises with each change.")
    )

    objects = RuleQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("routing rule")
        verbose_name_plural = _("routing rules")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(question="", answer="")
                | ~models.Q(question="") & ~models.Q(answer=""),
                name="a_rule_about_an_answer_names_its_question",
            ),
            models.CheckConstraint(
                condition=models.Q(category=None) | models.Q(group=None),
                name="a_rule_is_about_a_category_or_a_group",
            ),
        ]

    def __str__(self):
        return self.name

    def save(self, **kwargs):
        """Raises the version where something changed."""
        stored = type(self).objects.filter(pk=self.pk).first() if self.pk else None
        if stored and self.differs_from(stored):
            self.version = stored.version + 1
        super().save(**kwargs)

    def differs_from(self, other) -> bool:
        names = [field.attname for field in self._meta.fields if field.name != "version"]
        return any(getattr(self, name) != getattr(other, name) for name in names)

    def as_value(self) -> rules.Rule:
        """The rule as the pure core reads it; needs `with_names`."""
        return rules.Rule(
            id=self.pk,
            name=self.name,
            version=self.version,
            department=destination(self.department),
            mode=self.mode,
            why=self.why,
            category=self.category.service_code if self.category else "",
            group=self.group.slug if self.group else "",
            zone=self.zone.slug if self.zone else "",
            priority=self.priority,
            channel=self.channel,
            answer=(self.question, self.answer) if self.question else None,
        )

    @property
    def problem(self) -> str:
        """Why the rule cannot do what it says, or an empty text; needs `with_names`."""
        named = {
            _("The department %(name)s is switched off."): self.department,
            _("The category %(name)s is switched off."): self.category,
            _("The group %(name)s is switched off."): self.group,
            _("The zone %(name)s is switched off."): self.zone,
        }
        for words, row in named.items():
            if row and not row.is_active:
                return words % {"name": row}
        return self._problem_with_answer() if self.question else ""

    def _problem_with_answer(self):
        asked = Question.objects.active().filter(
            code=self.question, choices__key=self.answer, choices__is_active=True
        )
        if self.category_id:
            asked = asked.filter(category=self.category_id)
        if self.group_id:
            asked = asked.filter(category__group=self.group_id)
        if asked.exists():
            return ""
        return _("No category it is about offers the answer %(answer)s to %(question)s.") % {
            "answer": self.answer,
            "question": self.question,
        }


def destination(department) -> rules.Destination | None:
    if department is None:
        return None
    return rules.Destination(department.pk, department.name, department.is_active)
