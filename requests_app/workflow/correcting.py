"""The verb by which a reporter corrects a report before work begins."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from city import geo
from city.search import recognize_description
from requests_app.errors import require
from requests_app.models import Answer, Event, Photo, Priority, ServiceRequest, text_digest
from requests_app.status import Verb
from requests_app.workflow.change import Actor, begin_change, register_verb
from requests_app.workflow.danger import flag_danger_in_texts
from requests_app.workflow.filing import Report, require_service_area

__all__ = ["correct"]


@register_verb(Verb.CORRECT)
def correct(
    service_request: ServiceRequest,
    *,
    by: Actor,
    seen: int | None = None,
    report: Report,
    hidden_photos: Iterable[UUID] = (),
) -> Event:
    """Apply the category, location, answers, words and photos of `report` to the request.

    The contact, channel, key and language of `report` are ignored. The photos of `report` are
    added, and the request's photos with the ids `hidden_photos` are hidden. The code of the event
    lists the corrected parts, separated by blanks: category, location, answers, words, photos,
    visibility. The earlier description becomes an internal comment of the event. The answers can
    raise the priority to urgent, but never lower it.

    Raise InvalidInput if nothing is corrected or the category can no longer be reported, and
    OutsideServiceArea.
    """
    change = begin_change(Verb.CORRECT, service_request, by=by, seen=seen)
    row = change.row
    texts, description, was_private = _list_texts(row), row.description, row.is_private
    corrections = {
        "category": _correct_category(row, report),
        "location": _correct_location(row, report),
        "answers": _correct_answers(row, report),
        "words": _correct_words(row, report),
        "photos": _hide_photos(row, hidden_photos) or bool(report.photos),
        "visibility": row.is_private != was_private,
    }
    parts = [part for part, is_corrected in corrections.items() if is_corrected]
    require(parts, "corrections", _("You haven't changed anything yet."))
    earlier = description if row.description != description else ""
    event = change.finish(
        code=" ".join(parts), words=earlier, is_public=False, photos=report.photos
    )
    flag_danger_in_texts(event, *(text for text in report.texts if text not in texts))
    return event


def _correct_category(row: ServiceRequest, report: Report) -> bool:
    """Set another category of the report, and return whether it differs.

    A private request stays private. Raise InvalidInput if the category is no longer offered.
    Does not save the row.
    """
    if row.category_id == report.category.pk:
        return False
    words = _("This kind of request can no longer be reported.")
    require(report.category.is_offered, "category", words)
    row.category = report.category
    row.is_private = row.is_private or report.category.is_private
    return True


def _correct_location(row: ServiceRequest, report: Report) -> bool:
    """Set another location and area of the report, and return whether they differ.

    Raise OutsideServiceArea. Does not save the row.
    """
    is_moved = (row.latitude, row.longitude) != (report.latitude, report.longitude)
    point = require_service_area(report.latitude, report.longitude) if is_moved else None
    latitude, longitude = point or (row.latitude, row.longitude)
    words = recognize_description(report.location_text, float(latitude), float(longitude))
    if not is_moved and row.location_phrase == str(words):
        return False
    row.latitude, row.longitude = latitude, longitude
    row.zone = geo.zone_at(latitude, longitude)
    row.location_text, row.location_relation = words
    return True


def _correct_answers(row: ServiceRequest, report: Report) -> bool:
    """Replace the stored answers if they differ, and return whether they do.

    An urgent answer makes the row urgent; the row is not saved.
    """
    stored = {answer.question_id: answer.values for answer in row.answers.all()}
    if stored == {given.question.pk: given.values for given in report.answers}:
        return False
    row.answers.all().delete()
    Answer.objects.bulk_create(
        Answer(service_request=row, question=given.question, values=given.values, said=given.said)
        for given in report.answers
    )
    if report.priority == Priority.URGENT:
        row.priority = Priority.URGENT
    return True


def _correct_words(row: ServiceRequest, report: Report) -> bool:
    """Set another description or note and the digest; return whether they differ. Does not save."""
    words = (report.description, report.location_note)
    if (row.description, row.location_note) == words:
        return False
    row.description, row.location_note = words
    row.words_digest = text_digest.compute_text_digest(report.description)
    return True


def _hide_photos(row: ServiceRequest, ids: Iterable[UUID]) -> bool:
    """Hide the shown report photos with these ids, and return whether there are any."""
    shown = row.photos.filter(kind=Photo.Kind.REPORT, is_hidden=False)
    return bool(shown.filter(pk__in=list(ids)).update(is_hidden=True))


def _list_texts(row: ServiceRequest) -> set[str]:
    """Return the description, location, note and answers of the request as a set."""
    answers = set(row.answers.values_list("said", flat=True))
    return {row.description, row.location_text, row.location_note} | answers
