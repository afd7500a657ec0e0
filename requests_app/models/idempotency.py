from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app.models.columns import created_field


class IdempotencyRecord(models.Model):
    """What was answered to something that was sent with a key, so that it is not done twice.

    `name` is the hash of who sent it and of their key, `fingerprint` that of all they sent.
    """

    name = models.CharField(max_length=64, primary_key=True)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(_("status of the answer"))
    content_type = models.CharField(_("format"), max_length=100)
    body = models.TextField()
    created_at = created_field(db_index=True)

    class Meta:
        verbose_name = _("answer that is kept")
        verbose_name_plural = _("answers that are kept")

    def __str__(self) -> str:
        return f"{self.status} of {self.created_at:%Y-%m-%d %H:%M}"
