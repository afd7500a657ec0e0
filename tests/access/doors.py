"""Access classes of URLs ("doors"), and the expected response for each role.

`tests/access/addresses.csv` has the door and the HTTP methods ("verbs") of each URL pattern.
"""

import csv
import re
from pathlib import Path
from typing import NamedTuple

# Kinds of responses
IN = "in"  # the page, a form with errors, or a redirect after success
LOGIN = "login"  # redirect to the sign-in page
REFUSED = "refused"  # 403
NOTHING = "nothing"  # 404
NO_VERB = "no verb"  # 405

# Ana reports a private request. Wes and Sue work for its department, Walt for another one.
ROLES = ["stranger", "reporter", "crew", "other crew", "agent", "supervisor", "admin",
         "front end", "work orders"]  # fmt: skip
KEYS = {"front end", "work orders"}
RESIDENTS = {"stranger", "reporter", *KEYS}
STAFF = {"crew", "other crew", "agent", "supervisor", "admin"}
VERBS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
ANY = "any"


class Door(NamedTuple):
    """The kind of response to GET (`looking`) and to other methods (`sending`), by role."""

    looking: dict
    sending: dict


def door(*, rest, residents=None, sending=None, **named):
    """Return a Door with the kind of response of each role in `named`, and `rest` for the others.

    An underscore in `named` stands for a space. `residents` is for roles that are not staff.
    `sending` has the roles whose response to POST differs from that to GET.
    """
    meets = dict.fromkeys(ROLES, rest) | dict.fromkeys(RESIDENTS, residents or rest)
    meets |= {role.replace("_", " "): outcome for role, outcome in named.items()}
    return Door(meets, meets | (sending or {}))


_NO_STAFF = dict.fromkeys(STAFF, REFUSED)

DOORS = {
    "everyone": door(rest=IN),
    "nobody": door(rest=NOTHING),  # 404 for every role without the right secret or id in the URL
    "residents": door(rest=IN, sending=_NO_STAFF),
    "reporters": door(
        rest=NOTHING, reporter=IN, crew=IN, agent=IN, supervisor=IN,
        sending={"crew": REFUSED, "agent": REFUSED, "supervisor": REFUSED},
    ),
    "reporters' photos": door(rest=REFUSED, residents=NOTHING, reporter=IN),
    "another site": door(rest=IN, sending=dict.fromkeys(ROLES, REFUSED)),
    "signed in": door(rest=IN, residents=LOGIN),
    "agents": door(rest=REFUSED, residents=LOGIN, agent=IN),
    "crews": door(rest=REFUSED, residents=LOGIN, crew=IN, supervisor=IN, other_crew=IN),
    "crews' polls": door(rest=REFUSED, crew=IN, supervisor=IN, other_crew=IN),
    "the department": door(
        rest=REFUSED, residents=LOGIN, crew=IN, supervisor=IN, other_crew=NOTHING
    ),
    "the department's polls": door(rest=REFUSED, crew=IN, supervisor=IN, other_crew=NOTHING),
    "supervisors": door(rest=REFUSED, residents=LOGIN, supervisor=IN),
    "overseers": door(rest=REFUSED, residents=LOGIN, supervisor=IN, admin=IN),
    "the city": door(rest=REFUSED, residents=LOGIN, admin=IN),
    "administrators": door(rest=REFUSED, residents=LOGIN, admin=IN),
    "administrators, to read": door(
        rest=REFUSED, residents=LOGIN, admin=IN, sending={"admin": REFUSED}
    ),
    "administrators, closed": door(rest=REFUSED, residents=LOGIN),
    "administration's sign-in": door(rest=REFUSED, residents=LOGIN, admin=IN),
    "the way out": door(rest=IN, sending=dict.fromkeys(RESIDENTS, LOGIN)),
    "keys": door(
        rest=IN,
        sending=dict.fromkeys(ROLES, REFUSED) | dict.fromkeys(KEYS, IN),
    ),
}  # fmt: skip


class Row(NamedTuple):
    """A row of the table.

    `verbs` are the allowed HTTP methods, or ANY for a third-party view that accepts all methods.
    `is_absent` is True for a page about an object that no test user has (a second factor, an action
    to undo). A role that has access may get a 404 there, and also if the URL has an id.
    """

    address: str
    door: str
    verbs: tuple
    is_absent: bool = False

    def may_meet(self, role, verb) -> set:
        """Return the kinds of responses that are correct for a role and an HTTP method."""
        if not self.takes_any and verb not in self.verbs:
            return {NO_VERB}
        looking, sending = (meets[role] for meets in DOORS[self.door])
        if not self.takes_any or verb in ("GET", "POST"):
            right = {looking if verb == "GET" else sending}
        else:
            right = {looking, sending}
        right |= {NO_VERB} if self.takes_any else set()
        return right | ({NOTHING} if IN in right and self.may_be_none else set())

    @property
    def takes_any(self) -> bool:
        return self.verbs == (ANY,)

    @property
    def may_be_none(self) -> bool:
        """Return True if a role that has access may get a 404."""
        return self.is_absent or bool(re.search(r"<(?!reference:|format:)|\(\?P", self.address))


def rows() -> list[Row]:
    """Return the rows of addresses.csv."""
    with Path(__file__).with_name("addresses.csv").open(newline="") as file:
        return [
            Row(
                line["address"], line["door"], tuple(line["verbs"].split()), line["absent"] == "yes"
            )
            for line in csv.DictReader(file)
        ]


def met(response) -> str:
    """Return the kind of a response, or its status as a string for a server error."""
    status, where = response.status_code, response.headers.get("Location", "")
    if status in (301, 302) and re.match(r"/(accounts|admin)/login/", where):
        return LOGIN
    if status in (403, 404, 405):
        return {403: REFUSED, 404: NOTHING, 405: NO_VERB}[status]
    return IN if status < 500 else str(status)
