"""Tests that the Ansible playbook protects secrets and recovers from an interrupted run."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.test_containers import explained

PLAYBOOK = Path(__file__).resolve().parents[1] / "deploy/ansible"
APPLICATION = PLAYBOOK / "roles/application"
ROLES = sorted(each.name for each in (PLAYBOOK / "roles").iterdir())
# Settings that are not secret, although their names match the pattern for secrets.
PUBLIC = {"S3_ACCESS_KEY", "S3_ADMIN_ACCESS_KEY"}
# Secrets that only docker-compose.yml and `prepare_bucket` read.
NOT_READ = {
    "POSTGRES_PASSWORD", "VALKEY_CACHE_PASSWORD", "VALKEY_BROKER_PASSWORD",
    "VALKEY_KEEPER_PASSWORD", "S3_ADMIN_SECRET_KEY",
}  # fmt: skip


def list_tasks(role: str) -> Iterator[dict[str, Any]]:
    """Yield the tasks of a role, including the tasks inside blocks."""
    for path in sorted((PLAYBOOK / "roles" / role / "tasks").glob("*.yml")):
        for task in yaml.safe_load(path.read_text()):
            yield from task.get("block", [task])


def test_settings_that_are_secret_are_credentials():
    told = yaml.safe_load((APPLICATION / "vars/main.yml").read_text())
    known = re.compile(told["secret_names"])
    sounding = re.compile(
        r"SECRET|PASSWORD|TOKEN|_KEY|DSN|^(DATABASE|REDIS|QUEUE|EMAIL|IMAP)_.*URL"
    )
    wanted = {name for name in explained() if sounding.search(name)} - PUBLIC - NOT_READ
    assert wanted >= set(told["own_credentials"])
    assert {name for name in wanted if not known.match(name)} <= set(told["own_credentials"])


def test_only_root_reads_what_the_playbook_writes_of_secrets():
    settings = (APPLICATION / "templates/environment.j2").read_text()
    assert not re.search(r"secrets\.|secret_key", settings)
    for task in (task for role in ROLES for task in list_tasks(role)):
        words = yaml.safe_dump(task)
        if "ansible.builtin.copy" in task and re.search(r"secrets[.[]", words):
            assert task.get("no_log"), task["name"]


def test_manage_has_the_settings_of_the_units(tmp_path):
    """A value in the environment file takes precedence over a credential, as with systemd."""
    text = (APPLICATION / "files/santa311-manage").read_text().replace("/etc/", f"{tmp_path}/")
    (tmp_path / "credstore").mkdir()
    (tmp_path / "credstore/santa311.SECRET_KEY").write_text("a 'key' of $HOME")
    (tmp_path / "credstore/santa311.LINK_SECRET").write_text("an old one")
    (tmp_path / "santa311").mkdir()
    (tmp_path / "santa311/environment").write_text("LINK_SECRET=a_new_one\n")
    runuser = tmp_path / "runuser"
    runuser.write_text('#!/bin/sh\npwd\necho "$SECRET_KEY|$LINK_SECRET|$S3_ADMIN|$*"\n')
    runuser.chmod(0o755)
    environment = {
        "PATH": f"{tmp_path}:{os.environ['PATH']}", "S3_ADMIN": "given",
        "SANTA311_FOLDER": str(tmp_path),
    }  # fmt: skip
    done = subprocess.run(
        ["sh", "-c", text, "santa311-manage", "check"],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    as_application = "--user santa311 --preserve-environment -- .venv/bin/python manage.py check"
    words = f"a 'key' of $HOME|a_new_one|given|{as_application}"
    assert done.stdout.splitlines() == [str(tmp_path), words]


@pytest.mark.parametrize("role", ROLES)
def test_what_a_changed_file_starts_anew_is_so_after_a_run_that_was_broken_off(role):
    for task in list_tasks(role):
        if " is changed" in yaml.safe_dump(task, width=1000):
            assert "was_broken_off" in yaml.safe_dump(task), task["name"]
    folder = PLAYBOOK / "roles" / role
    if (folder / "handlers").exists():
        assert any("was_broken_off" in path.read_text() for path in folder.rglob("*.yml"))
