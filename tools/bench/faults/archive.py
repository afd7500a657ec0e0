"""A second site with copies of a city's WAL, base backup and photos, and a restore from them.

The programs are those of docs/howto/backup.md: `archive_command`, `deploy/backup`,
`deploy/copy_photos`, and PostgreSQL's own recovery.
"""

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

import psycopg

from tools.bench.backup_drill import ARCHIVE_COMMAND
from tools.bench.faults.evidence import ROOT, ask
from tools.bench.faults.ground import Ground
from tools.bench.waiting import wait_for
from tools.embedded import Child, folders
from tools.embedded.postgres import programs
from tools.stack import Stack, objects
from tools.stack.cluster import Node
from tools.stack.place import MARK

ARCHIVE_SECONDS = 300  # archive_timeout of docs/howto/backup.md
SETTLED_SECONDS = 5
COPY_SECONDS = 60  # the interval of santa311-copy-photos.timer


class OtherSite:
    """The folders of the second site: the archive, the backups and the copy of the photos."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._folder = ground.folder / "elsewhere"
        self.archive, self.photos = self._folder / "archive", self._folder / "photos"
        self._backups = self._folder / "backups"
        folders.make(self._folder)
        folders.make_private(self.archive, folders.account())
        self._backups.mkdir()

    def begin_archive(self) -> None:
        """Turn on WAL archiving for every leader, as `patronictl edit-config` and `restart` do."""
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
        time.sleep(SETTLED_SECONDS)  # HAProxy closes connections when it notices a new leader

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

    def copy_photos(self) -> None:
        self._run(
            "copy_photos",
            PRIMARY=self._ground.database,
            PHOTOS=f"s3:{objects.BUCKET}",
            PHOTOS_COPY=self.photos,
            **_rclone_settings(self._ground.stack),
        )

    @contextmanager
    def copying(self) -> Iterator[None]:
        """Copy the photos each minute until the block ends."""
        stop = threading.Event()

        def copy_each_minute() -> None:
            while not stop.wait(COPY_SECONDS):
                with suppress(subprocess.CalledProcessError):  # the site may be lost meanwhile
                    self.copy_photos()

        thread = threading.Thread(target=copy_each_minute, daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def put_photos_back(self) -> None:
        """Copy all photos to the bucket of the running stack."""
        source = str(self.photos / "now")
        command = ["rclone", "sync", source, f"s3:{objects.BUCKET}", "--checksum"]
        environment = _build_environment() | _rclone_settings(self._ground.stack)
        subprocess.run(command, env=environment, check=True, capture_output=True)

    def await_archived(self) -> None:
        """Close the WAL file being written, and wait until the archive has it."""
        name = self._ground.ask("SELECT pg_walfile_name(pg_switch_wal())")[0][0]
        wait_for((self.archive / name).exists, 60)

    def keep_secrets(self) -> None:
        """Keep a copy of the city's secrets, as two people at the city do."""
        shutil.copy(self._ground.stack.folder / "secrets.json", self._folder)

    def build_city(self, folder: Path) -> Stack:
        """Return a stack on a new folder with the city's secrets and nothing else."""
        folders.make(folder)
        (folder / MARK).touch()
        shutil.copy(self._folder / "secrets.json", folder)
        return self._ground.build_stack(folder)

    def restore(self, node: Node, base: Path, moment: datetime | None, log: Path) -> None:
        """Fill a node's empty folder from the base backup and the archive, up to `moment`.

        PostgreSQL runs alone and is reached by its socket only; at the end it is stopped.
        """
        data, run = node.folder / "cluster", folders.socket_folder(node.folder)
        folders.make(node.folder.parent)
        for folder in (node.folder, run, data):
            folders.make_private(folder, node.account)
        # only root can read the backup; the extracted files belong to the server's user
        with base.open("rb") as packed:
            unpack = ["tar", "-xzC", str(data)]
            subprocess.run(unpack, stdin=packed, check=True, **(node.account or {}))
        (data / "recovery.signal").touch()
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": run,
            "hba_file": data / "pg_hba.conf",  # the paths in the backup are those of another folder
            "ident_file": data / "pg_ident.conf",
            "archive_mode": "off",
            "synchronous_standby_names": "",
            "restore_command": f'cp "{self.archive}/%f" "%p"',
            "recovery_target_action": "promote",
        }
        if moment:
            settings["recovery_target_time"] = moment.isoformat()
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
    """Return this process's environment with PostgreSQL's programs on the PATH.

    AWS_CA_BUNDLE is removed, because rclone fails if it is set.
    """
    given = {name: value for name, value in os.environ.items() if name != "AWS_CA_BUNDLE"}
    return given | {"PATH": f"{programs()}:{os.environ['PATH']}"}


def _is_restored(url: str) -> bool:
    with suppress(psycopg.OperationalError):  # it is starting
        return not ask(url, "SELECT pg_is_in_recovery()")[0][0]
    return False


def _rclone_settings(stack: Stack) -> dict[str, str]:
    """Return the environment in which rclone knows the bucket as `s3`."""
    return {
        "RCLONE_CONFIG": "/dev/null",
        "RCLONE_CONFIG_S3_TYPE": "s3",
        "RCLONE_CONFIG_S3_PROVIDER": "Other",
        "RCLONE_CONFIG_S3_ENDPOINT": "http://{}:{}".format(*stack.addresses["s3"]),
        "RCLONE_CONFIG_S3_FORCE_PATH_STYLE": "true",
        "RCLONE_CONFIG_S3_NO_CHECK_BUCKET": "true",
        "RCLONE_CONFIG_S3_ACCESS_KEY_ID": stack.environment["S3_ACCESS_KEY"],
        "RCLONE_CONFIG_S3_SECRET_ACCESS_KEY": stack.environment["S3_SECRET_KEY"],
    }
