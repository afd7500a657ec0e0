"""F1, F1b, F16, F17, F21, F22, F27: the web processes, and the network connections of clients."""

import contextlib
import socket
import threading
import time
from typing import Any

from tools.bench.faults import people
from tools.bench.faults.checks import at_most, is_so, none_of
from tools.bench.faults.experiment import experiment
from tools.bench.faults.ledger import Ledger
from tools.bench.faults.proxy import Line


@experiment(
    "F1",
    "kill -9 of a web process each 5 s, the other one serves on",
    "each acknowledged report once; the same key gives the same number; errors only in flight",
    seconds=20,
    listed="5 min",
)
def a_web_process_is_killed_again_and_again(scene) -> list:
    moments, until, turn = [], time.time() + scene.seconds, 0
    while time.time() < until:
        victim = scene.services[("web1", "web2")[turn % 2]]
        moments.append(time.time())
        victim.kill()
        scene.wait(1)
        victim.start()
        turn += 1
        scene.wait(max(0, 5 - (time.time() - moments[-1])))
    told = scene.told(scene.begun)
    again = [report for report in scene.ledger.acknowledged(scene.begun) if report.tries > 1]
    for report in scene.ledger.acknowledged(scene.begun)[:20]:
        report.way(report)
    return [
        is_so("killed", f"{turn} times", turn >= 2),
        scene.only_in_flight(moments),
        is_so("acknowledged meanwhile", f"{len(told)}, {len(again)} after another try", told),
        none_of(
            "keys answered with two references",
            [r.key for r in scene.ledger.acknowledged() if len(r.references) > 1],
        ),
    ]


@experiment(
    "F1b",
    "SIGSTOP of one of the two web processes: it takes every connection and answers nothing",
    "the other one serves on: one page in ten at the most waits, and none > 10 s",
    seconds=25,
    listed="added",
)
def a_web_process_hangs(scene) -> list:
    since = time.time()
    scene.services["web1"].pause()
    try:
        scene.wait()
    finally:
        scene.services["web1"].resume()
    asked = scene.ledger.between(since, time.time())
    slow = [answer for answer in asked if answer.seconds > 2]
    share = len(slow) / max(1, len(asked))
    told = scene.told(since)
    return [
        at_most(f"of {len(asked)} pages waited more than 2 s", 100 * share, 10, "%"),
        scene.longest(10),
        is_so("acknowledged meanwhile", len(told), told),
        none_of(
            "told 503 without having waited",
            [a.kind for a in asked if a.status == 503 and a.seconds < 2],
        ),
    ]


@experiment(
    "F16",
    "uploads cut at 10, 50 and 99 %; the answer lost after the commit, then sent again three times",
    "exactly one request, the same request number",
    seconds=20,
    listed="100 cuts",
)
def a_phone_loses_its_line(scene):
    cuts = max(30, int(scene.seconds * 3))
    nginx = scene.ground.nginx
    whole = _upload(scene.ground, people.make_picture(16, 1600, 1200))
    for number in range(cuts):
        _send_part(nginx, whole, (0.1, 0.5, 0.99)[number % 3])
    front = Line(nginx).start()
    ledger = Ledger()
    try:
        told = [_lose_the_answer(front, ledger, number) for number in range(10)]
    finally:
        front.stop()
    scene.ground.add_reports(ledger)
    status, *_rest = scene.refusal()
    return [
        is_so("uploads cut", cuts, cuts >= 30),
        is_so("the site answers afterwards", status, status == 200),
        is_so("answers swallowed", f"{sum(lost for lost, _r in told)} of 10",
              all(lost for lost, _references in told)),
        none_of("reports with no reference or several",
                [refs for _lost, refs in told if len(refs) != 1], 10),
    ]  # fmt: skip


def _lose_the_answer(front, ledger, number) -> tuple[bool, Any]:
    """Return True if the first response was lost, and all references that the sender has got."""
    address = "http://{}:{}".format(*front.address)
    resident = people.Resident(address, ledger, number)
    report = resident.new_report()
    resident.has_token()
    front.set("cutreply", 0)
    lost = not resident.deliver(report)
    front.set("pass")
    for _try in range(3):
        resident.deliver(report)
    return lost, report.references


def _upload(ground, picture):
    """Return the whole HTTP request of a photo upload, as bytes."""
    resident = people.Resident(ground.address, Ledger(), 0)
    report = resident.new_report()
    resident.has_token()
    jar = resident.browser.session.cookies
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)
    body = (
        b'--edge\r\nContent-Disposition: form-data; name="photos"; filename="p.jpg"\r\n'
        b"Content-Type: image/jpeg\r\n\r\n" + picture + b"\r\n--edge--\r\n"
    )
    head = (
        f"POST /report/{report.key}/photos/ HTTP/1.1\r\nHost: localhost\r\nCookie: {cookies}\r\n"
        f"X-CSRFToken: {jar.get('csrftoken')}\r\nContent-Length: {len(body)}\r\n"
        "Content-Type: multipart/form-data; boundary=edge\r\n\r\n"
    )
    return head.encode() + body


def _send_part(address, whole, part) -> None:
    with contextlib.suppress(OSError), socket.create_connection(address, 5) as line:
        line.sendall(whole[: int(len(whole) * part)])
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


@experiment(
    "F17",
    "a phone on 3G: 50 kB/s, 400 ms, a 2 MB photo",
    "the photo arrives, the report too, nobody else waits for it",
    seconds=45,
    listed="one photo",
)
def a_slow_phone_sends_a_photo(scene) -> list:
    begun = time.monotonic()
    report, answer = _report_slowly(scene, 2_000_000, 50_000)
    took = time.monotonic() - begun
    return [
        is_so("the photo of 2 MB", answer.status_code, answer.status_code == 201),
        is_so("both took", f"{took:.0f} s", ok=True),
        is_so("the report with it", sorted(report.references), report.references),
        scene.p95("list", 1.5),
        scene.no_errors("errors for others"),
    ]  # fmt: skip


def _report_slowly(scene, size, bytes_per_second):
    """Send a report and then a small photo, padded to `size` bytes, at the given speed.

    Return the report and the response to its photo.
    """
    picture = people.make_picture(17, 2000, 1500)
    line = Line(scene.ground.nginx).start()
    line.set("throttle", bytes_per_second)
    try:
        resident = people.Resident("http://{}:{}".format(*line.address), scene.ledger, 17)
        resident.browser.patience = 120
        return resident.report_with_photo(picture + b"\0" * max(0, size - len(picture)))
    finally:
        line.stop()


@experiment(
    "F21",
    "a rolling restart of both web processes with a migration in between",
    "no failed request; the migration waits for locks two seconds at most",
    seconds=15,
    listed="one deploy",
)
def a_deploy_under_load(scene) -> list:
    ground = scene.ground
    for name in ("web1", "web2"):
        scene.wait(scene.seconds / 5)
        scene.services[name].stop()
        if name == "web1":
            ground.manage("migrate", "--noinput")
            _expand(ground)
        scene.services[name].start()
    scene.wait(scene.seconds / 5)
    ground.ask("ALTER TABLE requests_app_servicerequest DROP COLUMN IF EXISTS an_expansion")
    return [
        scene.no_errors("failed requests"),
        scene.p95("submit", 3),
    ]


def _expand(ground) -> None:
    """Add a nullable column with a short lock timeout, as an expanding migration does."""
    ground.ask(
        "SET lock_timeout = '2s'",
        "ALTER TABLE requests_app_servicerequest ADD COLUMN an_expansion integer NULL",
    )


@experiment(
    "F22",
    "SIGTERM of each web process and each worker in turn, a slow upload on its way",
    "what is in flight finishes within 30 s, nothing is lost",
    seconds=15,
    listed="one each",
    photos=0.3,
)
def everything_is_asked_to_end(scene) -> list:
    took = {}
    slow = threading.Thread(target=_report_slowly, args=(scene, 600_000, 100_000))
    slow.start()
    for name in (
        "web1",
        "worker_photos",
        "worker_messages",
        "worker_webhooks",
        "worker_rest",
        "web2",
    ):
        scene.wait(scene.seconds / 10)
        begun = time.monotonic()
        scene.services[name].stop()
        took[name] = time.monotonic() - begun
        scene.services[name].start()
    slow.join()
    slowest = max(took, key=took.__getitem__)
    return [
        at_most(f"time to end ({slowest})", took[slowest], 30),
        scene.no_errors("failed requests"),
    ]


@experiment(
    "F27",
    "300 clients that send their headers, their body, or read their answer a byte at a time",
    "others: p95 < 1 s",
    seconds=20,
    listed="through the proxy",
)
def slow_clients(scene) -> list:
    """Measure other clients while 300 slow ones are connected.

    100 of the slow clients request a page, which uses some CPU. Measuring begins after that.
    """
    nginx = scene.ground.nginx
    lines: list[tuple[int, socket.socket]] = []
    while len(lines) < 300:
        lines += [_slow_line(len(lines) + n, nginx) for n in range(30)]
        _go_on(lines, nginx)
    scene.wait(5)
    since, again = time.time(), 0
    while time.time() < since + scene.seconds:
        again += _go_on(lines, nginx)
    checks = [
        is_so("slow clients", f"{len(lines)}, thrown out and back {again} times", ok=True),
        scene.p95("list", 1, since),
        scene.p95("poll", 1, since),
        scene.no_errors("errors for others", since=since),
    ]
    for _kind, line in lines:
        line.close()
    return checks


def _go_on(lines, nginx) -> int:
    """Send or read one byte on each connection, and reconnect clients that the server cut off.

    Return the number of reconnected clients.
    """
    again = 0
    for number, (kind, line) in enumerate(lines):
        try:
            line.sendall(b"X") if kind < 2 else line.recv(1, socket.MSG_DONTWAIT)
        except BlockingIOError:
            continue
        except OSError:
            line.close()
            if kind < 2:
                lines[number] = _slow_line(kind, nginx)
                again += 1
    time.sleep(1)
    return again


def _slow_line(number, nginx) -> tuple[int, socket.socket]:
    kind = number % 3
    line = socket.create_connection(nginx, 5)
    line.sendall(_BEGINNINGS[kind])
    return kind, line


_BEGINNINGS = [
    b"GET /requests/ HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
    b"POST /report/words/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n",
    b"GET /requests/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
]
