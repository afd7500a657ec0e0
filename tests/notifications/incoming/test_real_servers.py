"""Tests for replies that arrive by Dovecot's IMAP over TLS, and by a pipe from Postfix."""

import os
import shlex
import shutil
import smtplib
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as project

from lib import imap
from notifications.incoming import applying, fetching
from notifications.models import IncomingMail
from tests.notifications.incoming import mails
from tests.worker import environment
from tools.bench.waiting import wait_for
from tools.embedded import Child
from tools.stack import ports

pytestmark = [pytest.mark.stack, pytest.mark.django_db(transaction=True)]

DOVECOT = """
dovecot_config_version = 2.4.1
dovecot_storage_version = 2.4.1
protocols = imap
base_dir = {folder}/run
log_path = {folder}/dovecot.log
listen = 127.0.0.1
first_valid_uid = 1
first_valid_gid = 1
mail_driver = maildir
mail_path = {folder}/mail
ssl_server_cert_file = {folder}/cert.pem
ssl_server_key_file = {folder}/key.pem
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
passdb static {{
  password = pass word
}}
userdb static {{
  fields {{
    uid = nobody
    gid = nogroup
    home = {folder}
  }}
}}
namespace inbox {{
  inbox = yes
}}
"""
POSTFIX = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = {server}
mydestination =
mynetworks = 127.0.0.0/8
relay_domains = {domain}
transport_maps = inline:{{ {domain}=santa311: }}
alias_maps =
smtpd_relay_restrictions = permit_mynetworks, reject
minimal_backoff_time = 2s
queue_run_delay = 2s
"""
SERVICES = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 2 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
santa311 unix - n n - 4 pipe
  flags=ORq user=nobody argv={folder}/receive
"""


def need(program) -> None:
    """Skip the test unless it runs as root and Debian's `program` is installed; in CI, fail."""
    if os.geteuid() == 0 and shutil.which(program):
        return
    assert not os.environ.get("CI"), f"CI needs {program}, as root"
    pytest.skip(f"needs {program}, as root")


def run_as_nobody(*command) -> int:
    who = {"user": 65534, "group": 65534, "extra_groups": []}
    return subprocess.run(command, check=False, capture_output=True, **who).returncode


def test_a_reply_is_fetched_from_dovecot(folder, settings, monkeypatch):
    need("dovecot")
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    key, certificate = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject,
         "-keyout", key, "-out", certificate], check=True, capture_output=True,
    )  # fmt: skip
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    for name in ("new", "cur", "tmp"):
        (folder / "mail" / name).mkdir(parents=True)
    asked = mails.asked()
    (folder / "mail" / "new" / "1.a").write_bytes(mails.gmail(asked, "North."))
    for path in [folder / "mail", *(folder / "mail").rglob("*")]:
        os.chown(path, 65534, 65534)
    port = ports.free(["imap"])["imap"]
    config = folder / "dovecot.conf"
    config.write_text(DOVECOT.format(folder=folder, port=port))
    settings.IMAP_URL = f"imaps://reply:pass%20word@localhost:{port}/INBOX"
    log = folder / "start.log"
    dovecot = Child("Dovecot", ["dovecot", "-F", "-c", config], log=log)
    try:
        assert wait_for(lambda: _fetch() == 1, 30, 0.5).found
        fetching.fetch_mails()
    finally:
        dovecot.stop()
    stored = IncomingMail.objects.get()
    applying.apply_mail(stored.pk)
    stored.refresh_from_db()
    assert stored.event.comment.body == "North."
    assert list((folder / "mail" / "cur").iterdir()) == []


def _fetch() -> int:
    """Fetch emails, close the circuit breaker, and return the number of stored emails."""
    fetching.fetch_mails()
    imap.imap_breaker.close()
    return IncomingMail.objects.count()


def test_a_reply_comes_by_the_pipe_of_postfix(folder, settings):
    need("postfix")
    if run_as_nobody(sys.executable, str(Path(project.BASE_DIR) / "manage.py"), "--version"):
        pytest.skip("another user may not read this checkout, and Postfix pipes to none but such")
    settings.MAIL_AUTHSERV_DEPTH = 1  # Postfix adds a Received field above the headers written here
    (folder / "etc").mkdir()
    for name in ("queue", "data"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")
    port = ports.free(["smtp"])["smtp"]
    named = {"folder": folder, "port": port, "domain": mails.DOMAIN, "server": mails.SERVER}
    (folder / "etc" / "main.cf").write_text(POSTFIX.format(**named))
    (folder / "etc" / "master.cf").write_text(SERVICES.format(**named))
    away = folder / "away"
    _write_command(folder / "receive", away)
    asked = mails.asked()
    raw = mails.gmail(asked, "North.", Return_Path="")
    postfix = Child("Postfix", ["postfix", "-c", folder / "etc", "start-fg"], log=folder / "p.log")
    try:
        assert wait_for(lambda: _send(port, asked, raw), 30, 0.5).found
        assert wait_for(lambda: b"deferred" in (folder / "postfix.log").read_bytes(), 30).found
        assert not IncomingMail.objects.exists()
        away.unlink()
        assert wait_for(IncomingMail.objects.exists, 60, 0.5).found
    finally:
        subprocess.run(["postfix", "-c", folder / "etc", "stop"], check=False, capture_output=True)
        postfix.stop()
    stored = IncomingMail.objects.get()
    applying.apply_mail(stored.pk)
    stored.refresh_from_db()
    assert stored.event.comment.body == "North."


def _write_command(path: Path, away: Path) -> None:
    """Write the script that Postfix calls: manage.py in the test's environment.

    While the file `away` exists, the script uses a database URL at which no server runs.
    """
    away.touch()
    given = environment()
    wanted = ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "EMAIL_URL", "BASE_URL", "PATH")
    lines = [f"export {name}={shlex.quote(given[name])}" for name in wanted]
    away_url = "postgresql://nobody@127.0.0.1:1/nothing"
    lines += [f"[ -e {away} ] && export DATABASE_URL={away_url}", f"cd {project.BASE_DIR}"]
    lines += [f"exec {shlex.quote(sys.executable)} manage.py receive_mail"]
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    path.chmod(0o755)


def _send(port, asked, raw) -> bool:
    """Send the email to the reply address; return False if Postfix does not listen yet."""
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as server:
            server.sendmail("ana@example.org", [mails.build_reply_address(asked)], raw)
    except OSError:
        return False
    return True
