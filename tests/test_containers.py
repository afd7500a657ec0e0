"""Tests for docker-compose.yml, the Dockerfile, .dockerignore and .env.example."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from lib.version import VERSION
from tools.embedded.valkey import USERS, rules_of
from tools.stack import application, cluster, pooler
from tools.stack.stack import VALKEY

ROOT = Path(__file__).resolve().parents[1]
COMPOSE = (ROOT / "docker-compose.yml").read_text()
SERVICES = yaml.safe_load(COMPOSE)["services"]
EXAMPLE = (ROOT / ".env.example").read_text()
BUCKET = (ROOT / "requests_app/management/commands/prepare_bucket.py").read_text()
WORKERS = ["worker-photos", "worker-messages", "worker-webhooks", "worker-rest"]
FIGURES = "nginx-figures"
OURS = ["web", *WORKERS, "beat", "migrate", "bucket"]
THEIRS = ["nginx", "postgres", "pgbouncer", "valkey", "seaweedfs"]
SECRETS = {
    "SECRET_KEY", "LINK_SECRET", "S3_SECRET_KEY", "S3_ADMIN_SECRET_KEY", "POSTGRES_PASSWORD",
    "VALKEY_CACHE_PASSWORD", "VALKEY_BROKER_PASSWORD", "VALKEY_KEEPER_PASSWORD",
}  # fmt: skip


def explained():
    """Return the values in .env.example by setting, including settings commented out."""
    return dict(re.findall(r"^#?([A-Z][A-Z0-9_]+)=(.*)$", EXAMPLE, re.MULTILINE))


def asked_for():
    """Return the names of all environment variables that the settings read."""
    settings = "".join(file.read_text() for file in (ROOT / "santa311").glob("settings*.py"))
    reader = "".join((ROOT / "lib" / name).read_text() for name in ("env.py", "push_keys.py"))
    together = re.findall(r"env\.read_all_or_none\(([^)]*)\)", settings)
    return {
        *re.findall(r'(?:env\.\w+|read_origins)\(\s*"([A-Z0-9_]+)"', settings),
        *re.findall(r'"([A-Z0-9_]+)"', " ".join(together)),
        *re.findall(r'\bread_text\(\s*"([A-Z0-9_]+)"', reader),
    }


def test_every_setting_is_explained_and_none_that_does_not_exist():
    elsewhere = set(re.findall(r'env\.read_text\(\s*"(S3_ADMIN_[A-Z_]+)"', BUCKET))
    only_for_compose = set(re.findall(r"\$\{([A-Z0-9_]+)", COMPOSE)) - asked_for() | elsewhere
    assert set(explained()) - only_for_compose == asked_for()


def test_every_setting_or_group_of_them_has_words_above_it():
    for paragraph in EXAMPLE.split("\n\n"):
        assert paragraph.startswith("# "), paragraph


def test_no_secret_is_given_away():
    assert not any(explained()[name] for name in SECRETS)


def test_every_variable_of_the_compose_file_is_in_the_example():
    assert set(re.findall(r"\$\{([A-Z0-9_]+)", COMPOSE)) <= set(explained())


def test_the_compose_file_is_whole():
    compose = yaml.safe_load(COMPOSE)
    assert {*OURS, *THEIRS, FIGURES} == set(SERVICES)
    for name, service in SERVICES.items():
        assert set(service.get("depends_on", {})) <= set(SERVICES), name
        for volume in service["volumes"]:
            if volume.startswith("./"):
                assert (ROOT / volume.split(":")[0]).exists(), volume
            elif not volume.startswith("$"):
                assert volume.split(":")[0] in compose["volumes"], name


def test_no_file_comes_from_what_compose_would_put_into_a_read_only_root():
    compose = yaml.safe_load(COMPOSE)
    assert not {"configs", "secrets"} & {*compose, *(key for s in compose["services"].values()
                                                     for key in s)}  # fmt: skip


def test_files_with_a_secret_are_made_where_nothing_stays():
    for name, path in {"pgbouncer": "/tmp/users.txt", "seaweedfs": "/tmp/s3.json"}.items():
        script = SERVICES[name]["entrypoint"][2]
        assert script.startswith("umask 077 && printf "), name
        assert f"> {path}" in script, name
        assert SERVICES[name]["tmpfs"] == "/tmp", name
    keys = json.loads(SERVICES["seaweedfs"]["environment"]["S3_IDENTITIES"])["identities"]
    assert {each["name"]: "Admin" in each["actions"] for each in keys} == {
        "santa311": False, "keeper": True,
    }  # fmt: skip


@pytest.mark.parametrize("name", [*OURS, *THEIRS, FIGURES])
def test_no_container_can_write_its_own_code_or_gain_rights(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_the_key_that_may_make_the_bucket_reaches_nobody_else():
    name = "S3_ADMIN_SECRET_KEY"
    given = {each: SERVICES[each]["environment"][name] for each in OURS}
    assert given.pop("bucket") == "${S3_ADMIN_SECRET_KEY:?}"
    assert set(given.values()) == {""}  # overrides the value of env_file


def test_a_part_of_others_gets_its_own_secrets_alone():
    """The application's containers share one `.env` (13.3.2 in docs/explanation/security.md)."""
    secrets = "PASSWORD|SECRET|ACCESS_KEY"
    given = {
        name: set(re.findall(rf"\$\{{(\w*(?:{secrets})\w*)", str(SERVICES[name]["environment"])))
        for name in (*THEIRS, FIGURES)
    }
    valkey = {f"VALKEY_{user.upper()}_PASSWORD" for user in USERS}
    s3 = {"S3_ACCESS_KEY", "S3_SECRET_KEY", "S3_ADMIN_SECRET_KEY"}
    password = {"POSTGRES_PASSWORD"}
    assert given == {"nginx": set(), FIGURES: set(), "postgres": password, "pgbouncer": password,
                     "valkey": valkey, "seaweedfs": s3}  # fmt: skip
    assert not [each for each in (*THEIRS, FIGURES) if "env_file" in SERVICES[each]]


def test_nginx_lists_no_folder():
    files = [path.read_text() for path in (ROOT / "deploy/nginx").glob("nginx*.template")]
    assert len(files) > 4
    assert not [text for text in files if "autoindex" in text]


def test_who_may_do_everything_in_valkey_is_nobody_of_ours():
    given = {SERVICES[each]["environment"]["VALKEY_KEEPER_PASSWORD"] for each in OURS}
    assert given == {""}  # overrides the value of env_file


def test_valkey_starts_with_the_same_users_in_a_container_as_here(tmp_path):
    told = SERVICES["valkey"]["environment"]
    values = {name: f"of-{name.lower()}" for name in told}
    script = (ROOT / "deploy/valkey" / "valkey.sh").read_text().replace("/tmp/", f"{tmp_path}/")
    (tmp_path / "valkey.sh").write_text(script.replace("exec ", "echo "))
    shutil.copy(ROOT / "deploy/valkey" / "valkey.acl", tmp_path)
    command = ["sh", tmp_path / "valkey.sh", "--save", ""]
    done = subprocess.run(
        command, env={**values, "PATH": os.environ["PATH"]}, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert done.stdout.startswith(f"valkey-server --aclfile {tmp_path}/users.acl --save")
    passwords = {user: values[f"VALKEY_{user.upper()}_PASSWORD"] for user in USERS}
    rules = tmp_path / "users.acl"
    assert rules.read_text() == rules_of(passwords, values["CACHE_PREFIX"], values["CELERY_QUEUE"])
    assert rules.stat().st_mode & 0o077 == 0


def test_what_counts_for_nginx_gets_no_secret_and_hears_nginx():
    assert "env_file" not in SERVICES[FIGURES]
    assert set(SERVICES[FIGURES]["environment"]) == {"PULSE_FILE"}
    (place,) = SERVICES[FIGURES]["volumes"]
    assert place in SERVICES["nginx"]["volumes"]
    socket = SERVICES["nginx"]["environment"]["NGINX_FIGURES"].split(",")[0]
    assert socket.removeprefix("syslog:server=") in SERVICES[FIGURES]["command"].split()


def test_every_image_is_pinned_by_its_version():
    images = [each["image"] for each in SERVICES.values() if "build" not in each]
    images += re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert len(images) == len(THEIRS) + 2
    for image in images:
        assert re.search(r":v?\d+\.\d+", image), image


def test_what_others_wait_for_says_whether_it_is_healthy():
    for name, service in SERVICES.items():
        for needed, how in service.get("depends_on", {}).items():
            if how["condition"] == "service_healthy" and needed != "web":  # its image has the check
                assert SERVICES[needed]["healthcheck"]["test"], (name, needed)


def test_every_container_that_goes_on_says_whether_it_is_healthy():
    for name in {*OURS, *THEIRS, FIGURES} - {"web", "migrate", "bucket"}:  # web: in its image
        assert SERVICES[name]["healthcheck"]["test"], name
    for name in (*WORKERS, "beat", FIGURES):
        assert SERVICES[name]["environment"]["PULSE_FILE"].startswith(f"{SERVICES[name]['tmpfs']}/")


def test_the_server_that_makes_the_first_tables_is_not_taken_for_the_one_that_stays():
    check = SERVICES["postgres"]["healthcheck"]["test"]
    assert "--host 127.0.0.1" in check  # the first server listens only on its Unix socket


def test_s3_has_a_way_for_browsers_which_is_this_machines_alone_unless_a_city_says_otherwise():
    assert SERVICES["seaweedfs"]["ports"] == ["${S3_PORT:-127.0.0.1:8333}:8333"]
    published = {name for name, service in SERVICES.items() if "ports" in service}
    assert published == {"nginx", "seaweedfs"}


def test_the_page_says_which_secrets_cannot_be_files_with_compose():
    page = (ROOT / "docs" / "howto" / "install.md").read_text()
    said = re.search(r"finds in `\.env` alone:\n(.+?)\. ", page, re.DOTALL)[1]
    assert set(re.findall(r"`(\w+)`", said)) == set(re.findall(r"\$\{(\w+):\?", COMPOSE))


@pytest.mark.stack
def test_compose_takes_the_file_and_misses_a_secret_that_is_not_set(tmp_path):
    program = shutil.which("docker-compose")
    if not program:
        assert not os.environ.get("CI"), "docker-compose is missing"
        pytest.skip("docker-compose is not here: apt-get install docker-compose")
    shutil.copytree(ROOT / "deploy", tmp_path / "deploy")
    (tmp_path / "docker-compose.yml").write_text(COMPOSE)
    lines = [f"{line}x" if line.rstrip("=") in SECRETS else line for line in EXAMPLE.split("\n")]

    def said():
        (tmp_path / ".env").write_text("\n".join(lines))
        command = [program, "--project-directory", tmp_path, "config", "--quiet"]
        done = subprocess.run(
            command, cwd=tmp_path, env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stderr

    assert said() == (0, "")
    lines.remove("S3_ADMIN_SECRET_KEY=x")
    code, words = said()
    assert code != 0
    assert "S3_ADMIN_SECRET_KEY" in words


def test_the_stack_of_plain_processes_starts_the_same_programs_with_the_same_options():
    stages = (ROOT / "Dockerfile").read_text().replace("\\\n", "")
    command = json.loads(re.search(r"^CMD (\[.*\])$", stages, re.MULTILINE)[1])
    assert [each for each in command if each not in {"--host", "0.0.0.0", "--port", "8000"}] == [
        "granian", *application.WEB, "santa311.wsgi:application",
    ]  # fmt: skip
    for name, options in application.WORKERS.items():
        in_compose = SERVICES[name.replace("_", "-")]["command"].split()
        wanted = [part.replace("QUEUE", "${CELERY_QUEUE:-santa311}") for part in options]
        assert in_compose[4:] == [*wanted, *application.QUIET], name
    assert SERVICES["valkey"]["command"].split()[-4:] == VALKEY
    assert pooler.LIMITS in (ROOT / "deploy/pgbouncer" / "pgbouncer.compose.ini").read_text()
    patroni = yaml.safe_load((cluster.DEPLOY / "patroni" / "patroni.yml").read_text())
    settings = patroni["bootstrap"]["dcs"]["postgresql"]["parameters"]
    discreet = {f"{n}={value}" for n, value in settings.items() if n.startswith("log_")}
    assert discreet <= set(SERVICES["postgres"]["command"])


def test_the_image_runs_as_nobody_in_particular_and_from_the_lock():
    stages = (ROOT / "Dockerfile").read_text().split("\nFROM ")
    assert "--require-hashes" in stages[0]
    assert "\nARG LOCK=production\nCOPY requirements/${LOCK}.lock requirements.txt" in stages[0]
    assert stages[-1].index("USER app") < stages[-1].index("\nCMD ")


def test_a_change_of_the_code_sends_the_code_alone():
    last = (ROOT / "Dockerfile").read_text().split("\nFROM ")[-1]
    packages, code = last.index("COPY --from=packages"), last.index("COPY . /app")
    assert packages < code
    assert "/venv/lib" not in last[code:]
    assert last.index("ARG VERSION") > last.index("\nCMD ")  # a different value at each build
    assert f"ARG VERSION={VERSION} " in last


def test_the_image_gets_what_runs_and_not_what_tests():
    wanted = set(re.findall(r"^!(\S+)", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    apps = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "tools"}
    assert apps <= wanted
    assert {name for name in wanted if name.startswith("tools")} == {
        "tools/__init__.py",
        "tools/demo",
    }
    assert not wanted & {"tests", "node_modules", ".env", ".git"}
