"""What a page says about personal data in words everyone will read: a hint, never a barrier."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from city.models import City
from requests_app import personal_data
from requests_app.personal_data import Kind

REPORT_FIELDS = ("description", "location_note")  # what everyone reads of a report
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
    """One thing that was found, however often it stands there. `button` is what takes it out."""

    message: str
    text: str
    button: str


@dataclass(frozen=True)
class Hint:
    """`field` names the words; `pieces` are all of them, each with the kind of what it holds."""

    field: str
    pieces: list
    findings: list[Finding]
    has_plate: bool


def about(field, words, reporter="") -> Hint | None:
    """What to say about `words` before they are public; None where nothing was found."""
    spans = _spans(words, reporter)
    if not spans:
        return None
    kinds = {span.text: span.kind for span in spans}
    findings = [
        Finding(MESSAGES[kind] % {"text": text}, text, f"{field}:{text}")
        for text, kind in kinds.items()
    ]
    pieces = personal_data.parts(words, spans)
    return Hint(field, pieces, findings, has_plate=Kind.PLATE in kinds.values())


def of_report(category, words, reporter) -> dict[str, Hint]:
    """By field, about the `words` (field to text) of a report; {} where it will be private."""
    if category.is_private:
        return {}
    found = {field: about(field, words[field] or "", reporter) for field in REPORT_FIELDS}
    return {field: hint for field, hint in found.items() if hint}


def taken_out(button, words_by_field, reporter="") -> dict:
    """The field that the pressed `button` names, with what it names taken out; {} for any other.

    What it names is looked for anew, so a button of yesterday's page takes out nothing else.
    """
    field, _colon, text = button.partition(":")
    if field not in words_by_field:
        return {}
    words = words_by_field[field]
    spans = [span for span in _spans(words, reporter) if span.text == text]
    return {field: personal_data.without(words, spans)} if spans else {}


def _spans(words, reporter):
    return personal_data.find(words, region=City.current().country, reporter=reporter)
