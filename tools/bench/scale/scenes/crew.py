"""A department's crew on a phone."""

import uuid

from tools.bench.scale.pictures import photo
from tools.bench.scale.scenes.desk import form_of
from tools.bench.scale.scenes.lists import of, zone
from tools.bench.scale.scenes.scene import expect, page, scene

INBOX = (25, 15)

page("crew, inbox", "crew", "/staff/", INBOX)
page("crew, inbox by zone", "crew", lambda c, n: f"/staff/?zone={zone(c, n)}", INBOX)
page("crew, inbox as a map", "crew", "/staff/?view=map", INBOX)
page("crew, my day", "crew", "/staff/plan/")
page("crew, inbox poll", "crew", "/staff/live/")
page("crew, job page", "crew", lambda c, n: f"/staff/{of(c.references('job'), n)}/")
page(
    "crew, completion page", "crew", lambda c, n: f"/staff/{of(c.references('job'), n)}/completion/"
)


def a_job(browser, cast, n):
    reference = cast.next_of("job")
    page = f"/staff/{reference}/completion/"
    action, fields, choices = form_of(browser, page, "/completion/")
    resolution = next(value for value in choices["resolution"] if value)
    return action, {
        **fields, "resolution": resolution, "note": "Done.", "proof_reason": "It was dark.",
        "key": str(uuid.uuid4()),
    }, photo(n, megabytes=3)  # fmt: skip


@scene("crew, complete with a photo of 3 MB", "crew", (60, 10), before=a_job, rounds=5)
def complete(browser, cast, n, given):
    action, fields, picture = given
    return expect(browser.post(action, fields, [("photos", "photo.jpg", picture)]), 302)
