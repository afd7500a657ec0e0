"""F11–F13, F15: the bucket and the processing of photos."""

import io
import resource
import time

import psutil
from PIL import Image

from tools.bench.faults import people
from tools.bench.faults.checks import at_least, at_most, is_so, none_of
from tools.bench.faults.experiment import NotRun, experiment


@experiment(
    "F11",
    "S3 stopped before anybody uploads, started again",
    "a photo is kept or its sender is told at once; submit p95 ≤ 3 s",
    seconds=25,
    listed="once",
    photos=0.4,
)
def the_bucket_is_away(scene) -> list:
    scene.services["s3"].kill()
    since = time.time()
    scene.wait()
    until = time.time()
    scene.services["s3"].start()
    sent = scene.ledger.between(since, until, "photo")
    unclear = [f"{a.status}" for a in sent if a.status not in {201, 503}]
    return [
        at_least("photos sent meanwhile", len(sent), 10),
        none_of("photos neither kept nor refused with a word", unclear, len(sent)),
        scene.p95("submit", 3, since, until),
        scene.p95("photo", 3, since, until),
        scene.longest(10, since, until),
        at_most("until every kept photo has its sizes", scene.ground.catch_up(200), 200),
    ]


@experiment(
    "F12",
    "the line to S3 cut after 200 kB, hung, and slowed to 20 kB/s, and S3 answering 500 and 503 "
    "SlowDown, in turn",
    "no half object to be seen; made by another try; no orphans",
    seconds=45,
    listed="each",
    photos=0.4,
)
def the_line_to_the_bucket_fails(scene) -> list:
    line = scene.lines["s3"]
    sent = [_send_large(scene, number) for number in range(2)]
    for mode, amount in TROUBLES:
        line.set(mode, amount)
        line.cut_all()  # otherwise an open connection would not notice
        sent.append(_send_large(scene, len(sent)))
        scene.wait(scene.seconds / len(TROUBLES))
        line.set("pass")
        line.cut_all()
        scene.wait(1)
    answers = sorted({str(a.status_code) for a in sent})
    return [
        is_so("large photos answered", ", ".join(answers), set(answers) <= {"201", "503"}),
        scene.longest(10),
        at_most("until every kept photo has its sizes", scene.ground.catch_up(200), 200),
        none_of("public sizes that are not whole pictures", scene.ground.broken_pictures()),
    ]


def _says(status, code) -> bytes:
    body = f'<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code></Error>'
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/xml\r\nContent-Length: {len(body)}\r\n"
    return f"{head}Connection: close\r\n\r\n{body}".encode()


TROUBLES = [
    ("cut", 200_000),
    ("blackhole", 0),
    ("throttle", 20_000),
    ("answer", _says("500 Internal Server Error", "InternalError")),
    ("answer", _says("503 Slow Down", "SlowDown")),
]


def _send_large(scene, number):
    resident = people.Resident(scene.ground.address, scene.ledger, 1200 + number)
    return resident.report_with_photo(people.make_picture(12 + number, 2400, 1800))[1]


@experiment(
    "F13",
    "an original and its public sizes deleted from the bucket behind the application's back",
    "the page is there, the picture is a placeholder or a 404, never a 500",
    seconds=5,
    listed="once",
    photos=0.4,
)
def an_object_vanishes(scene):
    scene.wait()
    scene.ground.catch_up(90)
    found = scene.ground.a_ready_photo()
    if found is None:
        return [is_so("a photo was ready", "none", ok=False)]
    names = scene.ground.delete_objects(found)
    page = scene.refusal(path=f"/requests/{found.reference}/")
    pictures = [scene.refusal(path=found.url(size))[0] for size in (320, 960, 1920)]
    said = scene.ground.check_photos()
    scene.ground.forget_photo(found)
    return [
        at_least("objects deleted", len(names), 1),
        is_so("the page of the request", page[0], page[0] == 200),
        is_so("its pictures", pictures, all(status in {200, 302, 404, 410} for status in pictures)),
        is_so("check_photos notices", said.measured, not said.ok),
    ]


@experiment(
    "F15",
    "a 64-megapixel picture while the photos' worker may use 700 MB of addresses (prlimit)",
    "only that one fails and is marked; the worker goes on with the next",
    seconds=5,
    listed="40–170 MP",
)
def a_picture_needs_too_much_memory(scene):
    if not hasattr(resource, "prlimit"):
        raise NotRun("prlimit is Linux'")
    heavy = _keep(scene, _flat(8000, 8000))
    before = scene.until(lambda: scene.ground.photo_state(heavy) == "ready", 60, 0.5)
    _limit(scene.services["worker_photos"], 700)
    heavy_too = _keep(scene, _flat(8000, 7990))
    light = _keep(scene, people.make_picture(15))
    took = scene.until(lambda: scene.ground.photo_state(light) == "ready", 120, 0.5)
    settled = scene.until(lambda: scene.ground.photo_state(heavy_too) != "waiting", 200, 0.5)
    state = scene.ground.photo_state(heavy_too)
    alive = scene.services["worker_photos"].alive
    scene.services["worker_photos"].stop()  # the limit ends with the process
    scene.services["worker_photos"].start()
    return [
        at_most("without the limit, until it is ready", before, 60),
        at_most("until the next one is ready", took, 120),
        is_so("the heavy one", f"{state} after {settled or 200:.0f} s",
              state == "unreadable"),
        is_so("the worker", "alive" if alive else "dead", alive),
    ]  # fmt: skip


def _keep(scene, picture) -> str:
    resident = people.Resident(scene.ground.address, scene.ledger, 15)
    return resident.report_with_photo(picture)[0].key


def _flat(width, height) -> bytes:
    """Return a small WebP file with so many pixels that its decoder needs more than a gigabyte."""
    held = io.BytesIO()
    Image.new("RGB", (width, height), (90, 110, 130)).save(
        held, "WEBP", lossless=True, quality=0, method=0
    )
    return held.getvalue()


def _limit(service, megabytes) -> None:
    """Set a hard memory limit for a worker and its children, which a sandbox cannot raise."""
    parent = psutil.Process(service.child.pid)
    size = megabytes * 2**20
    for process in [parent, *parent.children(recursive=True)]:
        try:
            resource.prlimit(process.pid, resource.RLIMIT_AS, (size, size))
        except ProcessLookupError:
            continue  # this sandbox has finished
        except PermissionError as error:
            raise NotRun(f"no limit may be set for another process here: {error}") from error
