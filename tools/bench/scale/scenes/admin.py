"""Scenes of the admin site."""

from typing import TYPE_CHECKING

from tools.bench.scale.scenes.scene import add, ask, page

if TYPE_CHECKING:
    from tools.bench.scale.browser import Browser
    from tools.bench.scale.cast import Cast

ADMIN = (45, 40)
SITE = "/admin/requests_app"

page("admin, requests", "admin", f"{SITE}/servicerequest/", ADMIN)
page("admin, requests, searched", "admin", f"{SITE}/servicerequest/?q={{noun}}", ADMIN)
page("admin, events", "admin", f"{SITE}/event/", ADMIN)
page("admin, photos", "admin", f"{SITE}/photo/", ADMIN)


def draft_rules(browser: "Browser", cast: "Cast", n: int) -> str:
    """Return the URL that simulates today's rules, with the last one first, on 90 days."""
    from routing.models import RuleDraft
    from routing.rules import drafts

    draft = RuleDraft.objects.create(name=f"Bench {n}")
    drafts.copy_rules_into(draft)
    for rule in draft.rules.all():
        rule.position = 1000 - rule.position
        rule.save()
    return f"/admin/routing/ruledraft/{draft.pk}/simulation/"


add(
    "admin, a draft of the rules tried", "admin", ask, before=draft_rules, rounds=5,
    has_plans=False,
)  # fmt: skip
