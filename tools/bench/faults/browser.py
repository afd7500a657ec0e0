"""The browser of a person in the load: cookies, real forms, and a timeout."""

import time
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

import requests
from requests.adapters import HTTPAdapter

PATIENCE = 15  # seconds; no page may take longer than ten
NO_ANSWER = requests.Response()  # with an empty text
NO_ANSWER.status_code = 0


class Browser:
    """An HTTP client that follows no redirects; `address` is the URL of nginx or of the web server.

    `met(kind, status, seconds)` is called after every request; the status is a number, "cut" or
    "hung". `authority` is the file of the CA certificate to accept, or True for the usual ones.
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
        """Return the cookies by name, without the prefix `__Host-` that they have with https."""
        kept = self.session.cookies.items()
        return {name.removeprefix("__Host-"): value for name, value in kept}

    def get(self, path, kind, **query):
        return self._ask("GET", path, kind, params=query or None)

    def post(self, path, kind, given, files=None, **headers):
        """Send a form with the CSRF token from the cookie, which every page sets."""
        headers |= {
            "X-CSRFToken": self.cookies.get("csrftoken", ""),
            "Origin": self.address,
            "Sec-Fetch-Site": "same-origin",
        }
        return self._ask("POST", path, kind, data=given, files=files, headers=headers)

    def token(self):
        """Request a device key and a CSRF token, as a phone's outbox does first."""
        return self.get("/report/token/", "token")

    def sign_in(self, name, password) -> bool:
        self.get("/accounts/login/", "sign in")
        given = {"login": name, "password": password}
        return self.post("/accounts/login/", "sign in", given).status_code == 302

    def _ask(self, method, path, kind, **how):
        """Return the response, or NO_ANSWER after an error or a timeout."""
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
    """The forms of a page, as a browser would send them unchanged: {action: {name: value}}.

    `choices` has the values of buttons, radio buttons, checkboxes and lists: {action: {name:
    [values]}}.
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
        """Record a field's value, or an offered choice; a selected choice is also the value."""
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
        """Return (action, values, choices) of the form whose action ends with `end`, or None."""
        for action, given in self.given.items():
            if action.split("?")[0].endswith(end):
                return action, dict(given), self.choices.get(action, {})
        return None
