"""The deletion of personal data from requests. The log of events is kept.

The functions take ids of requests, run inside the caller's transaction and are safe to repeat.
Higher apps delete their copies of addresses in the functions that FORGETTERS names.
"""

from datetime import datetime

from django.conf import settings
from django.db.models import Exists, Manager, OuterRef, Q, QuerySet
from django.utils.module_loading import import_string

from city.models import City, Question
from lib.email_addresses import normalize_email
from requests_app import personal_data
from requests_app.errors import require
from requests_app.models import (
    AccessLink,
    Alert,
    Answer,
    Comment,
    Contact,
    ContentReport,
    Device,
    Draft,
    Event,
    Follower,
    FollowerAddress,
    Photo,
    PushEndpoint,
    ReporterSession,
    ServiceRequest,
)
from requests_app.models.locks import bump_version
from requests_app.models.photo import PhotoQuerySet
from requests_app.status import ForgetReason, Verb
from requests_app.workflow.change import Actor, begin_change, register_verb

_FREE_TEXT_TYPES = [Question.Datatype.TEXT, Question.Datatype.STRING]
_RESIDENTS_VERBS = [Verb.ANSWER, Verb.CONFIRM, Verb.DISPUTE]
_MODELS_WITH_DEVICE = (ReporterSession, Follower, Draft, Photo, ContentReport)


def erase_reporters(ids: list[int]) -> None:
    """Delete the contacts, sessions, followings, links and drafts of these requests' reporters.

    Email addresses, phone numbers and names in internal notes are redacted. Photos lose their
    device, camera data are deleted, the reporters' content reports are emptied, and unused devices
    are deleted.
    """
    contacts = Contact.objects.filter(service_request__in=ids)
    _call_forgetters(ids, list(contacts.exclude(email="").values_list("email", flat=True)))
    _redact_internal_notes(ids)
    sessions = ReporterSession.objects.filter(service_request__in=ids)
    devices = list(sessions.values_list("device", flat=True).distinct())
    Follower.objects.filter(device__in=devices, service_request__in=ids).delete()
    reports = ContentReport.objects.filter(device__in=devices, service_request__in=ids)
    erase_content_reports(reports)
    sessions.delete()
    contacts.delete()
    AccessLink.objects.filter(service_request__in=ids).delete()
    Draft.objects.filter(Q(service_request__in=ids) | Q(corrects__in=ids)).delete()
    Photo.objects.filter(service_request__in=ids).update(device=None)
    erase_camera_data(Photo.objects.by_residents().filter(service_request__in=ids))
    forget_unused_devices(Device.objects.filter(pk__in=devices))


def erase_camera_data(photos: PhotoQuerySet) -> None:
    """Delete the position and time of the photos and mark their originals, which contain both.

    `requests_app.photos.clean_originals` replaces the marked originals later, since the photo
    storage may be unavailable.
    """
    photos.update(latitude=None, longitude=None, taken_at=None, must_clean_original=True)


def erase_followers(ids: list[int]) -> None:
    """Delete the followers of these requests, and devices that are no longer used."""
    _call_forgetters(ids, None)
    followers = Follower.objects.filter(service_request__in=ids)
    devices = list(followers.values_list("device", flat=True).distinct())
    followers.delete()
    forget_unused_devices(Device.objects.filter(pk__in=devices))


def erase_follower_address(address: str) -> None:
    """Delete the followers with this e-mail address; of one with a browser, only the address."""
    followers = Follower.objects.filter(address__email_normalized=normalize_email(address))
    _call_forgetters(list(followers.values_list("service_request", flat=True)), [address])
    with_browser = followers.filter(device__isnull=False)
    with_browser = with_browser.exclude(device__key_hash__startswith=Device.MAIL_PREFIX)
    FollowerAddress.objects.filter(follower__in=with_browser).delete()
    followers.delete()


def erase_alerts(address: str) -> None:
    """Delete the alerts of this e-mail address, confirmed or not."""
    _call_forgetters([], [address])
    Alert.objects.filter(email_normalized=normalize_email(address)).delete()


def erase_content_reports(reports: QuerySet[ContentReport] | Manager[ContentReport]) -> None:
    """Remove the device and the text of the content reports; their subject and reason stay."""
    reports.update(device=None, text="")


def _call_forgetters(ids: list[int], addresses: list[str] | None) -> None:
    """Call each function of settings.FORGETTERS with the ids and addresses (None: all)."""
    for path in settings.FORGETTERS:
        import_string(path)(ids, addresses)


def _redact_internal_notes(ids: list[int]) -> None:
    """Replace phone numbers, addresses and names in the internal notes of these requests."""
    notes = Comment.objects.filter(service_request__in=ids, is_public=False)
    for note in notes.select_related("service_request__contact"):
        contact = getattr(note.service_request, "contact", None)
        name = contact.name if contact else ""
        spans = personal_data.find_spans(note.body, region=City.current().country, reporter=name)
        if spans:
            Comment.objects.filter(pk=note.pk).update(
                body=personal_data.redact_spans(note.body, spans), is_redacted=True
            )


def erase_private_words(ids: list[int], now: datetime) -> None:
    """Delete texts, answers and photos by residents from those of the requests that are private.

    The files of the photos are deleted later by `requests_app.photos.clean_originals`, since the
    photo storage may be unavailable.
    """
    private = ServiceRequest.objects.filter(pk__in=ids, is_private=True)
    ids = list(private.values_list("pk", flat=True))
    Answer.objects.filter(service_request__in=ids, question__datatype__in=_FREE_TEXT_TYPES).delete()
    theirs = (
        Q(event__device__isnull=False)
        | Q(event__key__isnull=False)
        | Q(event__verb__in=_RESIDENTS_VERBS)
    )
    comments = Comment.objects.filter(theirs, service_request__in=ids)
    comments.update(body="", is_redacted=True)
    ContentReport.objects.filter(service_request__in=ids).update(text="")
    photos = Photo.objects.by_residents().filter(service_request__in=ids)
    photos.update(state=Photo.State.UNREADABLE, device=None)
    erase_camera_data(photos)
    private.filter(pk__in=ids).update(
        description="", location_note="", words_digest="", words_forgotten_at=now
    )


def forget_unused_devices(devices: QuerySet[Device], limit: int | None = None) -> None:
    """Delete at most `limit` of `devices` that no request, draft, photo or report refers to.

    A device with an alert is not deleted while it gets notifications. A device that the log of
    events refers to is kept with a key that no browser has, and without its alerts and addresses
    for notifications.
    """
    # With NOT EXISTS, PostgreSQL stops at `limit`; outer joins of the same tables took over 8
    # seconds at a million requests, which exceeds the statement timeout.
    idle = devices.exclude(key_hash__startswith=Device.FORGOTTEN_PREFIX).filter(
        *(~Exists(model.objects.filter(device=OuterRef("pk"))) for model in _MODELS_WITH_DEVICE),
        ~Exists(Alert.objects.filter(device=OuterRef("pk"), device__push_endpoints__isnull=False)),
    )
    logged = Exists(Event.objects.filter(device=OuterRef("pk")))
    found = list(idle.annotate(is_logged=logged)[:limit])
    kept = [device for device in found if device.is_logged]
    for device in kept:
        device.key_hash = Device.generate_unusable_hash()
    Device.objects.bulk_update(kept, ["key_hash"])
    PushEndpoint.objects.filter(device__in=kept).delete()
    Alert.objects.filter(device__in=kept).delete()
    Device.objects.filter(pk__in=[device.pk for device in found if not device.is_logged]).delete()


@register_verb(Verb.FORGET)
def forget(
    service_request: ServiceRequest, *, by: Actor, reason: str = ForgetReason.ASKED
) -> Event:
    """Delete the reporter's contact, and in a private request also the reporter's texts and photos.

    The request itself goes on. `reason` is a ForgetReason, for the log. Afterwards the request has
    no reporter. Raise InvalidInput if `reason` is unknown.
    """
    require(reason in ForgetReason.values, "reason", "A reason for deleting is one of the list.")
    change = begin_change(Verb.FORGET, service_request, by=by)
    row = change.row
    row.forgotten_at = change.now
    event = change.finish(code=reason)
    erase_reporters([row.pk])
    erase_private_words([row.pk], change.now)
    row.refresh_from_db()
    bump_version(row)
    return event
