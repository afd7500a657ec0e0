"""The work is called done: the reporter says yes, or no."""

from django.views.decorators.http import require_http_methods

from requests_app import workflow
from requests_app.forms.replies import ConfirmForm, DisputeForm
from requests_app.status import Verb
from requests_app.views.acting import Act, act_page

YES = Act(Verb.CONFIRM, workflow.confirm, ConfirmForm, "track/confirm.html")
NO = Act(Verb.DISPUTE, workflow.dispute, DisputeForm, "track/dispute.html")


@require_http_methods(["GET", "HEAD", "POST"])
def confirmation(request, reference):
    return act_page(request, reference, YES)


@require_http_methods(["GET", "HEAD", "POST"])
def dispute(request, reference):
    return act_page(request, reference, NO)
