from django.db import models
from django.utils.translation import gettext_lazy as _

from city.models import Department, NoPhotoReason, ResolutionCode
from requests_app.models.columns import city_key, event_key, request_key
from requests_app.models.event import Event


class Completion(models.Model):
    """One time the work was called done: by which department, how, and with what proof.

    The note for the resident is the event's words, the photos are the event's photos. `metres` is
    how far from the pin it was proved, where that is known; `proof_reason` is the staff's own word
    on why the proof is not as the category asks. `key` is the sender's: what is sent twice with
    the same one is done once.
    """

    service_request = request_key("completions", models.PROTECT)
    event = event_key("completion", models.PROTECT, one=True)
    department = city_key(Department, _("department"))
    resolution = city_key(ResolutionCode, _("resolution"), db_index=False)
    no_photo_reason = city_key(NoPhotoReason, _("reason for no photo"), null=True, blank=True)
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
    """Work of a crew that the request had left meanwhile, sent to who holds it now.

    The note is the event's words, the photos are the event's photos. `key` is the sender's: what
    is sent twice with the same one is kept once.
    """

    event = models.OneToOneField(Event, models.PROTECT, related_name="handover")
    key = models.UUIDField(null=True, unique=True)

    def __str__(self) -> str:
        return f"{self.event}"


class CrewAction(models.Model):
    """A start, hold, hand-back or note that a crew's phone sent with a `key` of its own.

    What is sent twice with the same key is done once. Words and photos are the event's.
    """

    event = models.OneToOneField(Event, models.PROTECT, related_name="crew_action")
    key = models.UUIDField(unique=True)

    def __str__(self) -> str:
        return f"{self.event}"
