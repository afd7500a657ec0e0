"""Where a filled city lives, and the application on it as in production."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path


from bench.backup_drill import ROOT
from santa311.embedded import Postgres, Valkey
from santa311.embedded.terminal import usual_folder

SIZES = {"50k": 50_000, "1m": 1_000_000, "5m": 5_000_000}
SEED = 311
SECRET = "for measuring, and nothing else"
FILLING = {"max_wal_size": "8GB", "wal_level": "minimal", "max_wal_senders": "0"}
MEASURED = {"shared_preload_libraries": "pg_stat_statements,auto_explain"}
READY = "filled"  # the file that says so


class Place:
    """The folder of one size. `fresh` forgets what is there; `small` is for tests."""

    def __init__(self, name, folder=None, count=None):
        self.name, self.count = name, count or SIZES[name]
        self.folder = Path(folder or usual_folder("santa311-bench")) / name
        self.folder.mkdir(parents=True, exist_ok=True)
        for each in (self.folder, self.folder.parent):
            each.chmod(0o755)  # as root, PostgreSQL runs as a user who must be able to enter
        self.valkey = Valkey(self.folder / "valkey", durable=False)
        self.environment = {}

    @property
    def is_filled(self):
        return (self.folder / READY).exists()

    def forget(self):
        shutil.rmtree(self.folder / "postgres", ignore_errors=True)
        (self.folder / READY).unlink(missing_ok=True)

    def enter(self, postgres):
        """The environment of manage.py and of the web process, with this server."""
        static = self.folder.parent / "static"
        static.mkdir(exist_ok=True)
        (self.folder / "data").mkdir(exist_ok=True)
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "santa311.settings",
            "DATABASE_URL": postgres.url,
            "REDIS_URL": self.valkey.url,
            "SECRET_KEY": SECRET,
            "EMAIL_URL": "memory:",
            "DATA_DIR": str(self.folder / "data"),
            "STATIC_ROOT": str(static),
            "RATE_LIMITS": "off",
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "LOG_FORMAT": "json",
            "PYTHONUNBUFFERED": "1",
        }
        return self.environment

    def manage(self, *arguments):
        subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=self.environment,
                       check=True, stdout=subprocess.DEVNULL)  # fmt: skip

    def fill(self, seed=SEED, say=print):
        """Does nothing where it is filled already."""
        if self.is_filled:
            return
        self.forget()
        with Postgres(self.folder / "postgres", durable=False, settings=FILLING) as postgres:
            with self.valkey:
                self.enter(postgres)
                self.manage("migrate", "--verbosity", "0")
                self.manage("load_city", "--verbosity", "0")
                code = (
                    "from bench.scale.fill.step import fill;"
                    f"fill({self.count}, {seed}, {int(time.time()) - 7200})"
                )
                subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=self.environment,
                               check=True)  # fmt: skip
        (self.folder / READY).touch()
