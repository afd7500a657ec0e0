"""The table of the security log."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from lib.security_log import Kind


class SecurityRecord(models.Model):
    """A row of the security log.

    Triggers refuse UPDATE, TRUNCATE, and DELETE of rows younger than 30 days, and set `at` to the
    database's time. `actor`, `target` and `source` are ids and hashes made by `lib.security_log`.
    """

    at = models.DateTimeField(_("when"), db_default=Now())
    kind = models.CharField(_("what happened"), max_length=30)
    actor = models.CharField(_("who"), max_length=40)
    target = models.CharField(_("to what"), max_length=120, blank=True)
    result = models.CharField(_("result"), max_length=60)
    source = models.CharField(_("from where"), max_length=40, blank=True)
    request_id = models.CharField(_("request number"), max_length=32, blank=True)

    class Meta:
        app_label = "accounts"
        verbose_name = _("security record")
        verbose_name_plural = _("Who changed what")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["-at", "-id"], name="security_by_time"),
            models.Index(fields=["kind", "-at", "-id"], name="security_by_kind"),
            models.Index(fields=["actor", "-at", "-id"], name="security_by_actor"),
            models.Index(
                fields=["target", "-at", "-id"],
                condition=~Q(target=""),
                name="security_by_target",
            ),
        ]

    def __str__(self) -> str:
        return f"{Kind(self.kind).label}: {self.result}"
