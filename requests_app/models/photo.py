import uuid
from typing import Self

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from lib import clock
from requests_app.models import photo_link
from requests_app.models.columns import (
    degrees_field,
    device_foreign_key,
    event_foreign_key,
    request_foreign_key,
    user_foreign_key,
)
from requests_app.models.draft import Draft
from requests_app.status import Status

IS_REPORT_PHOTO = models.Q(kind="report") & ~models.Q(state="unreadable")


class PhotoQuerySet(models.QuerySet["Photo"]):
    def unattached(self) -> Self:
        """Return photos without a request: they are not part of a report or an event yet."""
        return self.filter(service_request=None)

    def visible_report_photos(self) -> Self:
        """Return photos of reports that are processed and not hidden."""
        return self.filter(kind=Photo.Kind.REPORT, state=Photo.State.READY, is_hidden=False)

    def unreadable_completion_photos(self) -> Self:
        """Return unreadable photos of completions of which no photo is readable.

        Only the last completion of each request that still has the status COMPLETED counts.
        """
        lost = self.filter(
            kind=Photo.Kind.COMPLETION,
            state=Photo.State.UNREADABLE,
            service_request__status=Status.COMPLETED,
            event__at=models.F("service_request__completed_at"),
        )
        others = Photo.objects.filter(event=models.OuterRef("event"))
        return lost.exclude(models.Exists(others.exclude(state=Photo.State.UNREADABLE)))

    def needing_clean_originals(self) -> "PhotoQuerySet":
        """Return photos whose original must be replaced by one without camera data, oldest first.

        Photos whose public sizes are not made yet are left out.
        """
        marked = self.filter(must_clean_original=True)
        return marked.exclude(state=Photo.State.WAITING).order_by("uploaded_at")

    def by_residents(self) -> Self:
        """Return photos of reports, disputes and comments."""
        return self.filter(kind__in=[Photo.Kind.REPORT, Photo.Kind.DISPUTE, Photo.Kind.COMMENT])


class Photo(models.Model):
    """A photo with its private original and its public sizes, whose names contain `key`.

    A new photo is loose: it belongs only to the device or member of staff that uploaded it. The
    verb with which the photo is sent attaches it to a request and an event. `redactions` are (x, y,
    width, height) boxes in fractions of the upright picture, drawn black in every public size.
    `must_clean_original` is True while the original has camera data that must be deleted.
    """

    class Kind(models.TextChoices):
        REPORT = "report", _("Report")
        COMPLETION = "completion", _("Completion")
        DISPUTE = "dispute", _("Dispute")
        COMMENT = "comment", _("Comment")
        BEFORE = "before", _("Before the work")  # by the crew
        NOTE = "note", _("Crew's note")

    class State(models.TextChoices):
        WAITING = "waiting", _("Processing")
        READY = "ready", _("Ready")
        UNREADABLE = "unreadable", _("Couldn't be read")

    SIZES = (320, 960, 1920)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.WAITING)
    service_request = request_foreign_key("photos", models.PROTECT, null=True)
    draft = models.ForeignKey(
        Draft,
        models.SET_NULL,
        null=True,
        related_name="photos",
        verbose_name=_("report being written"),
    )
    event = event_foreign_key("photos", models.PROTECT, null=True)
    device = device_foreign_key("photos", models.SET_NULL, null=True)
    user = user_foreign_key("photos", _("person"), models.SET_NULL)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    original = models.CharField(_("original"), max_length=200)
    digest = models.CharField(_("digest"), max_length=64, db_index=True)
    key = models.CharField(_("key"), max_length=64, unique=True)
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    latitude = degrees_field()
    longitude = degrees_field()
    taken_at = models.DateTimeField(_("taken"), null=True)
    uploaded_at = models.DateTimeField(_("uploaded"), default=clock.now, db_index=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    is_hidden = models.BooleanField(_("hidden"), default=False)
    must_clean_original = models.BooleanField(
        _("original to be replaced by a clean copy"), default=False, db_default=False
    )
    redactions = models.JSONField(_("blacked-out parts"), default=list)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["position", "uploaded_at"]
        indexes = [
            models.Index(
                fields=["state", "uploaded_at"],
                condition=~models.Q(state="ready"),
                name="photos_that_are_not_ready",
            ),
            models.Index(
                fields=["service_request"],
                condition=models.Q(kind="report") & ~models.Q(state="unreadable"),
                name="reports_with_photos",
            ),
            models.Index(
                fields=["-uploaded_at"],
                condition=models.Q(is_hidden=True),
                name="hidden_photos",
            ),
            models.Index(
                fields=["uploaded_at"],
                condition=models.Q(must_clean_original=True),
                name="photos_with_originals_to_clean",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} photo {self.pk}"

    @property
    def is_ready(self) -> bool:
        return self.state == self.State.READY

    @property
    def small(self) -> str:
        """Return the URL of the size 320."""
        return self.url(320)

    @property
    def medium(self) -> str:
        """Return the URL of the size 960."""
        return self.url(960)

    @property
    def large(self) -> str:
        """Return the URL of the size 1920."""
        return self.url(1920)

    def url(self, size: int) -> str:
        """Return the photo's URL in this size (width in pixels), signed for a photo not public."""
        return photo_link.photo_url(self, size)

    def storage_name(self, size: int) -> str:
        """Return the name of a public size in the photo storage."""
        return f"sizes/{self.key}-{size}.webp"


class SpooledOriginal(models.Model):
    """The original of a photo until the photo storage accepts it.

    The file is kept in the database, since another machine moves it, and standbys have a copy.
    """

    photo = models.OneToOneField(Photo, models.CASCADE, primary_key=True, related_name="spooled")
    content = models.BinaryField()
    bytes = models.PositiveIntegerField()
    spooled_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.bytes} bytes of photo {self.photo_id}"


class PhotoFileChange(models.Model):
    """The name of a photo's file that was stored or deleted, until it is copied.

    A trigger inserts the rows in the transaction that changes the photo; `deploy/copy_photos`
    deletes those that it has copied.
    """

    name = models.CharField(max_length=200)
    changed_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name


class PhotoCopy(models.Model):
    """The moment up to which all files are in the copy: one row, or none without a copy."""

    copied_until = models.DateTimeField()

    def __str__(self) -> str:
        return f"until {self.copied_until:%Y-%m-%d %H:%M:%S}"
