"""The answer to a reply by email: the reason why it was refused, or notes about it."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.models import Delivery, IncomingMail
from notifications.wording.events import Button, Message
from notifications.wording.followers import build_follower_url
from notifications.wording.links import build_private_url

Reason = IncomingMail.Reason

_EXPLANATIONS = {
    Reason.OTHER_SENDER: gettext_lazy(
        "Please reply from the email address that got our email. From another one, we can't know "
        "who you are."
    ),
    Reason.TOO_OLD: gettext_lazy(
        "It has no date, or one that is weeks away. Please check the date of your device and write "
        "a new email."
    ),
    Reason.GONE: gettext_lazy(
        "The link in our email no longer works. You can ask for a new one on our website."
    ),
    Reason.TOO_LARGE: gettext_lazy("It is too large. Please send fewer or smaller photos."),
    Reason.TOO_COMPLEX: gettext_lazy("It has too many parts. Please write a new, simple email."),
    Reason.TOO_MANY: gettext_lazy("You sent many replies within an hour. Please try again later."),
    Reason.EMPTY: gettext_lazy("We found no new text above the quoted email, and no photo."),
    Reason.TEXT: gettext_lazy("We could not take its text."),
    Reason.NOT_POSSIBLE: gettext_lazy("The request can't be changed this way now."),
    Reason.FAILED: gettext_lazy("Something went wrong here. Please send it again."),
}


def compose_reply_result(delivery: Delivery) -> Message | None:
    """Return the answer to an incoming email; None if the email was deleted meanwhile.

    The person whom our email was sent to gets links to the request; another sender gets none.
    """
    mails = IncomingMail.objects.defer("raw").select_related(
        "delivery__link__service_request", "delivery__event__service_request",
        "delivery__follower_link__follower__service_request",
    )  # fmt: skip
    mail = mails.filter(pk=delivery.details["incoming"]).first()
    if mail is None or mail.delivery is None:
        return None
    is_refused = mail.state == IncomingMail.State.REFUSED
    heading = _("We couldn't take your reply") if is_refused else _("We have your reply")
    explained = [str(_EXPLANATIONS[Reason(mail.reason)])] if is_refused else []
    message = Message(
        subject=heading,
        heading=heading,
        paragraphs=[*explained, *mail.notes],
        answers_to=mail.message_id,
    )
    if mail.sender == mail.delivery.recipient:
        row = mail.delivery.event.service_request
        message.subject = f"{heading} ({row.reference})"
        message.buttons = _build_buttons(mail.delivery)
    return message


def _build_buttons(about: Delivery) -> list[Button]:
    """Return the links of the email that was replied to; none if they were deleted."""
    if link := about.link:
        if link.service_request_id != about.event.service_request_id:
            return [Button(_("See the request"), build_private_url(link, to="original"))]
        if about.kind == Delivery.Kind.DONE:
            return [
                Button(_("Yes, fixed"), build_private_url(link, to="confirmation")),
                Button(_("No, not fixed"), build_private_url(link, to="dispute")),
            ]
        return [Button(_("See your request"), build_private_url(link))]
    if follower_link := about.follower_link:
        buttons = [Button(_("See the request"), build_follower_url(follower_link))]
        if about.kind == Delivery.Kind.DONE:
            url = build_follower_url(follower_link, to="dispute")
            buttons.append(Button(_("It's not fixed"), url))
        return buttons
    return []
