"""Scenes of reporting: from a phone's outbox, page by page, with photos, and with duplicates."""

import uuid

from tools.bench.scale.browser import Browser
from tools.bench.scale.pictures import photo
from tools.bench.scale.scenes.scene import expect, page, scene

KIND = {"category": "graffiti-public", "answer-hate": "no"}

page("report, first page", "stranger", lambda c, n: f"/report/{uuid.uuid4()}/what/")


def make_report_fields(cast, n) -> dict[str, str]:
    """Return the fields of a report with unique words and a place of its own."""
    mark = uuid.uuid4()
    lat, lng = cast.spots[n % len(cast.spots)]
    return {
        **KIND, "latitude": f"{lat:.6f}", "longitude": f"{lng:.6f}", "text": f"Number {n}",
        "description": f"Blue letters on the box, {mark}", "location_note": "", "name": "",
        "email": f"{mark.hex}@example.org", "phone": "",
    }  # fmt: skip


def prepare_phone(browser, cast, n) -> tuple[Browser, str, dict[str, str]]:
    """Return a browser with a device key, and the form that it will send."""
    own = Browser(cast.port)
    expect(own.get("/report/token/"), 200)
    return own, f"/report/{uuid.uuid4()}", make_report_fields(cast, n)


@scene("report, by a phone at once, no photo", "stranger", (15, 7), before=prepare_phone, rounds=20)
def at_once(browser, cast, n, given):
    own, at, said = given
    answer = expect(own.post(f"{at}/delivery/", said), 201)
    browser.answers += own.answers[1:]
    return answer


@scene("photo of 12 megapixels alone", "stranger", before=prepare_phone, rounds=5)
def photo_alone(browser, cast, n, given):
    own, at, _said = given
    picture = ("photos", "photo.jpg", photo(n, megabytes=3))
    answer = expect(own.post(f"{at}/photos/", {}, [picture]), 201)
    browser.answers += own.answers[1:]
    return answer


@scene("report, page by page (11 requests)", "stranger", (60, 15), before=prepare_phone, rounds=8)
def page_by_page(browser, cast, n, given):
    """File a report as a visitor without JavaScript: each page, its form, and the receipt."""
    own, at, said = given
    for step, names in {
        "what": ["category"],
        "where": ["latitude", "longitude", "text"],
        "details": ["answer-hate", "description", "location_note", "name", "email", "phone"],
    }.items():
        expect(own.get(f"{at}/{step}/"), 200)
        then = own.post(f"{at}/{step}/", {name: said[name] for name in names})
        after = expect(then, 302).headers["location"]
        if after.endswith("/same/"):
            own.get(after)
            expect(own.post(after, {"none": "1"}), 302)
    expect(own.get(f"{at}/check/"), 200)
    expect(own.post(f"{at}/check/", {}), 302)
    answer = expect(own.get(f"{at}/sent/"), 200)
    browser.answers += own.answers[1:]
    return answer


def a_draft_beside_another(browser, cast, n) -> tuple[Browser, str]:
    """Create a draft near an open request of its category; return its browser and address."""
    own, at, said = prepare_phone(browser, cast, n)
    expect(own.post(f"{at}/what/", {"category": said["category"]}), 302)
    own.post(f"{at}/where/", {name: said[name] for name in ("latitude", "longitude", "text")})
    return own, at


@scene("same nearby, page", "stranger", before=a_draft_beside_another, rounds=8)
def same_nearby(browser, cast, n, given):
    own, at = given
    answer = own.get(f"{at}/same/")
    browser.answers.append(answer)
    return answer
