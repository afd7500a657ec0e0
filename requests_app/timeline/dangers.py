"""The dangers that a request's words name, for the staff who work on it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from city import danger
from requests_app.models import Answer, ServiceRequest
from requests_app.status import Verb
from requests_app.timeline.lines import Line

_SPOKEN = frozenset({Verb.ANSWER, Verb.COMMENT, Verb.CONFIRM, Verb.DISPUTE})


@dataclass(frozen=True)
class NamedDanger:
    """A kind of danger that a request names: the words of whom, and what to do.

    `words` stand in `text`; both are empty where that text was deleted. `advice` is None where the
    city took the kind away.
    """

    kind: str
    name: str
    advice: danger.Advice | None
    words: str = ""
    text: str = ""

    @classmethod
    def from_kind(cls, kind: str, words: str = "", text: str = "") -> "NamedDanger":
        return cls(kind, danger.kind_name(kind), danger.advice_for_kind(kind), words, text)


def list_dangers(
    service_request: ServiceRequest, lines: Iterable[Line], answers: Iterable[Answer]
) -> list[NamedDanger]:
    """Return each kind of danger that stands, the latest named first: the one that flagged the
    request, and what was named after it. Empty where an agent cleared it.

    `lines` are the timeline's, newest first.
    """
    flagged, found = service_request.danger, {}
    if not flagged:
        return []
    for text in _texts_of(service_request, lines, answers):
        for each in danger.load_table().find_first_of_each_kind(text):
            found.setdefault(each.kind, NamedDanger.from_kind(each.kind, each.words, text))
        if flagged in found:  # what was said before it named no danger, or an agent cleared it
            return list(found.values())
    return [*found.values(), NamedDanger.from_kind(flagged)]


def advice_on(service_request: ServiceRequest) -> danger.Advice | None:
    """Return what to do in the dangers that a new request names; None where it names none."""
    if not service_request.danger:
        return None
    answers = service_request.answers.select_related("question")
    named = list_dangers(service_request, (), answers)
    return danger.advice_for_kinds(each.kind for each in named)


def _texts_of(row, lines, answers) -> Iterator[str]:
    """Return the texts of the resident, the latest first."""
    yield from (line.quote for line in lines if line.event.verb in _SPOKEN)
    yield from (row.description, row.location_text, row.location_note)
    yield from (each.said for each in answers)
