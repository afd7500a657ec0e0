"""People named in internal notes: @username, @first.last or @"First Last".

A note is stored as text; the people named are looked up whenever it is read. Whole names are
compared, ignoring case and accents.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from lib.text import remove_accents
from requests_app.errors import InvalidInput

# Does not match within an address such as ana@example.org. Phones type curly quotes.
_MENTION = re.compile(
    r'(?<![\w@./])@(?:["“”„](?P<quoted>[^"“”„\n]{1,150})["“”]'
    r"|(?P<plain>[^\W\d_](?:[\w.+-]*\w)?))"
)


class TextPart(NamedTuple):
    """A part of a note: its text, or the name of the person who is named there."""

    text: str
    person: str = ""


def find_note_readers(department_id: int | None) -> QuerySet[User]:
    """Return the staff who read the notes of a request: active agents and its department's members.

    Only the agents if no department has the request. By name.
    """
    condition = Q(is_agent=True)
    if department_id is not None:
        members = Membership.objects.filter(department=department_id)
        condition |= Q(pk__in=members.values("user"))
    readers = User.objects.filter(condition, is_active=True)
    return readers.order_by("first_name", "last_name", "username")


def check_mentions(text: str, department_id: int | None) -> None:
    """Raise InvalidInput for `words` if a name in the note is not that of one reader.

    `department_id` is the department that has the request, None for the desk.
    """
    names = set(_find_names(text))
    people = list(find_note_readers(department_id)) if names else []
    for name in sorted(names):
        found = _find_people(name, people)
        if not found:
            message = _(
                "No one called @%(name)s can see this request. If you don't mean a person, put a "
                "space after the @."
            )
            raise InvalidInput("words", message % {"name": name})
        if len(found) > 1:
            handles = ", ".join(sorted(format_handle(person) for person in found))
            message = _("More than one person is called @%(name)s. Choose one: %(handles)s.")
            raise InvalidInput("words", message % {"name": name, "handles": handles})


def find_mentioned_people(text: str, department_id: int | None) -> list[User]:
    """Return the readers of a note who are named in it, each once; [] without names.

    A name of several readers, or of none, is left out.
    """
    names = set(_find_names(text))
    people = list(find_note_readers(department_id)) if names else []
    found = (_find_people(name, people) for name in names)
    return list({each[0].pk: each[0] for each in found if len(each) == 1}.values())


def list_suggestions(department_id: int | None, writer: User) -> list[dict[str, str]]:
    """Return the `handle` and `name` of each reader of a note other than its writer, by name."""
    readers = find_note_readers(department_id).exclude(pk=writer.pk)
    return [{"handle": format_handle(each), "name": each.full_name} for each in readers]


def format_handle(person: User) -> str:
    """Return “@username”, in quotes if the username has other characters than a plain name."""
    handle = f"@{person.username}"
    return handle if _MENTION.fullmatch(handle) else f'@"{person.username}"'


def split_notes(notes: Sequence[str]) -> list[list[TextPart]]:
    """Return the parts of each note: texts, and the full names of the people named in it.

    A name of nobody stays text. A name of several people stays as it was typed.
    """
    has_names = any(next(_find_names(note), None) for note in notes)
    columns = User.objects.only("username", "first_name", "last_name").order_by("pk")
    people = list(columns) if has_names else []
    return [list(_split_note(note, people)) for note in notes]


def _split_note(note: str, people: Sequence[User]) -> Iterator[TextPart]:
    """Yield the parts of a note in their order."""
    end = 0
    for match in _MENTION.finditer(note):
        name = _read_name(match)
        found = _find_people(name, people)
        if not found:
            continue
        if match.start() > end:
            yield TextPart(note[end : match.start()])
        yield TextPart("", found[0].full_name if len(found) == 1 else name)
        end = match.end()
    if end < len(note):
        yield TextPart(note[end:])


def _find_names(text: str) -> Iterator[str]:
    """Yield the names behind each @ as they were typed, without quotes."""
    return map(_read_name, _MENTION.finditer(text))


def _read_name(match: re.Match[str]) -> str:
    """Return the name of a match, without the @ and quotes."""
    return match["quoted"] or match["plain"]


def _find_people(name: str, people: Iterable[User]) -> list[User]:
    """Return the person with this username, or else all with this first and last name.

    A name without letters is that of nobody, although accounts may have neither name.
    """
    username, full_name = User.normalize_username(name.strip()), _normalize_name(name)
    by_username = [each for each in people if each.username == username]
    if by_username or not full_name:
        return by_username
    return [each for each in people if _normalize_name(each.get_full_name()) == full_name]


def _normalize_name(name: str) -> str:
    """Return the name in lower case without accents; a dot counts as a space."""
    return " ".join(remove_accents(name).replace(".", " ").split())
