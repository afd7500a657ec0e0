"""The work is called done: the reporter says yes, or no."""

from django.views.decorators.http import require_http_methods

from requests_app import workflow
from requests_app.replies.forms import (
    AnswerForm,
    CommentForm,
    ConfirmForm,
    DisputeForm,
    WithdrawForm,
)
from requests_app.replies.page import Act, act_page
from requests_app.status import Verb
from requests_app.tracking.page import question_to

YES = Act(Verb.CONFIRM, workflow.confirm, ConfirmForm, "requests_app/replies/confirm.html")
NO = Act(Verb.DISPUTE, workflow.dispute, DisputeForm, "requests_app/replies/dispute.html")


@require_http_methods(["GET", "HEAD", "POST"])
def confirmation(request, reference):
    return act_page(request, reference, YES)


@require_http_methods(["GET", "HEAD", "POST"])
def dispute(request, reference):
    return act_page(request, reference, NO)


COMMENT = Act(Verb.COMMENT, workflow.comment, CommentForm, "requests_app/replies/comment.html")
ANSWER = Act(
    Verb.ANSWER,
    workflow.answer,
    AnswerForm,
    "requests_app/replies/answer.html",
    more=lambda found: {"question": question_to(found)},
)
WITHDRAW = Act(Verb.WITHDRAW, workflow.withdraw, WithdrawForm, "requests_app/replies/withdraw.html")


@require_http_methods(["GET", "HEAD", "POST"])
def comments(request, reference):
    return act_page(request, reference, COMMENT)


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request, reference):
    return act_page(request, reference, ANSWER)


@require_http_methods(["GET", "HEAD", "POST"])
def withdrawal(request, reference):
    return act_page(request, reference, WITHDRAW)
