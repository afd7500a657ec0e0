"""A report from its filing to the email about its completion, through the proxy.

The people are those of the fault experiments. Here each of them acts once and must succeed.
"""

import re
from typing import Any
from urllib.parse import urljoin

import requests

from tools.bench.faults import people
from tools.bench.faults.checks import is_so, none_of
from tools.bench.faults.ground import STAFF
from tools.bench.faults.ledger import Ledger
from tools.bench.waiting import wait_for
from tools.stack import objects

LETTERS = 3  # emails: filed, routed, completed
PATIENCE = 120
# Sign in with a password only, as in the fault experiments.
PEOPLE = {"REQUIRE_SECOND_FACTOR_FOR": "none"}
PHOTO = re.compile(r"/photos/([\w-]+)/(\w+)\.webp")


class City:
    """A Compose project as its users see it.

    `at` is the URL of nginx, `store` that of S3, and `authority` the file of the CA certificate
    with which nginx's certificate was signed.
    """

    def __init__(self, project, at, store, letterbox, authority: str | bool = True) -> None:
        self.project = project
        self.at = at
        self.authority = authority
        self.store = store
        self.letterbox = letterbox
        self.ledger = Ledger()
        self.resident = people.Resident(at, self.ledger, 0, authority)
        self._staff: dict[str, people.Staff] = {}

    def employ(self, script=STAFF) -> None:
        """Create an agent and a crew, as in the fault experiments."""
        self.project.manage("shell", "--no-imports", "--command", script)

    def staff(self, name):
        if name not in self._staff:
            self._staff[name] = people.Staff(self.at, self.ledger, name, self.authority)
        return self._staff[name]

    def get(self, path: str, **more: Any) -> requests.Response:
        """Return the response to a request without cookies; raise requests.RequestException."""
        return requests.get(urljoin(self.at, path), timeout=15, verify=self.authority, **more)

    def answers(self, path="/healthz/ready") -> int:
        """Return the status of a page, or 0 if nothing answers."""
        try:
            return self.get(path, allow_redirects=False).status_code
        except requests.RequestException:
            return 0

    def file(self, *, photo=False):
        """Send a report as a phone does: repeat it with the same key until it is acknowledged.

        Return the report, or None after some tries.
        """
        report = self.resident.new_report()
        if photo:
            await_that(
                lambda: (
                    self.resident.send_photo(report, people.make_picture(311)).status_code == 201
                )
            )
        return report if await_that(lambda: self.resident.deliver(report)) else None

    def shows(self, report) -> bool:
        """Return True if the page of the report is visible without cookies."""
        return self.answers(f"/requests/{reference(report)}/") == 200

    def photo_of(self, report) -> str | None:
        """Return the name of the report's photo once its sizes are made, or None."""
        page = self.get(f"/requests/{reference(report)}/")
        found = PHOTO.search(page.text)
        if not found:
            return None
        shown = self.get(found[0])
        is_ready = shown.headers.get("Content-Type") == "image/webp"
        return found[1] if shown.status_code == 200 and is_ready else None

    def objects(self) -> list:
        """Return the names of all objects in the bucket."""
        return [each.key for each in self.bucket().objects.all()]

    def bucket(self):
        secret = self.project.values["S3_ADMIN_SECRET_KEY"]
        return objects.open_bucket(self.store, objects.KEEPER, secret)


def reference(report):
    return next(iter(report.references))


def walk(city):
    """File a report with a photo, route and complete it, read the emails and look at the photo.

    Return the report and the checks.
    """
    report = city.file(photo=True)
    if report is None:
        return None, [is_so("a report with a photo is taken", "no", ok=False)]
    name = reference(report)
    routed = await_that(lambda: city.staff(people.AGENT).route(name).status_code == 302)
    completed = await_that(lambda: city.staff(people.CREW).complete(name).status_code == 302)
    came = await_that(lambda: len(city.letterbox.read(report.email)) >= LETTERS)
    letters = city.letterbox.read(report.email)
    photo = await_that(lambda: city.photo_of(report))
    kept = [each for each in city.objects() if photo and photo in each]
    return report, [
        is_so("a report with a photo is taken", name, ok=report.photos == 1),
        is_so("it is routed", bool(routed), routed),
        is_so("it is completed", bool(completed), completed),
        is_so(f"{LETTERS} letters came", f"{len(letters)}: {subjects(letters)}", came),
        is_so("the link of a letter leads to it", *_follow(city, letters, name)),
        is_so("its page shows the photo", bool(photo), photo),
        is_so("the photo's sizes are in S3", len(kept), kept),
    ]


def told_are_there(city):
    """Check that every acknowledged report has a page."""
    told = city.ledger.acknowledged()
    lost = [reference(report) for report in told if not city.shows(report)]
    return none_of("acknowledged reports that are not there", lost, len(told))


def letters_came(city):
    told = city.ledger.acknowledged()

    def without() -> list:
        return [reference(each) for each in told if not city.letterbox.read(each.email)]

    await_that(lambda: not without())
    return none_of("reporters without a letter", without(), len(told))


def subjects(letters) -> str:
    return "; ".join(str(letter["Subject"]) for letter in letters)


def await_that(find):
    """Return the first true result of `find()`, or its last result after PATIENCE seconds."""
    return wait_for(find, PATIENCE, pause=0.5).found


def _follow(city, letters, name) -> tuple[str, bool] | tuple[int, bool]:
    """Return the status of the last email's first link, and True if its page names the report."""
    words = letters[-1].get_body(("plain",)).get_content() if letters else ""
    links = [link for link in re.findall(r"https?://\S+", words) if link.startswith(city.at)]
    if not links:
        return "no link", False
    page = city.get(links[0])
    return page.status_code, page.status_code == 200 and name in page.text
