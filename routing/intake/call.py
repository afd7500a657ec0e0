"""What a call becomes: a request of its own, or one more voice for one that is open already."""

from django.db import transaction
from django.utils.translation import gettext as _

from requests_app import workflow
from requests_app.errors import InvalidInput
from requests_app.models import Channel, ServiceRequest
from requests_app.status import Status

_CONTACT = ("name", "email", "phone")


def take(form, given, *, by) -> ServiceRequest:
    """File what the valid `form` says, with the answers `given`; twice with one key is once.

    Raises InvalidInput where the key was used for another call: its words would be lost.
    """
    said = form.cleaned_data
    row = workflow.file(
        workflow.Report(
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
            contact={name: said[name] for name in _CONTACT},
        ),
        by=by,
    )
    if _is_another_call(row, form):
        filed = _("This call was filed already as %(reference)s. For another one, start over.")
        raise InvalidInput("key", filed % {"reference": row.reference})
    return row


def _is_another_call(row, form) -> bool:
    """Whether what stands under the key is not what this form says."""
    said, contact = form.cleaned_data, getattr(row, "contact", None)
    kept = [getattr(contact, name, "") for name in _CONTACT]
    filed = (row.category_id, row.latitude, row.longitude, row.description, kept)
    point = form.location.latitude, form.location.longitude
    return filed != (form.category.pk, *point, said["description"], [said[n] for n in _CONTACT])


@transaction.atomic
def take_as_same(form, given, original, *, by) -> ServiceRequest:
    """The caller's own report, closed as the same as `original`, whose news the caller then gets.

    Staff of the original read in a note what this caller said. Raises InvalidInput where the
    original cannot be followed.
    """
    row = take(form, given, by=by)
    if row.status != Status.FILED:
        return row  # it was sent before
    workflow.mark_duplicate(row, original=original, by=by, seen=_last_event(row))
    words = _note(row, given)
    workflow.comment(original, words=words, by=by, seen=_last_event(original), is_public=False)
    return row


def _last_event(row) -> int | None:
    return row.events.order_by("-pk").values_list("pk", flat=True).first()


def _note(row, given) -> str:
    by_channel = {
        Channel.PHONE: _("Another resident reported it too, by phone: %(reference)s."),
        Channel.WALK_IN: _("Another resident reported it too, in person: %(reference)s."),
    }
    lines = [by_channel[row.channel] % {"reference": row.reference}]
    lines += [f"“{row.description}”"] if row.description else []
    lines += [row.location_note] if row.location_note else []
    lines += [f"{answer.question.label} {answer.said}" for answer in given]
    return "\n".join(lines)
