"""The lines of “Who changed what” as text: actor, act and target."""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from django.contrib.admin.models import LogEntry
from django.db.models import Model
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Role, SecurityRecord
from city.admin.history import ChangedField
from city.models import Department
from lib.security_log import Kind
from requests_app.admin import events
from requests_app.admin.changes.targets import format_target, load_target_rows, target_url
from requests_app.admin.changes.versions import find_changed_values, has_versions
from requests_app.models import Event

_ID = re.compile(r"\b(user|department|request):(\S+)")

# The text of each result of a record. Results with an id get its name (`_insert_names`).
_RESULTS = {
    "wrong password": gettext_lazy("Wrong password."),
    "wrong code": gettext_lazy("Wrong code."),
    "no account": gettext_lazy("No account with this email address."),
    "unknown key": gettext_lazy("Unknown or revoked key."),
    "not found": gettext_lazy("Not there, or not for this person."),
    "bad signature": gettext_lazy("Its signature is wrong."),
    "another site": gettext_lazy("Sent from another site."),
    "no valid token": gettext_lazy("Without a valid token against forgery."),
    "password": gettext_lazy("Password"),
    "code": gettext_lazy("Code by email"),
    "passkey": gettext_lazy("Passkey"),
    "single sign-on": gettext_lazy("Single sign-on"),
    "invitation": gettext_lazy("Invitation"),
    "totp": gettext_lazy("Authenticator app"),
    "webauthn": gettext_lazy("Passkey"),
    "recovery_codes": gettext_lazy("Recovery codes"),
    "others": gettext_lazy("All but one"),
    "admin": gettext_lazy("Administrator"),
    "admin_site": gettext_lazy("Can open the admin site"),
    "agent": gettext_lazy("311 agent"),
    "lead": gettext_lazy("Lead of the desk"),
    **dict(Role.choices),
}
_RESULTS_NOT_SHOWN = {"ok", "refused"}  # the label of the record's kind already says so
_SIGN_IN_PREFIX = "ok by "  # the beginning of a sign-in's result


type Row = SecurityRecord | LogEntry | Event


class ChangeLogEntry(NamedTuple):
    """A line of the page. `number` is the id of the HTTP request, or "".

    `values` are the changed values, and `history` is the URL of all versions of the row.
    """

    at: datetime
    who: str
    kind: str
    what: str
    target: str
    url: str
    number: str = ""
    values: Sequence[ChangedField] = ()
    history: str = ""


class ChangeLogFormatter:
    """An iterable of the entries of `rows`. People and versions are loaded once for all rows."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        self._records = [row for row in rows if isinstance(row, SecurityRecord)]

    def __iter__(self) -> Iterator[ChangeLogEntry]:
        """Return an iterator of the entries, in the order of `rows`."""
        return map(self._format_row, self.rows)

    def _format_row(self, row: Row) -> ChangeLogEntry:
        """Return the entry of a security record, an admin log entry or an event."""
        if isinstance(row, SecurityRecord):
            return self._format_record(row)
        if isinstance(row, LogEntry):
            return self._format_admin_entry(row)
        return self._format_event(row)

    def _format_record(self, row: SecurityRecord) -> ChangeLogEntry:
        """Return the entry of a security record; without target if the actor is the target.

        For published rules, the text is the reason of the draft.
        """
        result = "" if row.result in _RESULTS_NOT_SHOWN else self._format_result(row.result)
        if row.kind == Kind.RULES_PUBLISHED:
            result = getattr(self._rows.get(row.target), "why", "")
        target = "" if row.target == row.actor else row.target
        words, url = self._format_target(target), target_url(target)
        kind = str(Kind(row.kind).label)
        return ChangeLogEntry(
            row.at, self._format_actor(row.actor), kind, result, words, url, row.request_id
        )

    def _format_result(self, result: str) -> str:
        """Return the translated result, with names for ids.

        A sign-in (“ok by …”) becomes its methods, joined by “ + ”.
        """
        if result.startswith(_SIGN_IN_PREFIX):
            ways = result.removeprefix(_SIGN_IN_PREFIX).split(" and ")
            return " + ".join(str(_RESULTS.get(way, way)) for way in ways)
        word, _space, about = result.partition(" department:")
        named = str(_RESULTS.get(word, word))
        return (
            f"{named}, {self._insert_names(f'department:{about}')}"
            if about
            else self._insert_names(named)
        )

    def _format_actor(self, actor: str) -> str:
        """Return who acted: a person, the system, a command, or somebody not signed in."""
        fixed = {"system": _("The system"), "command": _("A command on the server")}
        if actor.startswith("stranger:"):
            return _("Not signed in (%(id)s)") % {"id": actor.partition(":")[2][:6]}
        return fixed.get(actor) or self._format_target(actor)

    def _format_target(self, target: str) -> str:
        """Return a target in words: “user:3” as the full name, others by `format_target`.

        The ids of users, departments and requests are replaced by names; an id without a row stays.
        """
        return format_target(self._insert_names(target), self._rows)

    @cached_property
    def _rows(self) -> dict[str, Model]:
        """Return the existing rows of actors and targets by id, such as `user:3`, loaded once."""
        ids = {one for row in self._records for one in (row.actor, row.target)}
        return load_target_rows(ids)

    def _insert_names(self, text: str) -> str:
        """Return the text with ids of people, departments and requests replaced by their names."""
        return _ID.sub(lambda found: self._find_name(found[1], found[2]) or found[0], text)

    def _find_name(self, kind: str, pk: str) -> str | None:
        """Return the reference, full name or department's name; None if the row does not exist."""
        if kind == "request":
            return pk
        if kind == "user":
            return getattr(self._rows.get(f"user:{pk}"), "full_name", None)
        return self._departments.get(int(pk)) if pk.isdecimal() else None

    @cached_property
    def _departments(self) -> dict[int, str]:
        """Return the names of all departments by primary key, loaded once."""
        return {each.pk: str(each) for each in Department.objects.all()}

    def _format_admin_entry(self, row: LogEntry) -> ChangeLogEntry:
        """Return the entry, with changed values and the URL of the row's history."""
        content_type = row.content_type
        model = content_type.model_class() if content_type else None
        kind = capfirst(model._meta.verbose_name) if model else _("Administration")
        url = "" if row.is_deletion() or not model else row.get_admin_url() or ""
        history = ""
        if content_type and model and url and has_versions(model):
            name = f"admin:{content_type.app_label}_{content_type.model}_history"
            history = reverse(name, args=[row.object_id])
        values = self._values.get(row.pk, [])
        what = _describe_inlines(row) if values else row.get_change_message()
        if not what and not values:
            what = row.get_action_flag_display()
        return ChangeLogEntry(
            row.action_time,
            row.user.full_name,
            str(kind),
            what,
            row.object_repr,
            url,
            values=values,
            history=history,
        )

    @cached_property
    def _values(self) -> dict[int, list[ChangedField]]:
        """Return the changed fields by id of the admin log entry, loaded once."""
        return find_changed_values([row for row in self.rows if isinstance(row, LogEntry)])

    def _format_event(self, event: Event) -> ChangeLogEntry:
        """Return the entry of an event, linked to the request's admin page."""
        url = reverse("admin:requests_app_servicerequest_change", args=[event.service_request_id])
        who, what = events.describe_actor(event), events.describe_event(event)
        return ChangeLogEntry(
            event.at, who, _("Request"), what, event.service_request.reference, url
        )


def _describe_inlines(entry: LogEntry) -> str:
    """Return the entry's message about rows edited with the object; "" if there are none.

    An old message that is no JSON is returned unchanged.
    """
    if not entry.change_message.startswith("["):
        return entry.change_message
    parts = json.loads(entry.change_message)
    others = [part for part in parts if "name" in part.get("changed", {"name": ""})]
    if not others:
        return ""
    return LogEntry(change_message=json.dumps(others)).get_change_message()
