"""The users of an experiment: residents, neighbors, an agent and a crew.

Their names, phone numbers and addresses occur nowhere else in the city, so a log that contains one
of `TRACES` contains personal data.
"""

import io
import random
import uuid
from typing import Any

import requests
from PIL import Image

from requests_app import reference
from tools.bench.faults.browser import NO_ANSWER, Browser, Forms
from tools.bench.faults.ledger import Report

TRACES = ["Quillfeather", "quillfeather", "5550147", "555-0147", "marzipan lighthouse"]
PASSWORD = "a heron over nine pelicans"  # of all staff accounts
CATEGORY = "graffiti-public"
AGENT, CREW, DEPARTMENT = "omar", "wes", "street-services"


class Resident:
    """A browser that files reports; reports that were not acknowledged are sent again."""

    def __init__(self, address, ledger, number, authority: str | bool = True) -> None:
        self.ledger = ledger
        self.browser = Browser(address, ledger.met, authority=authority)
        self.number = number

    def new_report(self):
        key = uuid.uuid4()
        email = f"r{key.hex}@quillfeather.example"
        report = self.ledger.begin(str(key), email, f"A marzipan lighthouse, {key}")
        report.by = self
        return report

    def report_with_photo(self, picture: bytes) -> tuple[Report, requests.Response]:
        """Send a report with a photo; return the report and the response to the photo."""
        report = self.new_report()
        answer = self.send_photo(report, picture)
        self.deliver(report)
        return report, answer

    def has_token(self) -> bool:
        """Return True if the browser has a device key and a CSRF token; request them if needed.

        Sending a report requires both.
        """
        if not {"csrftoken", "device"} <= set(self.browser.cookies):
            self.browser.token()
        return {"csrftoken", "device"} <= set(self.browser.cookies)

    def send_photo(self, report, picture):
        if not self.has_token():
            return NO_ANSWER
        files = {"photos": ("photo.jpg", picture, "image/jpeg")}
        answer = self.browser.post(f"/report/{report.key}/photos/", "photo", {}, files=files)
        if answer.status_code == 201:
            report.photos += 1
        return answer

    def deliver(self, report) -> bool:
        """Send the whole report at once, as a phone's outbox does; return True if acknowledged."""
        if not self.has_token():
            return False
        report.tries += 1
        answer = self.browser.post(
            f"/report/{report.key}/delivery/", "submit", make_form_fields(report)
        )
        if answer.status_code != 201:
            return False
        self.ledger.acknowledge(report, answer.json()["reference"])
        return True

    def walk(self, report) -> bool:
        """Send the four pages of a report and read the receipt; return True if acknowledged.

        Stop at the first page that is refused. A later redirect would lead back to the missing page
        and acknowledge nothing.
        """
        if not self.start_report(report):
            return False
        at, browser = f"/report/{report.key}", self.browser
        if browser.post(f"{at}/details/", "form", make_form_fields(report)).status_code != 302:
            return False
        report.tries += 1
        answer = browser.post(f"{at}/check/", "submit", {})
        is_sent = answer.headers.get("Location", "").endswith("/sent/")
        return is_sent and self.read_receipt(report)

    def start_report(self, report) -> bool:
        """Send the first two pages of a report; return False if one of them is refused."""
        at, given = f"/report/{report.key}", make_form_fields(report)
        if not self.has_token():
            return False
        self.browser.get(f"{at}/what/", "form")
        category = {"category": given["category"]}
        if self.browser.post(f"{at}/what/", "form", category).status_code != 302:
            return False
        location = {name: given[name] for name in ("latitude", "longitude")}
        return self.browser.post(f"{at}/where/", "form", location).status_code == 302

    def read_receipt(self, report) -> bool:
        """Read the reference from the receipt, to which the acknowledging redirect leads."""
        answer = self.browser.get(f"/report/{report.key}/sent/", "receipt")
        if answer.status_code != 200:
            return False
        self.ledger.acknowledge(report, read_reference(answer.text))
        return True


class Neighbor:
    """A visitor who reads the list and watches requests; each poll sends the known version."""

    def __init__(self, address, ledger) -> None:
        self.ledger = ledger
        self.browser = Browser(address, ledger.met)
        self.known: dict[str, str] = {}

    def read_list(self) -> None:
        self.browser.get("/requests/", "list")

    def watch(self, reference) -> None:
        shown = self.known.get(reference, "")
        answer = self.browser.get(f"/requests/{reference}/live/", "poll", v=shown)
        if answer.status_code == 200:
            self.known[reference] = answer.headers.get("Live-Version", "")


class Staff:
    """A member of staff; signing in and each act load a page and send its form."""

    def __init__(self, address, ledger, name, authority: str | bool = True) -> None:
        self.ledger = ledger
        self.browser = Browser(address, ledger.met, authority=authority)
        self.name = name
        self.is_in = False

    def come_in(self) -> bool:
        self.is_in = self.is_in or self.browser.sign_in(self.name, PASSWORD)
        return self.is_in

    def route(self, reference, department=DEPARTMENT):
        """Return the response to the form; NO_ANSWER if the page or its form is missing."""
        form = self._form(f"/desk/{reference}/", "/routing/", "desk")
        if form is None:
            return NO_ANSWER
        action, given, _choices = form
        answer = self.browser.post(action, "route", given | {"department": department})
        if answer.status_code == 302:
            self.ledger.did("route", reference)
        return answer

    def complete(self, reference):
        form = self._form(f"/staff/{reference}/completion/", "/completion/", "job")
        if form is None:
            return NO_ANSWER
        action, given, choices = form
        given |= {
            "resolution": _first(choices, "resolution"),
            "no_photo_reason": _first(choices, "no_photo_reason"),
            "note": "Painted over",
            "proof_reason": "It was dark",
        }
        answer = self.browser.post(action, "complete", given)
        if answer.status_code == 302:
            self.ledger.did("complete", reference)
        return answer

    def _form(self, path, ending, kind) -> tuple[Any, dict, Any] | None:
        if not self.come_in():
            return None
        return Forms(self.browser.get(path, kind).text).find_by_ending(ending)


def make_form_fields(report) -> dict[str, Any]:
    """Return the form fields of a report at a random place in the middle of the city."""
    place = random.Random(report.key)
    return {
        "category": CATEGORY,
        "latitude": f"{34.0118 + place.uniform(-0.004, 0.004):.6f}",
        "longitude": f"{-118.4917 + place.uniform(-0.004, 0.004):.6f}",
        "text": "",
        "answer-hate": "no",
        "description": report.words,
        "location_note": "",
        "name": "Ottoline Quillfeather",
        "email": report.email,
        "phone": "310 555 0147",
    }


def read_reference(page) -> str:
    """Return the reference that a receipt shows."""
    found = reference.REFERENCE_PATTERN.search(page.split('"bigref">', 1)[1])
    assert found, "The receipt shows no reference."
    return found.group()


def make_picture(seed, width=640, height=480) -> bytes:
    """Return a JPEG of about 50 kB, a different one for each seed."""
    noise = Image.effect_noise((width // 8, height // 8), 60 + seed % 40)
    image = noise.resize((width, height)).convert("RGB")
    image.putpixel((seed % width, seed // width % height), (255, 0, 0))
    held = io.BytesIO()
    image.save(held, "JPEG", quality=88, comment=f"{seed}".encode())
    return held.getvalue()


def _first(choices, name) -> str:
    return next((value for value in choices.get(name, []) if value), "")
