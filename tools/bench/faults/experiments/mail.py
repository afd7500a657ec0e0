"""F18: the mail server is down, answers with temporary errors, or refuses mails."""

import time

from tools.bench.faults.checks import at_least, at_most, is_so
from tools.bench.faults.experiment import experiment

STATES = """SELECT state, count(*) FROM notifications_delivery
    WHERE created_at > to_timestamp({}) AND kind = 'receipt' GROUP BY 1"""


@experiment(
    "F18",
    "the mail server refuses lines, then says 451, then 550 to one address of ten; the wait "
    "between two tries, which doubles from a minute, is ended by hand",
    "tried again for 24 h after 4xx; 5xx is marked and shown to staff; other mail goes out",
    seconds=30,
    listed="1 h",
)
def the_mail_server_is_away(scene) -> list:
    line, sink, ground = scene.lines["smtp"], scene.ground.sink, scene.ground
    since = time.time()
    line.set("refuse")
    scene.wait(scene.seconds / 3)
    line.set("pass")
    sink.mood = "451 try again later"
    scene.wait(scene.seconds / 3)
    waiting = dict(ground.ask(STATES.format(since))).get("due", 0)
    given_up = dict(ground.ask(STATES.format(since))).get("failed", 0)
    sink.mood = ""
    sink.refuse_some = 10
    scene.wait(scene.seconds / 3)
    mended = time.time()
    caught = scene.until(lambda: _all_went(ground, since, mended), 150, pause=4)
    sink.refuse_some = 0
    after = dict(ground.ask(STATES.format(since)))
    refused = after.get("bounced", 0)
    bounced = ground.ask(
        "SELECT r.reference FROM requests_app_contact c JOIN requests_app_servicerequest r"
        f" ON r.id = c.service_request_id WHERE c.bounced_at > to_timestamp({since})"
    )
    return [
        at_least("mails that wait for another try", waiting, 5),
        is_so("given up", given_up, given_up == 0),
        at_most("until all is sent or refused", caught, 120),
        at_least("receipts sent", after.get("sent", 0), 10),
        is_so("refused for good (550)", f"{refused} receipts, {len(bounced)} contacts marked",
              0 < refused <= len(bounced)),
        is_so("contacts marked without a refused mail, or not marked after one",
              *_marked_wrongly(ground)),
        is_so("staff see it at the request", *_seen_by_staff(scene, bounced)),
        scene.no_errors(since=since),
    ]  # fmt: skip


def _marked_wrongly(ground) -> tuple[int, bool]:
    """Return how many contacts differ in bounced mark and bounced mails, and True if none does.

    Mails of any kind may have been refused.
    """
    marked = ground.ask(
        "SELECT service_request_id FROM requests_app_contact WHERE bounced_at IS NOT NULL"
    )
    refused = ground.ask(
        "SELECT DISTINCT l.service_request_id FROM notifications_delivery d"
        " JOIN requests_app_accesslink l ON l.id = d.link_id WHERE d.state = 'bounced'"
    )
    wrong = {each for (each,) in marked} ^ {each for (each,) in refused}
    return len(wrong), not wrong


def _all_went(ground, since, until):
    """Return True if none of these mails is due; make due mails ready for another attempt now."""
    ground.ask("UPDATE notifications_delivery SET due_at = now() WHERE state = 'due'")
    waiting = ground.ask(
        "SELECT count(*) FROM notifications_delivery WHERE state = 'due'"
        f" AND created_at BETWEEN to_timestamp({since}) AND to_timestamp({until})"
    )
    return waiting[0][0] == 0


def _seen_by_staff(scene, bounced) -> tuple[str, bool]:
    """Return the desk's text about the bounced address, and whether it is right."""
    if not bounced or not scene.load.agent.come_in():
        return "nothing to look at", False
    page = scene.load.agent.browser.get(f"/desk/{bounced[0][0]}/", "desk")
    is_told = "bounced" in page.text.lower()
    return "bounced" if is_told else "no word of it", is_told
