"""Messages to residents and staff."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from lib import clock
from requests_app.models import AccessLink, Alert, Device, FollowerLink, PushEndpoint
from requests_app.models.columns import created_field, event_foreign_key


class Delivery(models.Model):
    """A message to one address, in one of the states of `State`.

    It is about an `event`, or it was requested on a page: then `about` has what its text needs (ids
    and codes, nobody's words) and `asked_by` the browser. `recipient` is the normalized address
    (`normalize_email`), or for an `endpoint` of web push the text of `name_endpoint`. Messages
    about a verb of the desk are `due_at` the time when it cannot be undone any more.
    """

    class Channel(models.TextChoices):
        EMAIL = "email", _("Email")
        WEB_PUSH = "web_push", _("Notification in a browser")

    class Kind(models.TextChoices):
        RECEIPT = "receipt", _("Receipt")
        ROUTED = "routed", _("With a department")
        PLANNED = "planned", _("Planned")
        QUESTION = "question", _("Question to the reporter")
        REPLY = "reply", _("Reply")
        DONE = "done", _("Done, please check")
        CLOSED = "closed", _("Closed")
        AGAIN = "again", _("Not fixed")
        REOPENED = "reopened", _("Reopened")
        HIDDEN = "hidden", _("Hidden or blacked out")
        NEW = "new", _("New for a department")
        MOVED = "moved", _("No longer with a department")
        URGENT = "urgent", _("Urgent now")
        EMERGENCY = "emergency", _("Possible emergency")
        HANDED_BACK = "handed_back", _("Handed back")
        DISPUTED = "disputed", _("Disputed")
        SOON = "soon", _("Due soon")
        LATE = "late", _("Late")
        TWICE_LATE = "twice_late", _("Very late")
        MENTION = "mention", _("Named in a note")
        LINKS = "links", _("Private links")
        FOLLOWING = "following", _("Confirm to follow")
        YOUR_DATA = "your_data", _("Your data")
        INVITATION = "invitation", _("Invitation")
        WEBHOOK_OFF = "webhook_off", _("A webhook was turned off")
        PASSWORD_RESET = "password_reset", _("New password")
        SIGN_IN_CODE = "sign_in_code", _("Sign-in code")
        REPORT = "report", _("Scheduled report")
        STAFF_DIGEST = "staff_digest", _("Daily digest for staff")
        ALERT_CONFIRM = "alert_confirm", _("Confirm an alert")
        ALERT_NEW = "alert_new", _("Alert: new request")
        ALERT_FINISHED = "alert_finished", _("Alert: finished request")
        ALERT_DIGEST = "alert_digest", _("Alert: digest")
        REPLY_RESULT = "reply_result", _("Answer to a reply by email")

    class State(models.TextChoices):
        DUE = "due", _("To be sent")
        SENT = "sent", _("Sent")
        BOUNCED = "bounced", _("Bounced")
        FAILED = "failed", _("Failed after a day of tries")
        DROPPED = "dropped", _("Not sent: no longer needed")

    event = event_foreign_key("deliveries", models.PROTECT, null=True)
    about = models.JSONField(_("about"), null=True)
    asked_by = models.ForeignKey(
        Device, models.SET_NULL, null=True, related_name="+", verbose_name=_("asked for by")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    recipient = models.CharField(_("recipient"), max_length=254)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.EMAIL)
    language = models.CharField(_("language"), max_length=10)
    link = models.OneToOneField(
        AccessLink, models.SET_NULL, null=True, related_name="delivery", verbose_name=_("link")
    )
    follower_link = models.OneToOneField(
        FollowerLink,
        models.SET_NULL,
        null=True,
        related_name="delivery",
        verbose_name=_("follower's link"),
    )
    alert = models.ForeignKey(
        Alert,
        models.SET_NULL,
        null=True,
        db_index=False,
        related_name="deliveries",
        verbose_name=_("alert"),
    )
    endpoint = models.ForeignKey(
        PushEndpoint,
        models.SET_NULL,
        null=True,
        db_index=False,
        related_name="deliveries",
        verbose_name=_("device with notifications"),
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DUE)
    created_at = created_field()
    due_at = models.DateTimeField(_("due"), default=clock.now)
    sent_at = models.DateTimeField(_("sent"), null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    answer = models.CharField(_("answer of the email server"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(state="due"), name="messages_still_to_send"
            ),
            models.Index(
                fields=["state", "due_at"],
                condition=models.Q(state__in=["due", "bounced", "failed"]),
                name="messages_that_did_not_arrive",
            ),
            models.Index(
                fields=["recipient", "created_at"],
                condition=models.Q(event=None),
                name="letters_by_address",
            ),
            models.Index(
                fields=["recipient", "created_at"],
                condition=models.Q(kind="receipt"),
                name="receipts_by_address",
            ),
            models.Index(fields=["created_at"], name="messages_by_time"),
            models.Index(fields=["recipient"], name="messages_by_address"),
            models.Index(
                fields=["alert"],
                condition=models.Q(alert__isnull=False),
                name="messages_by_alert",
            ),
            models.Index(
                fields=["endpoint"],
                condition=models.Q(endpoint__isnull=False),
                name="messages_by_endpoint",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "recipient", "channel"],
                name="one_message_per_event_and_recipient",
            ),
            models.CheckConstraint(
                condition=models.Q(event__isnull=False, about__isnull=True)
                | models.Q(event__isnull=True, about__isnull=False),
                name="a_message_tells_of_an_event_or_is_a_letter",
            ),
        ]

    def __str__(self) -> str:
        name = self.get_kind_display()
        return name if self.is_on_request else f"{name}: {self.event}"

    @property
    def details(self) -> dict[str, Any]:
        """Return `about` of a requested mail; {} for a message about an event."""
        return self.about or {}

    @property
    def is_on_request(self) -> bool:
        """Return True if the mail is not about an event, such as private links or an invitation."""
        return self.event_id is None

    @property
    def is_for_follower(self) -> bool:
        return self.follower_link_id is not None

    @property
    def is_for_staff(self) -> bool:
        """Return True if the kind is in STAFF_KINDS.

        That is a message about an event to a department, to the desk or to a member of staff, not
        a staff digest.
        """
        return self.kind in STAFF_KINDS


STAFF_KINDS = frozenset(
    {
        Delivery.Kind.NEW,
        Delivery.Kind.MOVED,
        Delivery.Kind.URGENT,
        Delivery.Kind.EMERGENCY,
        Delivery.Kind.DISPUTED,
        Delivery.Kind.HANDED_BACK,
        Delivery.Kind.SOON,
        Delivery.Kind.LATE,
        Delivery.Kind.TWICE_LATE,
        Delivery.Kind.MENTION,
    }
)

ALERT_KINDS = frozenset(
    {
        Delivery.Kind.ALERT_CONFIRM,
        Delivery.Kind.ALERT_NEW,
        Delivery.Kind.ALERT_FINISHED,
        Delivery.Kind.ALERT_DIGEST,
    }
)


class IncomingMail(models.Model):
    """An email that arrived, usually a reply to a Delivery, and what became of it.

    `digest` is of its Message-ID, so that a mail which arrives twice acts once. `raw` is the mail,
    deleted after a week; `is_cut` if only its header fields were kept. `notes` are sentences for
    the sender, in the language of the delivery.
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        TAKEN = "taken", _("Taken")
        REFUSED = "refused", _("Refused")
        AUTOMATIC = "automatic", _("Automatic reply")
        BOUNCE = "bounce", _("Bounce")

    class Reason(models.TextChoices):
        NO_ADDRESS = "no_address", _("Names no valid reply address")
        SEVERAL_ADDRESSES = "several_addresses", _("Names several reply addresses")
        NO_SENDER = "no_sender", _("Has not exactly one sender")
        NOT_AUTHENTICATED = "not_authenticated", _("DMARC did not pass at MAIL_AUTHSERV_ID")
        OTHER_SENDER = "other_sender", _("Another sender than the email's recipient")
        TOO_OLD = "too_old", _("Sent weeks ago, or without a date")
        GONE = "gone", _("The link, the request or the address is gone")
        TOO_LARGE = "too_large", _("Too large")
        TOO_COMPLEX = "too_complex", _("Too many parts")
        TOO_MANY = "too_many", _("Too many replies within an hour")
        EMPTY = "empty", _("No text and no photo")
        TEXT = "text", _("The text can't be taken")
        NOT_POSSIBLE = "not_possible", _("The request takes no reply")
        FAILED = "failed", _("Failed at every try")

    received_at = models.DateTimeField(_("received"), default=clock.now)
    digest = models.CharField(max_length=64, unique=True)
    message_id = models.CharField(_("Message-ID of the email"), max_length=250, blank=True)
    raw = models.BinaryField(null=True)
    is_cut = models.BooleanField(_("too large to keep"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.RECEIVED)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason, blank=True)
    sender = models.CharField(_("sender"), max_length=254, blank=True)
    notes = models.JSONField(_("told to the sender"), default=list)
    delivery = models.ForeignKey(
        Delivery, models.SET_NULL, null=True, related_name="+", verbose_name=_("message")
    )
    event = event_foreign_key("+", models.PROTECT, null=True, db_index=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("due"), default=clock.now)

    class Meta:
        verbose_name = _("incoming email")
        verbose_name_plural = _("incoming emails")
        indexes = [
            models.Index(fields=["received_at"], name="incoming_mails_by_time"),
            models.Index(fields=["sender"], name="incoming_mails_by_sender"),
            models.Index(
                fields=["due_at"],
                condition=models.Q(state="received"),
                name="incoming_mails_to_read",
            ),
        ]

    def __str__(self) -> str:
        return f"incoming email {self.pk}"


def name_endpoint(endpoint: PushEndpoint) -> str:
    """Return the `recipient` of messages to the endpoint."""
    return f"push-{endpoint.pk}"
