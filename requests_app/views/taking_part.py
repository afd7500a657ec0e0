"""What a resident can say and do while the city works: comment, answer, take it back."""

from django.views.decorators.http import require_http_methods

from requests_app import pages, workflow
from requests_app.forms.replies import AnswerForm, CommentForm, WithdrawForm
from requests_app.status import Verb
from requests_app.views.acting import Act, act_page

COMMENT = Act(Verb.COMMENT, workflow.comment, CommentForm, "track/comment.html")
ANSWER = Act(
    Verb.ANSWER,
    workflow.answer,
    AnswerForm,
    "track/answer.html",
    more=lambda found: {"question": pages.question_to(found)},
)
WITHDRAW = Act(Verb.WITHDRAW, workflow.withdraw, WithdrawForm, "track/withdraw.html")


@require_http_methods(["GET", "HEAD", "POST"])
def comments(request, reference):
    return act_page(request, reference, COMMENT)


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request, reference):
    return act_page(request, reference, ANSWER)


@require_http_methods(["GET", "HEAD", "POST"])
def withdrawal(request, reference):
    return act_page(request, reference, WITHDRAW)
