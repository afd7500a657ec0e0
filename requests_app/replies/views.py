"""What a resident says about their request, or one they follow: an address for each verb."""

from django.http import HttpResponse
from django.shortcuts import redirect

from lib.http import private_page, require_get_or_post
from requests_app.actions.handler import handle_action
from requests_app.replies.forms import CommentForm, ConfirmForm, DisputeForm, PhotoReply, Reply
from requests_app.replies.page import ReplyAction, ReplyHandler
from requests_app.status import Verb
from requests_app.tracking.page import question_to

ACTIONS = [
    ReplyAction("confirmation", Verb.CONFIRM, ConfirmForm),
    ReplyAction("dispute", Verb.DISPUTE, DisputeForm),
    ReplyAction("comments", Verb.COMMENT, CommentForm),
    ReplyAction(
        "answer", Verb.ANSWER, PhotoReply, more=lambda found: {"question": question_to(found)}
    ),
    ReplyAction("withdrawal", Verb.WITHDRAW, Reply),
]


@require_get_or_post
@private_page
def reply(request, reference, action) -> HttpResponse:
    """Show the form, or do what it says and go back to the live page.

    `add_photo` came from a form without photos: this one is shown with the words that were typed
    there. They come in a POST because an address is written to logs.
    """
    handler = ReplyHandler(request, reference, action)
    adds_photo = "add_photo" in request.POST
    if request.method == "POST" and not adds_photo:
        return handle_action(handler)
    handler.load()
    if action.verb not in handler.found.verbs and not adds_photo and not _is_late_answer(handler):
        return redirect("service_request", reference)
    return handler.render_form(action.form(initial={"words": request.POST.get("words", "")}), 200)


def _is_late_answer(handler) -> bool:
    """Whether this person was sent here by a question that awaits no answer any more: they are told
    so, and may still say what they came to say.
    """
    is_asked = handler.action.verb == Verb.ANSWER and handler.found.is_reporter
    return is_asked and bool(question_to(handler.found))
