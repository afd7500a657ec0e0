"""The dangers that the texts of a request name, for the staff who work on it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from city import danger
from requests_app.models import Answer, ServiceRequest
from requests_app.status import Verb
from requests_app.timeline.lines import TimelineLine

_VERBS_WITH_RESIDENT_TEXT = frozenset({Verb.ANSWER, Verb.COMMENT, Verb.CONFIRM, Verb.DISPUTE})


@dataclass(frozen=True)
class NamedDanger:
    """A kind of danger that a request names.

    `words` are the part of `text` that names it; both are "" if the text was deleted. `advice` is
    None if the city removed the kind.
    """

    kind: str
    name: str
    advice: danger.Advice | None
    words: str = ""
    text: str = ""

    @classmethod
    def from_kind(cls, kind: str, words: str = "", text: str = "") -> "NamedDanger":
        """Return the danger with the name and advice of its kind."""
        return cls(kind, danger.kind_name(kind), danger.advice_for_kind(kind), words, text)


def list_dangers(
    service_request: ServiceRequest, lines: Iterable[TimelineLine], answers: Iterable[Answer]
) -> list[NamedDanger]:
    """Return the dangers from the one that flagged the request on, the latest first.

    The danger that flagged the request is last, and has no words if its text was deleted. Return []
    if an agent cleared the flag. `lines` are the timeline's, newest first.
    """
    flagged = service_request.danger
    found: dict[str, NamedDanger] = {}
    if not flagged:
        return []
    for text in _list_resident_texts(service_request, lines, answers):
        for each in danger.load_table().find_first_of_each_kind(text):
            found.setdefault(each.kind, NamedDanger.from_kind(each.kind, each.words, text))
        if flagged in found:  # earlier texts named no danger, or an agent cleared it
            return list(found.values())
    return [*found.values(), NamedDanger.from_kind(flagged)]


def find_danger_advice(service_request: ServiceRequest) -> danger.Advice | None:
    """Return the advice for the dangers that a new request names; None if it names none."""
    if not service_request.danger:
        return None
    answers = service_request.answers.select_related("question")
    named = list_dangers(service_request, (), answers)
    return danger.advice_for_kinds(each.kind for each in named)


def _list_resident_texts(
    row: ServiceRequest, lines: Iterable[TimelineLine], answers: Iterable[Answer]
) -> Iterator[str]:
    """Yield the texts by residents: from the timeline newest first, the report, the answers."""
    yield from (line.quote for line in lines if line.event.verb in _VERBS_WITH_RESIDENT_TEXT)
    yield from (row.description, row.location_text, row.location_note)
    yield from (each.said for each in answers)
