"""The admin site."""

from tools.bench.scale.scenes.lists import NOUNS, of
from tools.bench.scale.scenes.scene import page

ADMIN = (40, 20)
SITE = "/admin/requests_app"

page("admin, requests", "admin", f"{SITE}/servicerequest/", ADMIN, rounds=5)
page(
    "admin, requests, searched", "admin", lambda c, n: f"{SITE}/servicerequest/?q={of(NOUNS, n)}",
    ADMIN, rounds=5,
)  # fmt: skip
page("admin, events", "admin", f"{SITE}/event/", ADMIN, rounds=5)
page("admin, photos", "admin", f"{SITE}/photo/", ADMIN, rounds=5)
