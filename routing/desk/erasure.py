"""The page on which an agent deletes a reporter's personal data."""

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from lib.http import require_get_or_post
from lib.security_log import Kind, format_user_id, record_action
from requests_app import workflow
from requests_app.models import ServiceRequest
from requests_app.status import ForgetReason
from routing.agents_only import AgentRequest, agents_only
from routing.desk.service_request.reporter import filter_by_contact


@require_get_or_post
@agents_only
def forgetting(request: AgentRequest, reference: str) -> HttpResponse:
    """Show the form that deletes the reporter's data of one request or all their requests.

    A valid form deletes the data and redirects to the request; an invalid one is shown with 422.
    All their requests are those with the same email address or phone number.
    """
    rows = ServiceRequest.objects.select_related("contact")
    row = get_object_or_404(rows, reference=reference)
    contact = getattr(row, "contact", None)
    others = list(filter_by_contact(contact).exclude(pk=row.pk).order_by("-filed_at"))
    form = ErasureForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {
            "service_request": row,
            "contact": contact,
            "others": others,
            "form": form,
            "reasons": REASONS,
        }
        status = 422 if form.is_bound else 200
        return render(
            request, "routing/desk/service_request/contact_deletion.html", context, status=status
        )
    wanted = [row, *others] if form.cleaned_data["everywhere"] else [row]
    _erase_reporter(wanted, request.user, form.cleaned_data["reason"])
    return redirect("desk_request", reference)


@transaction.atomic
def _erase_reporter(rows: list[ServiceRequest], by: User, reason: str) -> None:
    """Delete the reporter's data of all `rows`, or of none, and log each in the security log.

    The rows are locked in the order of their ids, like in every act on several requests.
    """
    for row in sorted(rows, key=lambda each: each.pk):
        workflow.forget(row, by=by, reason=reason)
        record_action(
            Kind.DATA_DELETED, format_user_id(by), target=f"request:{row.reference}", result=reason
        )


# ASKED is recorded when reporters delete their own data, so agents cannot choose it.
REASONS = [choice for choice in ForgetReason.choices if choice[0] != ForgetReason.ASKED]


class ErasureForm(forms.Form):
    """Form to delete personal data.

    `everywhere` includes the other requests with the same email address or phone number.
    """

    reason = forms.ChoiceField(
        choices=REASONS,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), _("Say why: the log keeps it, without a name.")
        ),
    )
    everywhere = forms.BooleanField(required=False)
