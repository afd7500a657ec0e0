from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lib import clock
from requests_app.models.columns import (
    comment_foreign_key,
    device_foreign_key,
    photo_foreign_key,
    request_foreign_key,
)
from requests_app.models.comment import Comment
from requests_app.models.event import Event
from requests_app.models.photo import Photo


class ContentReportQuerySet(models.QuerySet["ContentReport"]):
    def open(self) -> Self:
        """Return reports on which no agent acted yet."""
        return self.filter(settled_by=None)

    def for_subject(self, photo: Photo | None, comment: Comment | None) -> Self:
        """Return reports on this photo or comment; with neither, on the description."""
        return self.filter(photo=photo, comment=comment)


class ContentReport(models.Model):
    """A resident's report that a photo or a text of a request is wrong. Only staff see it.

    The subject is `photo` or `comment`; with neither, the description. The report is open until an
    agent acts: `settled_by` is the event that hid or changed the content or dismissed the report.
    The report is no event, since the log would keep its sender.
    """

    LIVE_NAME = "content-reports"  # the name of the version that polls compare

    class Reason(models.TextChoices):
        PERSONAL = "personal", _("It shows personal information")
        OFFENSIVE = "offensive", _("It's offensive")
        UNRELATED = "unrelated", _("It isn't about this request")
        OTHER = "other", _("Something else")

    service_request = request_foreign_key("content_reports", models.PROTECT)
    photo = photo_foreign_key("+", null=True)
    comment = comment_foreign_key("+", null=True)
    device = device_foreign_key("content_reports", models.SET_NULL, null=True)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    text = models.TextField(_("text"), blank=True)
    made_at = models.DateTimeField(_("made"), default=clock.now, db_index=True)
    settled_by = models.ForeignKey(
        Event, models.PROTECT, null=True, related_name="settled", verbose_name=_("settled by")
    )

    objects = ContentReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report by a reader")
        verbose_name_plural = _("reports by readers")
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["service_request"],
                condition=Q(settled_by=None),
                name="content_reports_not_settled",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["device", "service_request", "photo", "comment"],
                condition=Q(device__isnull=False),
                nulls_distinct=False,
                name="one_content_report_per_device",
            ),
            models.CheckConstraint(
                condition=Q(photo=None) | Q(comment=None),
                name="a_content_report_is_about_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service_request_id}: {self.get_reason_display()}"
