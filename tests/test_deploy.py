"""Tests for the files that run the system without containers: systemd, logrotate and nginx.

They must be valid, and start the same processes as the stack (tools/stack).
"""

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.test_containers import COMPOSE, EXAMPLE, explained
from tools.stack import application

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
UNITS = DEPLOY / "systemd"
SINGLE, TARGET = sorted(UNITS.glob("*.target"))
SERVICES = sorted(UNITS.glob("*.service"))
TIMERS = sorted(UNITS.glob("*.timer"))
TIMED = [each.with_suffix(".service") for each in TIMERS]


def program(name: str, package: str) -> str:
    """Return the path of a system program. If it is missing, skip the test, or fail in CI.

    Such a test is marked `stack`, because `./run test` needs only the programs from wheels.
    """
    path = os.pathsep.join([os.environ["PATH"], "/usr/sbin"])
    found = shutil.which(name, path=path)
    if not found:
        assert not os.environ.get("CI"), f"{name} is missing"
        pytest.skip(f"{name} is not here: apt-get install {package}")
    return found


def run(*command, **environment):
    return subprocess.run(
        [str(part) for part in command],
        env={**os.environ, **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture
def units(tmp_path):
    """Return a folder with the systemd units, changed to use this checkout and its programs."""
    target = tmp_path / "units"
    shutil.copytree(UNITS, target)
    for path in target.rglob("*.*"):
        if path.is_file():
            text = path.read_text().replace(
                "/opt/santa311/.venv/bin", str(Path(sys.executable).parent)
            )
            path.write_text(text.replace("/opt/santa311", str(ROOT)))
    return target


@pytest.mark.stack
def test_systemd_takes_every_unit(units):
    analyze = program("systemd-analyze", "systemd")
    program("nginx", "nginx-light")  # systemd checks that a unit's program exists
    instances = [each.name.removesuffix(".service.d") for each in units.glob("*.service.d")]
    whole = [each.name for each in SERVICES if "@" not in each.name]
    targets = [TARGET.name, SINGLE.name, *(each.name for each in TIMERS)]
    names = [*whole, *(f"{each}.service" for each in instances), *targets]
    assert len(instances) == len(application.WORKERS)
    done = run(analyze, "verify", "--man=no", "--recursive-errors=no",
               *(units / name for name in names), SYSTEMD_UNIT_PATH=f"{units}:")  # fmt: skip
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.stack
def test_a_unit_that_is_broken_would_be_seen(units):
    analyze = program("systemd-analyze", "systemd")
    path = units / "santa311-beat.service"
    path.write_text(path.read_text().replace("Restart=always", "Restart=perhaps"))
    done = run(analyze, "verify", "--man=no", path, SYSTEMD_UNIT_PATH=f"{units}:")
    assert "perhaps" in done.stderr


def started_by(name) -> list[str]:
    """Return the command of a unit's only ExecStart line as a list of words."""
    text = (UNITS / name).read_text().replace("\\\n", " ")
    (line,) = re.findall(r"^ExecStart=(.*)$", text, re.MULTILINE)
    return line.split()


def test_the_units_start_what_the_stack_starts():
    """The web service has two processes, and each worker has its queue."""
    wanted = " ".join(application.WEB).replace("--workers 1", "--workers 2")
    assert wanted in " ".join(started_by("santa311-web.service"))
    worker = started_by("santa311-worker@.service")
    assert worker[-len(application.QUIET) :] == application.QUIET
    for name, options in application.WORKERS.items():
        instance = name.removeprefix("worker_")
        told = (UNITS / f"santa311-worker@{instance}.service.d" / "queue.conf").read_text()
        assert f'WORKER={" ".join(options).replace("QUEUE", "santa311")}"' in told


def _list_wanted(target: Path) -> set[str]:
    lines = re.findall(r"^Wants=(.+)$", target.read_text(), re.MULTILINE)
    return set(" ".join(lines).split())


def test_each_service_is_started_by_one_target_but_what_an_upgrade_or_a_timer_starts():
    instances = {each.name.removesuffix(".d") for each in UNITS.glob("*.service.d")}
    whole = {each.name for each in SERVICES if "@" not in each.name}
    by_others = {"santa311-migrate.service", *(each.name for each in TIMED)}
    assert _list_wanted(SINGLE) == {*(each.name for each in TIMERS), "valkey-server.service"}
    assert _list_wanted(TARGET) == instances | whole - by_others


@pytest.mark.parametrize("timer", TIMERS, ids=lambda path: path.name)
def test_a_timer_ends_with_the_target_of_one_machine(timer):
    assert f"PartOf={SINGLE.name}\n" in timer.read_text()


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_no_service_can_gain_rights_or_write_where_it_need_not(path):
    text = path.read_text()
    strict = "full" if path in TIMED else "strict"  # these write to folders that the city chooses
    for line in ("NoNewPrivileges=yes", f"ProtectSystem={strict}", "ProtectHome=yes"):
        assert line in text
    if path in TIMED:  # these read PostgreSQL's archive or call Docker
        assert "CapabilityBoundingSet=CAP_DAC_OVERRIDE\n" in text
    elif "nginx.service" not in path.name:  # nginx opens port 80 as root, then changes its user
        assert "User=santa311" in text
        assert "CapabilityBoundingSet=\n" in text


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_what_reads_settings_gets_the_credentials(path):
    text = path.read_text()
    reads_settings = "EnvironmentFile=/etc/santa311/environment\n" in text
    assert ("ImportCredential=santa311.*\n" in text) == reads_settings


def test_the_migration_does_what_composes_does():
    """The migration service runs the commands of the Compose service `migrate`.

    Compose copies the static files from the image; the unit runs collectstatic instead.
    """
    collect = "python manage.py collectstatic --no-input --verbosity 0"
    compose = yaml.safe_load(COMPOSE)["services"]["migrate"]["command"]
    compose = re.sub(r"cp .+/app/collected/\. /static", collect, compose)
    steps = re.findall(r"manage\.py ([^&\"]+?) *(?:&&|\"|$)", compose)
    text = (UNITS / "santa311-migrate.service").read_text()
    assert re.findall(r"^ExecStart=\S+ manage\.py (.+)$", text, re.MULTILINE) == steps


@pytest.mark.parametrize("is_uncommented", [False, True], ids=["as shipped", "all of it"])
def test_a_shell_reads_the_file_of_settings(tmp_path, is_uncommented):
    """A shell can read .env.example, as `santa311-manage` in deploy/ansible does.

    The values are those that Compose and systemd read, without surrounding quotes.
    """
    text = (
        re.sub(r"^#([A-Z][A-Z0-9_]+=)", r"\1", EXAMPLE, flags=re.M) if is_uncommented else EXAMPLE
    )
    (tmp_path / "environment").write_text(text)
    script = f"set -a; . {tmp_path}/environment; set +a; env -0"
    done = subprocess.run(
        ["sh", "-eu", "-c", script], env={"PATH": os.environ["PATH"]}, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    read = dict(line.split("=", 1) for line in done.stdout.split("\0") if line)
    wanted = re.findall(r"^([A-Z][A-Z0-9_]+)=(.*)$", text, re.MULTILINE)
    assert wanted
    if is_uncommented:
        assert {name for name, _value in wanted} == set(explained())
    for name, value in wanted:
        assert read[name] == re.sub(r"^'(.*)'$", r"\1", value)


@pytest.mark.stack
def test_logrotate_puts_the_access_log_away_and_tells_nginx(tmp_path):
    logrotate = program("logrotate", "logrotate")
    (tmp_path / "access.log").write_text("a line")
    with subprocess.Popen(["sleep", "60"]) as nginx:
        (tmp_path / "nginx.pid").write_text(str(nginx.pid))
        text = (DEPLOY / "logrotate" / "santa311").read_text()
        for place in ("/var/log/santa311", "/run/santa311-nginx"):
            text = text.replace(place, str(tmp_path))
        rules = tmp_path / "rules"
        rules.write_text(text.replace("create 0640 www-data adm", "create 0640"))
        rules.chmod(0o644)
        done = run(logrotate, "--force", "--state", tmp_path / "state", rules)
        assert done.returncode == 0, done.stderr
        assert nginx.wait(timeout=30) == -signal.SIGUSR1
    assert (tmp_path / "access.log.1").read_text() == "a line"
    assert (tmp_path / "access.log").read_text() == ""


def test_what_containers_write_is_limited():
    services = yaml.safe_load(COMPOSE)["services"]
    for name, service in services.items():
        options = service["logging"]["options"]
        assert (options["max-size"], options["max-file"]) == ("50m", "4"), name


@pytest.mark.stack
def test_nginx_takes_the_files_that_are_filled_in_for_it(tmp_path):
    """Fill in the templates as in an installation, with folders and a port of this test."""
    nginx = program("nginx", "nginx-light")
    program("envsubst", "gettext-base")
    text = (DEPLOY / "nginx" / "nginx.environment").read_text()
    told = dict(re.findall(r"^(NGINX_\w+)=(.*)$", text, re.MULTILINE))
    asked = {
        name
        for template in (ROOT / "deploy/nginx").glob("nginx*.template")
        for name in re.findall(r"\$\{(NGINX_\w+)\}", template.read_text())
    }
    assert set(told) == asked
    changed = {
        "NGINX_CONF": tmp_path / "conf", "NGINX_RUN": tmp_path, "NGINX_SCHEME": "http",
        "NGINX_ACCESS_LOG": tmp_path / "access.log", "NGINX_PORT": "127.0.0.1:1",
    }  # fmt: skip
    for name, value in changed.items():
        text = re.sub(rf"^{name}=.*$", f"{name}={value}", text, flags=re.MULTILINE)
    (tmp_path / "environment").write_text(text)
    filled = run(DEPLOY / "fill_nginx", tmp_path / "environment")
    assert filled.returncode == 0, filled.stderr
    conf = (tmp_path / "conf" / "nginx.conf").read_text()
    assert not re.search(r"\$\{NGINX_[A-Z]", conf)
    assert "server 127.0.0.1:8000 max_fails=0;" in conf
    assert "X-Forwarded-Proto $scheme;" in conf
    done = run(nginx, "-t", "-c", tmp_path / "conf" / "nginx.conf", "-e", "stderr")
    assert "syntax is ok" in done.stderr, done.stderr
