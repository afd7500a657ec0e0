"""Drafts of the routing rules."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lib import clock
from requests_app.models.columns import user_foreign_key
from routing.models.conditions import Conditions, rule_constraints
from routing.models.rule import RoutingRule


class RuleDraft(models.Model):
    """A copy of the rules that is changed, tested and published.

    `based_on` maps the id of each copied rule (as text) to its version. The draft can be published
    only while the rules still have these versions.
    """

    name = models.CharField(
        _("name"), max_length=80, help_text=_("What it's about: “Beach season 2027”.")
    )
    based_on = models.JSONField(default=dict, editable=False)
    made_by = user_foreign_key("+", _("made by"), editable=False)
    made_at = models.DateTimeField(_("made"), default=clock.now, editable=False)
    published_by = user_foreign_key("+", _("published by"), editable=False)
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    why = models.CharField(_("why"), max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = _("draft of the rules")
        verbose_name_plural = _("drafts of the rules")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(published_at=None)
                | models.Q(published_at__isnull=False) & ~models.Q(why=""),
                name="a_published_draft_says_why",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_published(self) -> bool:
        return self.published_at is not None


class DraftedRule(Conditions):
    """A rule of a draft; `source` is the rule it was copied from, None for a new one."""

    draft = models.ForeignKey(
        RuleDraft, models.CASCADE, related_name="rules", verbose_name=_("draft")
    )
    source = models.ForeignKey(
        RoutingRule, models.CASCADE, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta(Conditions.Meta):
        verbose_name = _("drafted rule")
        verbose_name_plural = _("drafted rules")
        constraints = [
            *rule_constraints("a_drafted"),
            models.UniqueConstraint(
                fields=["draft", "name"],
                name="each_rule_of_a_draft_has_its_own_name",
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message=_("Another rule of this draft has this name."),
            ),
        ]
