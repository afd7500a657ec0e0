"""Tests for the resource limits of the photo sandbox: a bad photo fails without harming others."""

import os
import signal
import subprocess
import sys
import threading
import time

import psutil
import pytest
from PIL import Image

from lib.sandbox import parent
from requests_app.photos import processing
from tests.pictures import street, written


def test_a_picture_that_needs_too_much_memory_fails_alone():
    data = written(street(6000, 4000), "PNG", compress_level=1)
    with pytest.raises(processing.UnreadableFile) as unreadable:
        processing.make_sizes_isolated(data, megabytes=120)
    assert unreadable.value.code == "too_heavy"
    assert not unreadable.value.is_temporary
    assert processing.check_photo(data).width == 6000


def test_a_picture_that_takes_too_long_fails_alone():
    data = written(street(6000, 4000), "PNG", compress_level=1)
    with pytest.raises(processing.UnreadableFile) as unreadable:
        processing.make_sizes_isolated(data, seconds=0.05)
    assert (unreadable.value.code, unreadable.value.is_temporary) == ("busy", True)


def test_a_decoder_that_crashes_takes_nobody_along():
    data = written(street(6000, 4000), "PNG", compress_level=1)
    assassin = threading.Thread(target=_crash_a_child)
    assassin.start()
    with pytest.raises(processing.UnreadableFile) as unreadable:
        processing.make_sizes_isolated(data)
    assassin.join()
    assert (unreadable.value.code, unreadable.value.is_temporary) == ("died", True)
    assert str(-signal.SIGSEGV) in unreadable.value.detail


def _crash_a_child():
    """Wait for the sandbox child of this process, and kill it with SIGSEGV."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        for process in psutil.Process().children():
            if "requests_app.photos.sandbox" in process.cmdline():
                os.kill(process.pid, signal.SIGSEGV)
                return
        time.sleep(0.005)


def test_a_machine_that_starts_no_process_is_busy_and_the_picture_is_not_blamed(monkeypatch):
    monkeypatch.setattr(parent, "COMMAND", ("/nowhere/python",))
    with pytest.raises(processing.PhotoRefused) as refused:
        processing.check_photo(written(street(600, 400)))
    assert refused.value.code == "busy"


def test_where_less_memory_is_allowed_than_a_picture_may_use_it_is_opened_with_that(tmp_path):
    path = tmp_path / "street.jpg"
    path.write_bytes(written(street(600, 400)))
    less = (processing.MAX_MEGABYTES - 512) * 2**20
    code = (
        "import pathlib, resource, sys; from requests_app.photos import processing; "
        f"resource.setrlimit(resource.RLIMIT_AS, ({less}, {less})); "
        "print(processing.check_photo(pathlib.Path(sys.argv[1]).read_bytes()).width)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, path],
        capture_output=True, text=True, check=True, cwd=parent.REPOSITORY,
    )  # fmt: skip
    assert told.stdout == "600\n"


SANDBOX = "requests_app.photos.sandbox"


LOOK = f"""
import sys
from {SANDBOX} import __main__
__main__.JOBS[sys.argv[1]](sys.stdin.buffer.read(), {{"redactions": []}})
print(*sys.modules)
"""


@pytest.mark.parametrize("job", ["inspect", "make_sizes"])
def test_the_sandbox_works_without_django_and_without_what_other_kinds_need(job):
    told = subprocess.run(
        [sys.executable, "-c", LOOK, job],
        input=written(street(320, 240)), capture_output=True, check=True, cwd=parent.REPOSITORY,
    )  # fmt: skip
    loaded = told.stdout.decode().split()
    assert "PIL" in loaded
    assert not {"django", "pillow_heif", "PIL.AvifImagePlugin"}.intersection(loaded)


def test_the_web_process_decodes_no_crews_photo(monkeypatch):
    def refuse(*_given, **_named):
        raise AssertionError("a decoder was asked")

    data = written(street(320, 240))
    monkeypatch.setattr(Image, "_getdecoder", refuse)
    monkeypatch.setattr(parent, "COMMAND", ("/nowhere/python",))
    checked = processing.check_photo(data, is_decoded=False)
    assert (checked.format, checked.width, checked.height) == ("JPEG", 320, 240)


def test_the_web_process_imports_nothing_that_opens_pictures():
    told = subprocess.run(
        [sys.executable, "-c", "import sys, requests_app.photos.processing; print(*sys.modules)"],
        capture_output=True, text=True, check=True, cwd=parent.REPOSITORY,
    )  # fmt: skip
    assert "django" in told.stdout.split()
    assert "PIL" not in told.stdout.split()


def test_more_photos_than_processors_wait_for_each_other():
    data, results = written(street(600, 400)), []
    threads = [
        threading.Thread(target=lambda: results.append(processing.check_photo(data)))
        for _turn in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 8
    assert len(set(results)) == 1
