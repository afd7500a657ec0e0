"""Pages on which residents reply to a request, one URL for each verb."""

from django.http import HttpResponse
from django.shortcuts import redirect

from lib.http import private_page, require_get_or_post
from requests_app.actions.handler import handle_action
from requests_app.replies.forms import (
    CommentForm,
    ConfirmForm,
    DisputeForm,
    PhotoReplyForm,
    ReplyForm,
)
from requests_app.replies.page import ReplyAction, ReplyHandler
from requests_app.status import Verb
from requests_app.tracking.page import find_last_question

ACTIONS = [
    ReplyAction("confirmation", Verb.CONFIRM, ConfirmForm),
    ReplyAction("dispute", Verb.DISPUTE, DisputeForm),
    ReplyAction("comments", Verb.COMMENT, CommentForm),
    ReplyAction(
        "answer",
        Verb.ANSWER,
        PhotoReplyForm,
        extra_context=lambda access: {"question": find_last_question(access)},
    ),
    ReplyAction("withdrawal", Verb.WITHDRAW, ReplyForm),
]


@require_get_or_post
@private_page
def reply(request, reference: str, action: ReplyAction) -> HttpResponse:
    """Show the form, or perform the action and redirect to the live page.

    A form that is not available redirects to the live page, except a question answered meanwhile.
    The button `add_photo` of a form without photos posts its text to this form with photos. The
    button sends a POST, as URLs are logged.
    """
    handler = ReplyHandler(request, reference, action)
    adds_photo = "add_photo" in request.POST
    if request.method == "POST" and not adds_photo:
        return handle_action(handler)
    handler.load()
    if (
        action.verb not in handler.access.available_verbs
        and not adds_photo
        and not _is_late_answer(handler)
    ):
        return redirect("service_request", reference)
    return handler.render_form(action.form(initial={"words": request.POST.get("words", "")}), 200)


def _is_late_answer(handler: ReplyHandler) -> bool:
    """Return True if the reporter opens a question that was answered; they can still comment."""
    is_asked = handler.action.verb == Verb.ANSWER and handler.access.is_reporter
    return is_asked and bool(find_last_question(handler.access))
