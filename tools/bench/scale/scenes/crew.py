"""Scenes of a department's crew on a phone."""

import html
import re
import uuid
from typing import TYPE_CHECKING, Any

from tools.bench.scale.browser import Browser
from tools.bench.scale.pictures import photo
from tools.bench.scale.scenes.desk import read_form
from tools.bench.scale.scenes.scene import add, ask, expect, page, scene

if TYPE_CHECKING:
    from tools.bench.scale.cast import Cast

INBOX, JOB = (35, 15), (25, 8)

page("crew, inbox", "crew", "/staff/", INBOX)
page("crew, inbox by zone", "crew", "/staff/?zone={zone}", INBOX)
page("crew, inbox as a map", "crew", "/staff/?view=map", INBOX)
page("crew, my day", "crew", "/staff/plan/")
page("crew, inbox poll", "crew", "/staff/live/")
page("crew, job page", "crew", "/staff/{job}/", JOB)
page("crew, completion page", "crew", "/staff/{job}/completion/", JOB)


def inbox_poll(browser: Browser, cast: "Cast", n: int) -> str:
    """Return the URL that the inbox polls, with the state that it shows."""
    found = re.findall(r'data-live="([^"]+)"', browser.get("/staff/").text)
    return html.unescape(found[0])


add("crew, inbox poll, unchanged", "crew", ask, before=inbox_poll)


def a_job(browser, cast, n) -> tuple[Any, dict, bytes]:
    reference = cast.next_of("job")
    page = f"/staff/{reference}/completion/"
    action, fields, choices = read_form(browser, page, "/completion/")
    resolution = next(value for value in choices["resolution"] if value)
    return action, {
        **fields, "resolution": resolution, "note": "Done.", "proof_reason": "It was dark.",
        "key": str(uuid.uuid4()),
    }, photo(n, megabytes=3)  # fmt: skip


@scene("crew, complete with a photo of 3 MB", "crew", (40, 10), before=a_job, rounds=20)
def complete(browser, cast, n, given):
    action, fields, picture = given
    return expect(browser.post(action, fields, [("photos", "photo.jpg", picture)]), 302)
