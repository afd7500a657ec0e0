"""F32, F33: replies by email with an unavailable mailbox, and forged replies."""

import time

import requests

from tools.bench.faults.checks import at_least, at_most, is_so
from tools.bench.faults.experiment import experiment
from tools.bench.faults.ground import HOOK_SECRET

STORED = "SELECT count(*) FROM notifications_incomingmail WHERE received_at > to_timestamp({})"
SENT = """SELECT count(*) FROM notifications_delivery
    WHERE sent_at BETWEEN to_timestamp({}) AND to_timestamp({})"""


def _write(number, mark) -> bytes:
    """Return an email to a reply address without a valid signature."""
    return (
        "From: ana@example.org\r\nTo: reply+1.aaaaaaaaaaaaaaaa@reply.city.example\r\n"
        f"Message-ID: <{mark}.{number}@example.org>\r\n"
        "Authentication-Results: mx.city.example; dmarc=pass header.from=example.org\r\n"
        f"\r\nReply {number}"
    ).encode()


@experiment(
    "F32",
    "the mailbox for replies takes each connection and answers nothing, then refuses them",
    "pages and mails go on; each reply is stored once after that and gone from the mailbox",
    seconds=60,
    listed="added",
)
def the_mailbox_is_away(scene) -> list:
    ground, line, since = scene.ground, scene.lines["imap"], time.time()
    line.set("blackhole")
    mails = {number: _write(number, f"away{since:.0f}") for number in range(1, 21)}
    ground.mailbox.mails.update(mails)
    scene.wait(scene.seconds / 2)
    line.set("refuse")
    scene.wait(scene.seconds / 2)
    mended = time.time()
    early = ground.ask(STORED.format(since))[0][0]
    sent = ground.ask(SENT.format(since, mended))[0][0]
    line.set("pass")
    caught = scene.until(lambda: not ground.mailbox.mails, 150, pause=1)
    return [
        is_so("stored meanwhile", early, early == 0),
        at_least("mails sent meanwhile", sent, 5),
        at_most("until the mailbox is empty", caught, 100),
        is_so("replies stored", *_all_once(ground, since, len(mails))),
        scene.no_errors(since=since),
        scene.p95("list", 1.5, since, mended),
    ]


def _all_once(ground, since, wanted) -> tuple[int, bool]:
    """Return how many replies are stored, and True if each one is stored exactly once."""
    stored = ground.ask(STORED.format(since))[0][0]
    return stored, stored == wanted


@experiment(
    "F33",
    "calls of /hooks/mail/ with a wrong secret or none, another type, 25 MB, and one right call "
    "replayed 50 times",
    "nothing forged is stored, the replay is stored once, nothing acts; pages go on",
    seconds=20,
    listed="added",
)
def forged_replies(scene) -> list:
    ground, since = scene.ground, time.time()
    events = "SELECT count(*) FROM requests_app_event WHERE verb IN ('answer', 'comment')"
    before, statuses = ground.ask(events)[0][0], []
    forged = [
        ({"Authorization": "Bearer wrong"}, _write(1, "forged"), "message/rfc822"),
        ({}, _write(2, "forged"), "message/rfc822"),
        ({"Authorization": f"Bearer {HOOK_SECRET}"}, _write(3, "forged"), "text/plain"),
        ({"Authorization": f"Bearer {HOOK_SECRET}"}, b"X: " + b"x" * 25_000_000, "message/rfc822"),
    ]
    until = time.time() + scene.seconds
    while time.time() < until:
        statuses += [_call(ground, *call) for call in forged]
        scene.wait(1)
    stored = ground.ask(STORED.format(since))[0][0]
    right = {"Authorization": f"Bearer {HOOK_SECRET}"}
    replayed = [_call(ground, right, _write(4, f"once{since:.0f}"), "message/rfc822")
                for _ in range(50)]  # fmt: skip
    ended = scene.until(lambda: _refused(ground, since) == 1, 60, pause=1)
    after = ground.ask(events)[0][0]
    return [
        is_so("answers to forged calls", sorted(set(statuses)),
              set(statuses) <= {403, 413, 415, 429}),
        is_so("stored of them", stored, stored == 0),
        is_so("answers to the replay", sorted(set(replayed)), set(replayed) == {202}),
        is_so("stored of it", *_all_once(ground, since, 1)),
        at_most("until it was refused", ended, 30),
        is_so("answers and comments by email", _replies(ground), _replies(ground) == 0),
        is_so("answers and comments by the load", after - before, ok=True),
        scene.no_errors(since=since),
    ]  # fmt: skip


def _call(ground, headers, content, kind) -> int | str:
    """Return the status code of one request, or the type of its error."""
    address = f"{ground.address}/hooks/mail/"
    try:
        answer = requests.post(
            address, data=content, headers={**headers, "Content-Type": kind}, timeout=30
        )
    except requests.RequestException as error:
        return type(error).__name__
    return answer.status_code


def _refused(ground, since) -> int:
    statement = f"{STORED.format(since)} AND state = 'refused' AND reason = 'no_address'"
    return ground.ask(statement)[0][0]


def _replies(ground) -> int:
    statement = "SELECT count(*) FROM notifications_incomingmail WHERE event_id IS NOT NULL"
    return ground.ask(statement)[0][0]
