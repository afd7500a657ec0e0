from django.db import models
from django.utils.translation import gettext_lazy as _

from city.models import Department, NoPhotoReason, ResolutionCode
from requests_app.models.columns import city_foreign_key, event_foreign_key, request_foreign_key
from requests_app.models.event import Event


class Completion(models.Model):
    """A completion of the work, with the department, its resolution and its proof.

    The note for the resident is the event's comment, the photos are the event's photos. `metres` is
    the distance of the proof from the pin, or None; `proof_reason` is the staff's explanation of a
    proof that does not follow the rules. `key` is chosen by the sender, so that a repeated request
    is done once.
    """

    service_request = request_foreign_key("completions", models.PROTECT)
    event = event_foreign_key("completion", models.PROTECT, one=True)
    department = city_foreign_key(Department, _("department"))
    resolution = city_foreign_key(ResolutionCode, _("resolution"), db_index=False)
    no_photo_reason = city_foreign_key(
        NoPhotoReason, _("reason for no photo"), null=True, blank=True
    )
    metres = models.PositiveIntegerField(_("distance in meters"), null=True, blank=True)
    proof_reason = models.CharField(_("reason for no proof"), max_length=200, blank=True)
    key = models.UUIDField(_("key"), null=True, blank=True, unique=True)

    class Meta:
        verbose_name = _("finished work")
        verbose_name_plural = _("finished work")
        indexes = [models.Index(fields=["resolution", "id"], name="work_by_how_it_ended")]

    def __str__(self) -> str:
        return f"{self.service_request_id}: {self.resolution}"


class Handover(models.Model):
    """Work of a crew that finished after the request had moved, sent to its new holder.

    The note and photos are the event's. `key` is chosen by the sender, as in Completion.
    """

    event = models.OneToOneField(Event, models.PROTECT, related_name="handover")
    key = models.UUIDField(null=True, unique=True)

    def __str__(self) -> str:
        return f"{self.event}"


class CrewAction(models.Model):
    """A start, hold, hand-back or note sent by a crew's phone with a `key` of its own.

    A repeated request with the same key is done once. The note and photos are the event's.
    """

    event = models.OneToOneField(Event, models.PROTECT, related_name="crew_action")
    key = models.UUIDField(unique=True)

    def __str__(self) -> str:
        return f"{self.event}"
