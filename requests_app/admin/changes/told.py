"""A line of "Who changed what" in words: who, what, and to what."""

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from django.contrib.admin.models import LogEntry
from django.db.models import Model
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Role, SecurityRecord
from city.models import Department
from lib.security_log import Kind
from requests_app.admin import events
from requests_app.admin.changes.targets import address_of, in_words, rows_of
from requests_app.admin.changes.versions import changed_values, keeps_versions

_ID = re.compile(r"\b(user|department|request):(\S+)")

# What came of it, where it is not an id or a role.
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
_NOTHING_MORE = {"ok", "refused"}  # the kind says it
_WAY_IN = "ok by "  # of a sign-in


class Told(NamedTuple):
    """One row of the page. `number` is that of the HTTP request, where it is known; `values` are
    those that changed, and `history` is where all versions of the row are.
    """

    at: object
    who: str
    kind: str
    what: str
    target: str
    url: str
    number: str = ""
    values: list = []
    history: str = ""


class Teller:
    """Tells the rows of all tables; the people and the versions in them are asked for once."""

    def __init__(self, rows) -> None:
        self.rows = rows
        self._records = [row for row in rows if isinstance(row, SecurityRecord)]

    def __iter__(self) -> Iterator:
        return map(self._told, self.rows)

    def _told(self, row) -> Told:
        if isinstance(row, SecurityRecord):
            return self._of_record(row)
        if isinstance(row, LogEntry):
            return self._of_the_administration(row)
        return self._of_event(row)

    def _of_record(self, row) -> Told:
        result = "" if row.result in _NOTHING_MORE else self._result(row.result)
        if row.kind == Kind.RULES_PUBLISHED:
            result = getattr(self._rows.get(row.target), "why", "")
        target = "" if row.target == row.actor else row.target
        words, url = self._in_words(target), address_of(target)
        kind = str(Kind(row.kind).label)
        return Told(row.at, self._actor(row.actor), kind, result, words, url, row.request_id)

    def _result(self, result) -> str:
        if result.startswith(_WAY_IN):
            ways = result.removeprefix(_WAY_IN).split(" and ")
            return " + ".join(str(_RESULTS.get(way, way)) for way in ways)
        word, _space, about = result.partition(" department:")
        named = str(_RESULTS.get(word, word))
        return f"{named}, {self._named(f'department:{about}')}" if about else self._named(named)

    def _actor(self, actor) -> str:
        fixed = {"system": _("The system"), "command": _("A command on the server")}
        if actor.startswith("stranger:"):
            return _("Not signed in (%(id)s)") % {"id": actor.partition(":")[2][:6]}
        return fixed.get(actor) or self._in_words(actor)

    def _in_words(self, target) -> str:
        return in_words(self._named(target), self._rows)

    @cached_property
    def _rows(self) -> dict[str, Model]:
        ids = {one for row in self._records for one in (row.actor, row.target)}
        return rows_of(ids)

    def _named(self, text) -> str:
        """With the names of the people, departments and requests whose ids are in it."""
        return _ID.sub(lambda found: self._name(found[1], found[2]) or found[0], text)

    def _name(self, kind, pk) -> str | None:
        if kind == "request":
            return pk
        if kind == "user":
            return getattr(self._rows.get(f"user:{pk}"), "full_name", None)
        return self._departments.get(int(pk)) if pk.isdecimal() else None

    @cached_property
    def _departments(self) -> dict:
        return {each.pk: str(each) for each in Department.objects.all()}

    def _of_the_administration(self, row) -> Told:
        model = row.content_type and row.content_type.model_class()
        kind = capfirst(model._meta.verbose_name) if model else _("Administration")
        url = "" if row.is_deletion() or not model else row.get_admin_url() or ""
        history = ""
        if url and keeps_versions(model):
            name = f"admin:{row.content_type.app_label}_{row.content_type.model}_history"
            history = reverse(name, args=[row.object_id])
        values = self._values.get(row.pk, [])
        what = _without_values(row) if values else row.get_change_message()
        if not what and not values:
            what = row.get_action_flag_display()
        return Told(
            row.action_time,
            row.user.full_name,
            kind,
            what,
            row.object_repr,
            url,
            values=values,
            history=history,
        )

    @cached_property
    def _values(self):
        return changed_values([row for row in self.rows if isinstance(row, LogEntry)])

    def _of_event(self, event) -> Told:
        url = reverse("admin:requests_app_servicerequest_change", args=[event.service_request_id])
        who, what = events.who(event), events.what(event)
        return Told(event.at, who, _("Request"), what, event.service_request.reference, url)


def _without_values(entry) -> str:
    """What an entry says besides the names of the row's own fields: of rows edited with it."""
    if not entry.change_message.startswith("["):
        return entry.change_message
    parts = json.loads(entry.change_message)
    others = [part for part in parts if "name" in part.get("changed", {"name": ""})]
    if not others:
        return ""
    return LogEntry(change_message=json.dumps(others)).get_change_message()
