from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app.models.columns import created_field


class IdempotencyRecord(models.Model):
    """The stored response to an API request with an idempotency key.

    `name` is the hash of the sender and the key, `fingerprint` that of the whole request.
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
