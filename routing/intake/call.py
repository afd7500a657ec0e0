"""Filing of a call as a request, or as a duplicate of an open one."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from requests_app import workflow
from requests_app.errors import InvalidInput
from requests_app.models import Channel, ServiceRequest
from requests_app.models.answer import GivenAnswer
from requests_app.status import Status
from routing.intake.form import IntakeForm

_CONTACT_FIELDS = ("name", "email", "phone")


def file_call(form: IntakeForm, given: list[GivenAnswer], *, by: User) -> ServiceRequest:
    """File a request from the valid `form` with the answers `given`, and return it.

    The same key files once. Raise InvalidInput if the key was used for another call, whose words
    would be lost, and the exceptions of `workflow.file()`.
    """
    report = _build_report(form, given)
    row = workflow.file(report, by=by)
    if _differs_from_report(row, report):
        filed = _("This call was filed already as %(reference)s. For another one, start over.")
        raise InvalidInput("key", filed % {"reference": row.reference})
    return row


def _build_report(form: IntakeForm, given: list[GivenAnswer]) -> workflow.Report:
    said = form.cleaned_data
    assert form.category is not None  # the form is valid
    assert form.location is not None
    return workflow.Report(
        key=said["key"],
        channel=said["channel"],
        language=said["language"],
        category=form.category,
        latitude=form.location.latitude,
        longitude=form.location.longitude,
        location_text=form.location.text,
        location_note=said["location_note"],
        description=said["description"],
        answers=given,
        contact={name: said[name] for name in _CONTACT_FIELDS},
    )


def _differs_from_report(row: ServiceRequest, report: workflow.Report) -> bool:
    """Return True if the filed request has another category, point, description or contact."""
    contact = getattr(row, "contact", None)
    kept = {name: getattr(contact, name, "") for name in _CONTACT_FIELDS}
    filed = (row.category_id, row.latitude, row.longitude, row.description, kept)
    return filed != (
        report.category.pk,
        report.latitude,
        report.longitude,
        report.description,
        report.contact,
    )


@transaction.atomic
def file_call_as_duplicate(
    form: IntakeForm, given: list[GivenAnswer], original: ServiceRequest, *, by: User
) -> ServiceRequest:
    """File the caller's report as a duplicate of `original`, whose news the caller then gets.

    Return the new request. The words of the caller become an internal note of the original. Nothing
    more happens if the form was sent before. Raise InvalidInput if the original cannot be followed.
    All is saved in one transaction.
    """
    row = file_call(form, given, by=by)
    if row.status != Status.FILED:
        return row  # it was sent before
    workflow.mark_duplicate(row, original=original, by=by, seen=_find_last_event_id(row))
    words = _format_note_for_original(row, given)
    workflow.comment(
        original, words=words, by=by, seen=_find_last_event_id(original), is_public=False
    )
    return row


def _find_last_event_id(row: ServiceRequest) -> int | None:
    """Return the id of the request's latest event; None without events."""
    return row.events.order_by("-pk").values_list("pk", flat=True).first()


def _format_note_for_original(row: ServiceRequest, given: list[GivenAnswer]) -> str:
    """Return a note for the original: the reference, words, location note and answers, in lines."""
    by_channel: dict[str, str] = {
        Channel.PHONE: _("Another resident reported it too, by phone: %(reference)s."),
        Channel.WALK_IN: _("Another resident reported it too, in person: %(reference)s."),
    }
    lines = [by_channel[row.channel] % {"reference": row.reference}]
    lines += [f"“{row.description}”"] if row.description else []
    lines += [row.location_note] if row.location_note else []
    lines += [f"{answer.question.label} {answer.said}" for answer in given]
    return "\n".join(lines)
