"""Another site, to which a city's WAL and base backup are copied, and a restore from it.

The programs are those of docs/howto/backup.md: `archive_command`, `deploy/backup`, and PostgreSQL's
own recovery.
"""

import os
import subprocess
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import psycopg

from tools.bench.backup_drill import ARCHIVE_COMMAND
from tools.bench.faults.evidence import ROOT, ask
from tools.bench.faults.ground import Ground
from tools.bench.waiting import wait_for
from tools.embedded import Child, folders
from tools.embedded.postgres import programs
from tools.stack.cluster import Node

ARCHIVE_SECONDS = 300  # archive_timeout of docs/howto/backup.md
SETTLED_SECONDS = 5


class OtherSite:
    """Folders in which the city has its archive and its backups."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._folder = ground.folder / "elsewhere"
        self.archive = self._folder / "archive"
        self._backups = self._folder / "backups"
        folders.make(self._folder)
        folders.make_private(self.archive, folders.account())
        self._backups.mkdir()

    def begin_archive(self) -> None:
        """Let each leader archive its WAL, as `patronictl edit-config` and `restart` do."""
        cluster = self._ground.stack.cluster
        command = ARCHIVE_COMMAND.replace("/archive", str(self.archive))
        parameters = {
            "archive_mode": "on",
            "archive_command": command,
            "archive_timeout": ARCHIVE_SECONDS,
        }
        cluster.change_settings(postgresql={"parameters": parameters})
        setting = "SELECT pending_restart FROM pg_settings WHERE name = 'archive_mode'"
        wait_for(lambda: self._ground.ask(setting) == [(True,)], 30)
        for node in [*cluster.standbys, cluster.leader]:
            node.send("POST", "/restart", {})
            cluster.await_standbys()
        time.sleep(SETTLED_SECONDS)  # HAProxy ends connections of a leader that it missed

    def back_up(self) -> Path:
        """Take a base backup by `deploy/backup`, and return its file."""
        secrets = self._ground.stack.cluster.passwords
        host, port = self._ground.stack.addresses["haproxy"]
        self._run(
            "backup",
            BACKUP_FOLDER=self._backups,
            ARCHIVE=self.archive,
            COPY_ARCHIVE=0,
            PRIMARY=f"host={host} port={port} user=replicator",
            PGPASSWORD=secrets["REPLICATION_PASSWORD"],
        )
        return max(self._backups.glob("*.tar.gz"))

    def await_archived(self) -> None:
        """Close the WAL file being written, and wait until the archive has it."""
        name = self._ground.ask("SELECT pg_walfile_name(pg_switch_wal())")[0][0]
        wait_for((self.archive / name).exists, 60)

    def restore(self, node: Node, base: Path, moment: datetime, log: Path) -> None:
        """Fill a node's empty folder from the base backup and the archive, up to `moment`.

        PostgreSQL runs alone and is reached by its socket only; at the end it is stopped.
        """
        data, run = node.folder / "cluster", folders.socket_folder(node.folder)
        folders.make(node.folder.parent)
        for folder in (node.folder, run, data):
            folders.make_private(folder, node.account)
        with base.open("rb") as packed:  # root's alone, and the files become the server's
            unpack = ["tar", "-xzC", str(data)]
            subprocess.run(unpack, stdin=packed, check=True, **(node.account or {}))
        (data / "recovery.signal").touch()
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": run,
            "hba_file": data / "pg_hba.conf",  # those of the backup are of another folder
            "ident_file": data / "pg_ident.conf",
            "archive_mode": "off",
            "synchronous_standby_names": "",
            "restore_command": f'cp "{self.archive}/%f" "%p"',
            "recovery_target_time": moment.isoformat(),
            "recovery_target_action": "promote",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [programs() / "postgres", "-D", data, *options]
        url = f"postgresql:///postgres?host={run}&user=santa311"
        server = Child("PostgreSQL", command, log=log, account=node.account, cwd=data)
        server.wait_until(lambda: _is_restored(url), seconds=600)
        server.stop()

    def _run(self, script: str, **settings) -> None:
        """Run a script of deploy/; raise CalledProcessError."""
        environment = _build_environment() | {name: str(settings[name]) for name in settings}
        subprocess.run([ROOT / "deploy" / script], env=environment, check=True)


def _build_environment() -> dict[str, str]:
    """Return this process's environment with PostgreSQL's programs."""
    return os.environ | {"PATH": f"{programs()}:{os.environ['PATH']}"}


def _is_restored(url: str) -> bool:
    with suppress(psycopg.OperationalError):  # it is starting
        return not ask(url, "SELECT pg_is_in_recovery()")[0][0]
    return False
