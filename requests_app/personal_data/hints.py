"""The hints about personal data in texts that will be public."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from city.models import Category, City
from requests_app import personal_data
from requests_app.personal_data import Kind, Span

REPORT_FIELDS = ("description", "location_note")  # the public texts of a report
MESSAGES = {
    Kind.PHONE: _("You included a phone number (%(text)s)."),
    Kind.EMAIL: _("You included an email address (%(text)s)."),
    Kind.PLATE: _("You included a license plate (%(text)s)."),
    Kind.NAME: _("You included a name (%(text)s)."),
    Kind.CARD: _("You included what looks like a card number (%(text)s)."),
    Kind.SOCIAL_SECURITY: _("You included what looks like a Social Security number (%(text)s)."),
}


@dataclass(frozen=True)
class Finding:
    """A text that was found, once or several times.

    `button` is the value of the button to remove it.
    """

    message: str
    text: str
    button: str


@dataclass(frozen=True)
class Hint:
    """The findings in the text of `field`; `pieces` is the text split by kinds."""

    field: str
    pieces: list[tuple[str, Kind | None]]
    findings: list[Finding]
    has_plate: bool


def build_hint(field: str, words: str, reporter: str = "") -> Hint | None:
    """Return a hint on personal data in `words`; None without findings."""
    spans = _find_spans(words, reporter)
    if not spans:
        return None
    kinds = {span.text: span.kind for span in spans}
    findings = [
        Finding(MESSAGES[kind] % {"text": text}, text, f"{field}:{text}")
        for text, kind in kinds.items()
    ]
    pieces = personal_data.split_text(words, spans)
    return Hint(field, pieces, findings, has_plate=Kind.PLATE in kinds.values())


def build_report_hints(
    category: Category, words: Mapping[str, str], reporter: str
) -> dict[str, Hint]:
    """Return hints on a report's public fields by field, without fields that have none.

    {} if the category is private.
    """
    if category.is_private:
        return {}
    found = {field: build_hint(field, words[field] or "", reporter) for field in REPORT_FIELDS}
    return {field: hint for field, hint in found.items() if hint}


def remove_flagged_text(
    button: str, words_by_field: Mapping[str, str], reporter: str = ""
) -> dict[str, str]:
    """Return {field: text} without the text that `button` names; {} for an unknown button.

    The text is searched for personal data again, so that an outdated button removes nothing else.
    """
    field, _colon, text = button.partition(":")
    if field not in words_by_field:
        return {}
    words = words_by_field[field]
    spans = [span for span in _find_spans(words, reporter) if span.text == text]
    return {field: personal_data.redact_spans(words, spans)} if spans else {}


def _find_spans(words: str, reporter: str) -> list[Span]:
    """Return the spans of personal data in `words`, with the city's country for phones."""
    return personal_data.find_spans(words, region=City.current().country, reporter=reporter)
