"""Tests for ./run containers without a container engine: plan, files and output."""

import re

import pytest
import yaml

from tools.bench.containers import __main__ as run
from tools.bench.containers import backup, images
from tools.bench.containers.engine import Engine, EngineFailed
from tools.bench.containers.project import APPLICATION, Project, blanks, filled_in
from tools.bench.containers.trial import KILLED, STEPS

EXAMPLE = (images.ROOT / ".env.example").read_text()
SERVICES = yaml.safe_load((images.ROOT / "docker-compose.yml").read_text())["services"]


def test_the_plan_builds_first_and_names_each_step_once(capsys):
    assert [step.name for step in STEPS] == [
        "build", "start", "use", "look inside", "restart", "kill", "restore", "upgrade",
    ]  # fmt: skip
    run.sys.argv, before = ["./run containers", "--list"], run.sys.argv
    try:
        run.main()
    finally:
        run.sys.argv = before
    assert len(capsys.readouterr().out.splitlines()) == len(STEPS)


def test_what_is_killed_and_replaced_is_in_the_compose_file():
    ours = {name for name, service in SERVICES.items() if "build" in service}
    assert set(APPLICATION) == ours - {"migrate", "bucket"}
    assert set(KILLED) <= set(SERVICES)


def test_every_image_of_others_has_a_stand_in():
    stages = (images.STAND_INS / "Dockerfile").read_text()
    stages = set(re.findall(r"^FROM \S+ AS (\S+)$", stages, re.MULTILINE))
    assert set(images.list_foreign_images()) <= stages | {"python"}


def test_a_project_is_the_example_filled_in_with_secrets_that_are_new(tmp_path):
    first = Project(None, "one", tmp_path, {"WEB_PORT": "127.0.0.1:1"})
    second = Project(None, "two", tmp_path, {"WEB_PORT": "127.0.0.1:2"})
    for name in blanks(EXAMPLE):
        assert len(first.values[name]) >= 50
        assert first.values[name] != second.values[name]
    settings = (first.folder / ".env").read_text()
    assert "\nWEB_PORT=127.0.0.1:1\n" in settings
    assert not blanks(settings)
    assert (first.folder / ".env").stat().st_mode & 0o77 == 0
    assert (first.folder / "deploy" / "nginx" / "nginx.conf.template").exists()


def test_a_restored_project_has_the_secrets_of_the_old_one(tmp_path):
    old = Project(None, "one", tmp_path, {})
    new = Project(None, "two", tmp_path, old.values | {"BASE_URL": "http://127.0.0.1:2"})
    assert {name: new.values[name] for name in blanks(EXAMPLE)} == old.values


def test_only_settings_that_the_example_explains_can_be_filled_in():
    assert "\nWEB_PORT=1\n" in filled_in(EXAMPLE, {"WEB_PORT": "1"})
    with pytest.raises(KeyError):
        filled_in(EXAMPLE, {"WEB_PROT": "1"})


def test_a_row_that_is_missing_or_another_after_a_restore_is_found():
    rows = ["COPY t FROM stdin;", "1\ta", "2\tb", "2\tb"]
    assert backup.differences(rows, list(rows)) == []
    assert backup.differences(rows, rows[:-1]) == ["2\tb"]
    assert backup.differences(rows, ["COPY t FROM stdin;", "1\tA", *rows[2:]]) == ["1\ta", "1\tA"]
    assert len(backup.differences(rows, [])) == 3  # nothing was restored


def test_the_last_line_says_which_images_were_tried():
    everything = images.list_foreign_images()
    assert "Stand-ins" not in run.format_tried_images([])
    assert "Official" not in run.format_tried_images(list(everything))
    said = run.format_tried_images(["nginx"])
    official, replaced = said.split("Stand-ins instead of")
    assert everything["nginx"] in replaced
    assert everything["postgres"] in official


def test_where_there_is_no_docker_it_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineFailed, match="apt-get install docker"):
        Engine(tmp_path).start()
    with pytest.raises(EngineFailed, match="apt-get install docker"):
        Engine(tmp_path, own=True).start()


def test_pips_own_files_are_mounted_where_they_are_and_only_those(monkeypatch, tmp_path):
    certificate = tmp_path / "certificate.pem"
    certificate.write_text("x")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PIP_CERT", str(certificate))
    found = images.find_pip_secrets()
    assert found["certificates"] == certificate
    assert "pip_user" not in found
    dockerfile = (images.ROOT / "Dockerfile").read_text()
    for name in ("pip", "pip_user", "certificates"):
        assert f"--mount=type=secret,id={name},target=" in dockerfile
