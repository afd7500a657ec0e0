"""Changes made in the administration that loading a pack would overwrite: who, when, old and new.

They come from a row's history, or from Django's log of the administration for models without
history.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple

from django.contrib.admin.models import ADDITION, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone, translation
from django.utils.text import Truncator, capfirst

from city.models.history import format_person
from city.models.shared import concrete_field

_MAX_VALUE_LENGTH = 60  # characters of a value in one line


class ManualChange(NamedTuple):
    """A field of a row, as somebody set it in the administration and as the pack has it."""

    row: str
    field: str
    by_hand: str
    in_pack: str
    who: str
    when: datetime

    def __str__(self) -> str:
        made = f"{self.who}, {timezone.localtime(self.when):%Y-%m-%d %H:%M}"
        return f"{self.row}: {self.field}: {self.by_hand} ({made}) becomes {self.in_pack}"


class _ManualEdit(NamedTuple):
    """Who edited a row, and when."""

    who: str
    when: datetime


class ManualEdits:
    """The manual edits of one table since a moment; None means at any time.

    One query finds the edited rows, so the cost does not depend on the length of an unedited table.
    """

    def __init__(self, model: type[models.Model], since: datetime | None) -> None:
        """Find the rows that people edited since a moment, or ever for None, with one query."""
        self.model, self.since = model, since
        self._history: Any = getattr(model, "history", None)
        content_type = ContentType.objects.get_for_model(model)
        self._log = LogEntry.objects.filter(content_type=content_type)
        if since:
            self._log = self._log.filter(action_time__gt=since)
        self._rows = set(self._find_edited_pks())

    def _find_edited_pks(self) -> Iterable[str | None]:
        """Return the primary keys, as texts, of the rows that a person added or changed."""
        if self._history is None:
            return self._log.exclude(action_flag=DELETION).values_list("object_id", flat=True)
        versions = self._history.filter(history_user_id__isnull=False)
        if self.since:
            versions = versions.filter(history_date__gt=self.since)
        return map(str, versions.values_list(self.model._meta.pk.attname, flat=True).distinct())

    def find_changed_fields(
        self, what: str, row: models.Model, wanted: dict[str, object]
    ) -> Iterable[ManualChange]:
        """Yield the manually set fields of a row that `wanted` sets differently.

        The row still has the values of the database, and all fields of `wanted` differ from them.
        `what` is the noun of the table.
        """
        if str(row.pk) not in self._rows:
            return
        for name, value in wanted.items():
            field = concrete_field(self.model, name)
            if edit := self._find_last_edit(row, field):
                label = capfirst(str(field.verbose_name))
                by_hand, in_pack = (
                    _format_value(field, getattr(row, name)),
                    _format_value(field, value),
                )
                yield ManualChange(f"{what} “{row}”", label, by_hand, in_pack, *edit)

    def find_dropped_row(self, what: str, row: models.Model, fate: str) -> Iterable[ManualChange]:
        """Yield one change if a person added or changed a row that the pack lacks.

        `fate` is what the load does with the row, such as `removed`.
        """
        if str(row.pk) in self._rows and (edit := self._find_last_edit(row, None)):
            yield ManualChange(f"{what} “{row}”", "the row", "added or changed", fate, *edit)

    def find_deleted_rows(self, what: str, rows: Sequence[models.Model]) -> Iterable[ManualChange]:
        """Yield one change for each of the new `rows` with the name of a row deleted by hand."""
        removed = {entry.object_repr: entry for entry in self._log.filter(action_flag=DELETION)}
        for row in rows if removed else []:
            if entry := removed.get(str(row)[:200]):
                edit = _ManualEdit(str(entry.user), entry.action_time)
                yield ManualChange(f"{what} “{row}”", "the row", "deleted", "added again", *edit)

    def _find_last_edit(self, row: models.Model, field: models.Field | None) -> _ManualEdit | None:
        """Return the last edit of a field, or of any field for None; None if no person made it."""
        return (
            self._find_in_log(row, field)
            if self._history is None
            else self._find_in_history(row, field)
        )

    def _find_in_history(self, row: Any, field: models.Field | None) -> _ManualEdit | None:
        """Return the last edit of a field in the row's history; None if no person made it."""
        versions = [None, *row.history.order_by("history_date", "history_id")]
        for earlier, later in reversed([*pairwise(versions)]):
            if self.since and later.history_date <= self.since:
                return None
            if (
                earlier is None
                or field is None
                or getattr(earlier, field.attname) != getattr(later, field.attname)
            ):
                is_by_hand = later.history_user_id is not None
                return _ManualEdit(format_person(later), later.history_date) if is_by_hand else None
        return None

    def _find_in_log(self, row: models.Model, field: models.Field | None) -> _ManualEdit | None:
        """Return the last edit of a field in Django's log, or None."""
        entries = self._log.filter(object_id=str(row.pk)).exclude(action_flag=DELETION)
        for entry in entries.select_related("user").order_by("-action_time", "-pk"):
            if field is None or _mentions_field(entry, field):
                return _ManualEdit(str(entry.user), entry.action_time)
        return None


def _mentions_field(entry: LogEntry, field: models.Field) -> bool:
    """Return True if a log entry may have set the field; an import names no fields."""
    try:
        messages = json.loads(entry.change_message or "[]")
    except json.JSONDecodeError:
        return True
    if entry.action_flag == ADDITION:
        return True
    with translation.override(None):  # as Django writes them
        label = capfirst(str(field.verbose_name))
    changed = [message["changed"] for message in messages if "changed" in message]
    return any(label in each.get("fields", ()) for each in changed if "name" not in each)


def _format_value(field: models.Field, value: Any) -> str:
    """Return a value in quotes, cut to 60 characters; `nothing` if blank; yes or no."""
    if field.choices:
        value = dict(field.flatchoices).get(value, value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        value = ", ".join(map(str, value))
    if value in (None, ""):
        return "nothing"
    return f"“{Truncator(' '.join(str(value).split())).chars(_MAX_VALUE_LENGTH)}”"
