from django.db import models
from django.utils.translation import gettext_lazy as _

from lib import clock
from requests_app.models.columns import event_foreign_key


class RemotePhoto(models.Model):
    """The URL of a photo that another system sent (`media_url`), until the photo is fetched.

    It belongs to `event`, a report or an update of it. `due_at` is the time of the next
    attempt. After success or the last failure the row is deleted; the history has the failure.
    """

    event = event_foreign_key("+")
    url = models.CharField(_("address"), max_length=2000)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("due"), default=clock.now, db_index=True)

    class Meta:
        verbose_name = _("photo to be fetched")
        verbose_name_plural = _("photos to be fetched")

    def __str__(self) -> str:
        return f"photo for {self.event}"
