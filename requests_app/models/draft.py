import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from city.keys import CachedForeignKey
from city.models import Category
from city.search import recognize_description
from city.translation import translate_name
from lib import clock
from lib.email_addresses import EmailModel
from requests_app.models.columns import (
    created_field,
    degrees_field,
    device_foreign_key,
    request_foreign_key,
)
from requests_app.models.device import Device
from requests_app.models.follower import Follower


class Draft(EmailModel):
    """A report being written on one device; the id is the idempotency key for filing it.

    After filing it holds only the key, its digest and the request. `answers` maps a question's code
    to the list of keys or the one text given so far. `not_these` are the ids of requests nearby
    that the person said are not the same.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    device = device_foreign_key("drafts")
    category = CachedForeignKey(Category, models.SET_NULL, null=True, verbose_name=_("category"))
    latitude = degrees_field(_("latitude"))
    longitude = degrees_field(_("longitude"))
    location_text = models.CharField(_("location"), max_length=200, blank=True)
    location_note = models.CharField(_("how to find it"), max_length=200, blank=True)
    answers = models.JSONField(_("answers"), default=dict)
    description = models.TextField(_("description"), blank=True)
    # The search text of step 1 that was copied to the description. Each text is copied once.
    searched = models.CharField(
        _("searched text"), max_length=200, default="", db_default="", editable=False
    )
    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    # Kinds of danger that the texts name; the person said that nobody is in such danger.
    no_danger = ArrayField(
        models.CharField(max_length=40),
        default=list,
        db_default=[],
        verbose_name=_("kinds of danger denied"),
    )
    not_these = ArrayField(
        models.BigIntegerField(),
        default=list,
        db_default=[],
        verbose_name=_("similar ones turned down"),
    )
    details_done = models.BooleanField(_("details done"), default=False)
    created_at = created_field()
    changed_at = models.DateTimeField(_("changed"), default=clock.now, db_index=True)
    # Digest of all fields of a delivery, to detect other content with the same key.
    delivered_digest = models.CharField(
        _("digest of what was sent"), max_length=64, default="", db_default="", editable=False
    )
    service_request = request_foreign_key("draft", one=True, null=True)
    # For the correction of a filed request: the request, the id of the last event that its reporter
    # was shown, and the ids of its photos to remove.
    corrects = request_foreign_key("corrections", null=True)
    seen = models.BigIntegerField(null=True, editable=False)
    removed_photos = ArrayField(models.UUIDField(), default=list, db_default=[], editable=False)

    class Meta:
        verbose_name = _("report being written")
        verbose_name_plural = _("reports being written")
        indexes = [models.Index(fields=["email_normalized"], name="drafts_by_normalized_email")]

    def __str__(self) -> str:
        return f"draft {self.pk}"

    @classmethod
    def find_resumable(cls, key: str) -> "Draft | None":
        """Return the latest unsent draft of the device with this key, or None.

        Empty drafts and corrections are left out, and those whose device has since followed
        a request of the same category.
        """
        has_something = Q(category__isnull=False) | ~Q(description="") | Q(photos__isnull=False)
        instead = Follower.objects.filter(
            device=OuterRef("device"),
            service_request__category=OuterRef("category"),
            created_at__gte=OuterRef("changed_at"),
        )
        mine = cls.objects.filter(
            device__key_hash=Device.hash_key(key), service_request=None, corrects=None
        )
        found = mine.filter(has_something, ~Exists(instead)).select_related("category")
        return found.order_by("-changed_at").first()

    @property
    def title(self) -> str:
        """Return the category and location as far as known, else the start of the description.

        "" if nothing is known.
        """
        said = [translate_name(self.category), self.location_phrase]
        return ", ".join(filter(None, said)) or Truncator(self.description).chars(60)

    @property
    def location_phrase(self) -> str:
        """Return the location as text; the typed text alone while there are no coordinates."""
        if self.latitude is None:
            return self.location_text
        return str(
            recognize_description(self.location_text, float(self.latitude), float(self.longitude))
        )
