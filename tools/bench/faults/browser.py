"""A person's browser for the load: cookies, the real forms, and a time after which one gives up."""

import time
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

import requests
from requests.adapters import HTTPAdapter

PATIENCE = 15  # seconds; no page may take longer than ten
NO_ANSWER = requests.Response()  # without text
NO_ANSWER.status_code = 0


class Browser:
    """Follows no redirect by itself. `address` is where nginx (or the only web server) listens.

    `met(kind, status, seconds)` hears of every answer; a status is a number, or "cut" or "hung".
    `authority` is the file of the authority whose certificates it accepts; True: the usual ones.
    """

    def __init__(self, address, met, patience=PATIENCE, authority: str | bool = True) -> None:
        self.address = address
        self.met = met
        self.patience = patience
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = authority
        self.session.mount("http://", HTTPAdapter(pool_maxsize=50))
        self.session.headers["User-Agent"] = "santa311-load"

    @property
    def cookies(self) -> dict[str, str | None]:
        """Return the cookies by name, without what https puts before each name."""
        kept = self.session.cookies.items()
        return {name.removeprefix("__Host-"): value for name, value in kept}

    def get(self, path, kind, **query):
        return self._ask("GET", path, kind, params=query or None)

    def post(self, path, kind, given, files=None, **headers):
        """Send a form with the CSRF token of the cookie, which any page sets."""
        headers |= {
            "X-CSRFToken": self.cookies.get("csrftoken", ""),
            "Origin": self.address,
            "Sec-Fetch-Site": "same-origin",
        }
        return self._ask("POST", path, kind, data=given, files=files, headers=headers)

    def token(self):
        """Ask for a device key and a CSRF token, as a phone's outbox does first."""
        return self.get("/report/token/", "token")

    def sign_in(self, name, password) -> bool:
        self.get("/accounts/login/", "sign in")
        given = {"login": name, "password": password}
        return self.post("/accounts/login/", "sign in", given).status_code == 302

    def _ask(self, method, path, kind, **how):
        """Return the answer, or NO_ANSWER."""
        at = urljoin(self.address + "/", path)
        seconds, begun = self.patience, time.monotonic()
        try:
            answer = self.session.request(
                method, at, timeout=(min(5, seconds), seconds), allow_redirects=False, **how
            )
        except requests.Timeout:
            self.met(kind, "hung", time.monotonic() - begun)
            return NO_ANSWER
        except requests.RequestException:
            self.met(kind, "cut", time.monotonic() - begun)
            return NO_ANSWER
        self.met(kind, answer.status_code, time.monotonic() - begun)
        return answer


class Forms(HTMLParser):
    """The forms of a page: {action: {name: value}}, as a browser would send them untouched.

    What buttons, radios and lists offer is in `choices`: {action: {name: [values]}}.
    """

    def __init__(self, html) -> None:
        super().__init__()
        self.given: dict[str, dict[str, str]] = {}
        self.choices: dict[str, dict[str, list[str]]] = {}
        self._action: str | None = None
        self._select: str | None = None
        self._by_id: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag, attrs) -> None:
        found = dict(attrs)
        if tag == "form":
            self._action = found.get("action") or ""
            self.given.setdefault(self._action, {})
            self._by_id[found.get("id") or ""] = self._action
        elif tag == "select":
            self._select = found.get("name")
        named = found.get("form")
        action = self._by_id.get(named, self._action) if named else self._action
        if action is not None and tag in {"input", "button", "option"}:
            name = self._select if tag == "option" else found.get("name")
            self._note(action, tag, name, found)

    def _note(self, action, tag, name, found) -> None:
        """Fields are given as they stand; what is to be chosen is offered, and given if it is."""
        value, given = found.get("value") or "", self.given[action]
        if not name:
            return
        if tag == "input" and found.get("type") not in {"radio", "checkbox", "submit"}:
            given[name] = value
            return
        self.choices.setdefault(action, {}).setdefault(name, []).append(value)
        if "checked" in found or "selected" in found:
            given[name] = value
        elif tag == "option":
            given.setdefault(name, value)

    def handle_endtag(self, tag) -> None:
        if tag == "form":
            self._action = None
        elif tag == "select":
            self._select = None

    def find_by_ending(self, end) -> tuple[Any, dict, Any] | None:
        """Return (action, values, choices) of the form whose address ends with `end`, or None."""
        for action, given in self.given.items():
            if action.split("?")[0].endswith(end):
                return action, dict(given), self.choices.get(action, {})
        return None
