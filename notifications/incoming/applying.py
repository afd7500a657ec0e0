"""Handling of incoming emails: an answer to a question, a comment, or a refusal."""

import logging
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from city import danger
from city.models import City
from city.translation import list_offered_languages
from lib import clock, enqueue, rate_limiter
from lib.email_addresses import normalize_email
from lib.sandbox import parent
from lib.sandbox.errors import UnreadableFile
from lib.text import clean_text
from notifications.channels import email
from notifications.incoming.receiving import APPLY_TASK, read_head
from notifications.incoming.senders import (
    Correspondence,
    MailRefused,
    find_correspondence,
    find_device,
    is_recent,
    read_sender,
)
from notifications.incoming.yes_or_no import is_yes_or_no
from notifications.models import Delivery, IncomingMail
from notifications.on_request import request_mail
from notifications.reply_address import BOUNCE_FIELD, find_bounced_ids
from requests_app import personal_data, workflow
from requests_app.errors import DomainError, ServerBusy, TooManyAttempts
from requests_app.models import Contact, Device, Event, Photo, ServiceRequest
from requests_app.models.locks import lock_row
from requests_app.permissions import may_see
from requests_app.photos import form_upload, uploading
from requests_app.replies.forms import reply_words_field
from requests_app.status import Status, Verb

log = logging.getLogger(__name__)

State, Reason = IncomingMail.State, IncomingMail.Reason
SANDBOX = "notifications.incoming.sandbox"
SECONDS, MEGABYTES = 10, 512
MAX_ATTEMPTS = 5
BACKOFF = timedelta(minutes=5)  # longer than an attempt takes
MAX_ANSWERS_PER_DAY = 5  # to one address
MIN_PICTURE_PIXELS = 200  # of the longer side; a smaller picture is a logo


def apply_mail(mail_id: int) -> None:
    """Read a received mail and carry out what it says; do nothing if that is done or not due.

    The attempt is saved first. While the server is busy or a service is away, the mail waits for
    its next attempt. After MAX_ATTEMPTS it is refused, and a confirmed sender gets an answer.
    """
    mail = _claim_mail(mail_id)
    if mail is None:
        return
    try:
        parsed = _parse_mail(mail)
    except UnreadableFile as error:
        if error.is_temporary and mail.attempts < MAX_ATTEMPTS:
            return
        parsed = None
    if parsed is None:
        _refuse(mail, MailRefused(Reason.TOO_COMPLEX))
        return
    mail.sender = read_sender(parsed)[:254]
    if parsed["bounce"]:
        _record_bounce(mail, parsed["bounce"])
    elif parsed["is_automatic"]:
        _save_outcome(mail, State.AUTOMATIC)
    else:
        _take_mail(mail, parsed)


@transaction.atomic
def _claim_mail(mail_id: int) -> IncomingMail | None:
    """Save an attempt and return the mail; None if it is not due or another worker has it."""
    rows = IncomingMail.objects.select_for_update(skip_locked=True)
    mail = rows.filter(pk=mail_id, state=State.RECEIVED, due_at__lte=clock.now()).first()
    if mail is None:
        return None
    if mail.attempts >= MAX_ATTEMPTS:
        _refuse(mail, MailRefused(Reason.FAILED))
        return None
    mail.attempts += 1
    mail.due_at = clock.now() + BACKOFF * mail.attempts
    mail.save(update_fields=["attempts", "due_at"])
    return mail


def _parse_mail(mail: IncomingMail) -> dict[str, Any]:
    """Return what the sandbox read, with the contents of the `pictures`. Raise UnreadableFile."""
    own = City.current().email, settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].rstrip("> ")
    job = {
        "server": settings.MAIL_AUTHSERV_ID,
        "depth": settings.MAIL_AUTHSERV_DEPTH,
        "is_cut": mail.is_cut,
        "bounce_field": BOUNCE_FIELD,
        "own_addresses": [address.lower() for address in own if address],
    }
    raw = bytes(mail.raw or b"")
    answer, pictures = parent.run_job(
        SANDBOX, "parse", raw, job, seconds=SECONDS, megabytes=MEGABYTES
    )
    return answer | {"pictures": pictures}


def _record_bounce(mail: IncomingMail, bounce: dict[str, Any]) -> None:
    """Record that the mails whose tokens came back were refused, as after SMTP.

    The sender of a bounce cannot be confirmed, so only the token counts, which no reply or quote
    has. A bounce of another address is ignored: the recipient forwards their mail there.
    """
    refused = {normalize_email(address) for address in bounce["refused"]}
    for delivery in Delivery.objects.filter(
        pk__in=find_bounced_ids(bounce["tokens"]), recipient__in=refused
    ):
        mail.delivery = delivery
        delivery.state, delivery.answer = Delivery.State.BOUNCED, bounce["answer"]
        delivery.save(update_fields=["state", "answer"])
        email.forget_address(delivery)
    _save_outcome(mail, State.BOUNCE)


def _take_mail(mail: IncomingMail, parsed: dict[str, Any]) -> None:
    """Carry out what the mail says, or refuse it and answer a confirmed sender."""
    try:
        found = find_correspondence(parsed)
    except MailRefused as refused:
        _refuse(mail, refused)
        return
    mail.delivery = found.delivery
    mail.save(update_fields=["delivery", "sender"])  # to answer the sender if every attempt fails
    language = found.delivery.language
    with translation.override(language if language in list_offered_languages() else None):
        try:
            _apply_reply(mail, found, parsed)
        except ServerBusy:
            return
        except MailRefused as refused:
            _refuse(mail, refused)


def _apply_reply(mail: IncomingMail, found: Correspondence, parsed: dict[str, Any]) -> None:
    """Answer the question or add a comment. Raise MailRefused, or ServerBusy to try again."""
    if not found.is_by_recipient:
        raise MailRefused(Reason.OTHER_SENDER)
    try:
        rate_limiter.count_attempt("word.person", f"mail {found.sender}")
    except rate_limiter.RateLimitExceeded as refused:
        raise MailRefused(Reason.TOO_MANY) from refused
    if mail.is_cut or parsed["problem"]:
        raise MailRefused(Reason.TOO_LARGE if mail.is_cut else Reason.TOO_COMPLEX)
    if not is_recent(parsed["sent_at"]):
        raise MailRefused(Reason.TOO_OLD)
    device = find_device(found.delivery)
    row = found.delivery.event.service_request
    names = [*_find_names(row, device), *parsed["sender_names"]]
    words, notes = _read_words(row, clean_text(parsed["text"]), names)
    if parsed["other_files"]:
        notes.append(_("We can take photos only. The other files of your email are not kept."))
    pictures = [ContentFile(data, name=f"{n}") for n, data in enumerate(parsed["pictures"], 1)]
    photos, problems = _keep_photos(pictures, device)
    if not words and not photos:
        raise MailRefused(Reason.EMPTY, *problems)
    if found.delivery.kind == Delivery.Kind.DONE and is_yes_or_no(words):
        notes.append(_("To tell us whether it's fixed, use one of these buttons."))
    mail.notes = notes + problems
    try:
        _save_reply(mail, found.delivery, device, words, photos)
    except DomainError as refused:
        raise MailRefused(Reason.NOT_POSSIBLE, str(refused.message)) from refused
    finally:
        for photo in Photo.objects.unattached().filter(pk__in=[each.pk for each in photos]):
            uploading.delete_loose_photo(photo)


def _find_names(row: ServiceRequest, device: Device) -> list[str]:
    """Return the name of the request's contact if the device is a reporter's; [] without one."""
    contacts = Contact.objects.filter(service_request=row).exclude(name="")
    return list(contacts.values_list("name", flat=True)) if device.has_reported(row) else []


def _read_words(row: ServiceRequest, text: str, names: list[str]) -> tuple[str, list[str]]:
    """Return the text to publish and notes about it. Raise MailRefused for a text too long.

    The page asks about personal data in a public text; nobody can be asked here, so it is removed,
    with each of the `names` of the sender.
    """
    try:
        words = reply_words_field().clean(text)
    except ValidationError as error:
        raise MailRefused(Reason.TEXT, *error.messages) from error
    notes = []
    if advice := danger.find_advice(words):
        notes.append(f"{advice.text} {_('Call %(phone)s.') % {'phone': advice.phone}}")
    if row.is_public:
        redacted = words
        for name in names or [""]:
            spans = personal_data.find_spans(redacted, region=City.current().country, reporter=name)
            redacted = personal_data.redact_spans(redacted, spans) if spans else redacted
        if redacted != words:
            words = redacted
            notes.append(
                _(
                    "Everyone can read your reply. We left out what looked like personal data. "
                    "Please check the rest on the page."
                )
            )
    return words, notes


def _keep_photos(pictures: list[ContentFile], device: Device) -> tuple[list[Photo], list[str]]:
    """Keep the pictures as loose photos; return them, without logos, and what is wrong with others.

    Raise ServerBusy if the sandbox has no time.
    """

    def keep(file: File) -> Photo:
        return uploading.keep_photo(file, kind=Photo.Kind.COMMENT, device=device)

    found = form_upload.keep_files(pictures, keep)
    logos = [p for p in found.photos if max(p.width, p.height) < MIN_PICTURE_PIXELS]
    is_busy = isinstance(found.refusal, ServerBusy)
    for photo in found.photos if is_busy else logos:
        uploading.delete_loose_photo(photo)
    if is_busy:
        raise ServerBusy
    return [photo for photo in found.photos if photo not in logos], found.problems


@transaction.atomic
def _save_reply(
    mail: IncomingMail, delivery: Delivery, device: Device, words: str, photos: list[Photo]
) -> None:
    """Answer the question, or comment, in one transaction with the mail's state and its answer.

    Do nothing if another worker was faster. Raise MailRefused or a DomainError.
    """
    if not _lock_mail(mail):
        return
    row = lock_row(delivery.event.service_request)
    if not may_see(device, row):
        raise MailRefused(Reason.GONE)
    is_answer = _is_open_question(row, delivery.event) and device.has_reported(row)
    act = workflow.VERB_FUNCTIONS[Verb.ANSWER if is_answer else Verb.COMMENT]
    seen = row.events.latest("pk").pk
    mail.event = act(row, by=device, seen=seen, words=words, photos=photos)
    _save_outcome(mail, State.TAKEN)
    if mail.notes:
        _mail_result(mail, delivery)


def _is_open_question(row: ServiceRequest, event: Event) -> bool:
    """Return whether `event` asked the question for whose answer the request waits."""
    if event.verb != Verb.ASK or row.status != Status.AWAITING_RESIDENT:
        return False
    return (
        event.service_request_id == row.pk
        and not row.events.filter(verb=Verb.ASK, pk__gt=event.pk).exists()
    )


def _lock_mail(mail: IncomingMail) -> bool:
    """Lock the mail's row until the transaction ends; return False if it is no longer RECEIVED."""
    rows = IncomingMail.objects.select_for_update().filter(pk=mail.pk, state=State.RECEIVED)
    return rows.exists()


def _save_outcome(mail: IncomingMail, state: IncomingMail.State, reason: str = "") -> None:
    """Save what became of the mail; of one that is no reply to us, only the header fields stay."""
    mail.state, mail.reason = state, reason
    columns = ["state", "reason", "sender", "notes", "delivery", "event", "attempts"]
    if mail.delivery is None:
        mail.raw = read_head(bytes(mail.raw or b""))
        columns.append("raw")
    mail.save(update_fields=columns)


@transaction.atomic
def _refuse(mail: IncomingMail, refused: MailRefused) -> None:
    """Mark the mail as refused, and answer its sender if confirmed: then the mail has a delivery.

    Do nothing if another worker was faster.
    """
    if not _lock_mail(mail):
        return
    mail.notes = refused.messages
    _save_outcome(mail, State.REFUSED, refused.reason)
    if mail.delivery:
        _mail_result(mail, mail.delivery)


def _mail_result(mail: IncomingMail, delivery: Delivery) -> None:
    """Mail the result to the sender in the language of the delivery.

    Do nothing after MAX_ANSWERS_PER_DAY to one address, or three within an hour.
    """
    day_ago = clock.now() - timedelta(days=1)
    earlier = Delivery.objects.filter(
        event=None, kind=Delivery.Kind.REPLY_RESULT, recipient=mail.sender, created_at__gt=day_ago
    )
    if earlier.count() >= MAX_ANSWERS_PER_DAY:
        return
    try:
        request_mail(
            Delivery.Kind.REPLY_RESULT,
            to=mail.sender,
            language=delivery.language,
            asked_by=None,
            about={"incoming": mail.pk},
        )
    except TooManyAttempts:
        log.info("incoming email %s is not answered: too many answers", mail.pk)


def enqueue_due_mails() -> None:
    """Enqueue the reading of mails again that had to wait or that the broker lost."""
    due = IncomingMail.objects.filter(state=State.RECEIVED, due_at__lte=clock.now())
    ids = list(due.order_by("due_at").values_list("pk", flat=True)[:100])
    enqueue.enqueue_late_again(APPLY_TASK, ids)
