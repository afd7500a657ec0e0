"""The processes of the application: web, workers, beat and manage.py."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from tools.embedded import Child, ServiceFailed

ROOT = Path(__file__).resolve().parents[2]
# As in the Dockerfile. `--backpressure` is how many connections it takes, idle ones too; what works
# at once the threads limit. Only with `--http 1` a connection that sends nothing is let go.
WEB_OPTIONS = [
    "--interface", "wsgi", "--http", "1", "--workers", "1", "--blocking-threads", "4",
    "--backpressure", "2048", "--no-ws", "--respawn-failed-workers",
    "--workers-kill-timeout", "30", "--workers-max-rss", "700",
]  # fmt: skip
QUIET_OPTIONS = [
    "--without-gossip",
    "--without-mingle",
    "--without-heartbeat",
    "--loglevel",
    "info",
]
# As in docker-compose.yml; QUEUE is where CELERY_QUEUE's name goes. Photos come after people: their
# worker gets what the others leave of the processor (`nice` here, cpu_shares there).
WORKER_OPTIONS = {
    "worker_photos": ["--queues", "QUEUE.photos", "--concurrency", "2"],
    "worker_messages": ["--queues", "QUEUE.messages", "--concurrency", "1"],
    "worker_webhooks": ["--queues", "QUEUE.webhooks", "--concurrency", "2"],
    "worker_rest": ["--queues", "QUEUE", "--concurrency", "1"],
}


class Application:
    """Starter of the application's processes. Each writes to the file `log(name)`."""

    def __init__(self, environment: dict[str, str], log: Callable[[str], Path]) -> None:
        self.environment = environment
        self._log = log
        self._begun: dict[str, int] = {}  # how long each log was when its process was last started

    def start_web(self, name: str, port: int) -> Child:
        where = ["--host", "127.0.0.1", "--port", str(port)]
        return self._start_python(
            name, "-m", "granian", *where, *WEB_OPTIONS, "santa311.wsgi:application"
        )

    def start_worker(self, name: str) -> Child:
        queue = self.environment.get("CELERY_QUEUE", "santa311")
        options = [part.replace("QUEUE", queue) for part in WORKER_OPTIONS[name]]
        node = ["--hostname", f"{name}@stack"]
        before = ["nice", "-n", "10"] if name == "worker_photos" else []
        return self._start_celery(name, "worker", *node, *options, *QUIET_OPTIONS, before=before)

    def start_beat(self) -> Child:
        return self._start_celery("beat", "beat", "--loglevel", "info")

    def start_nginx_figures(self, lines: int, port: int, proxy: str) -> Child:
        """Start the exporter that counts nginx's responses from log lines sent to port `lines`."""
        where = [f"127.0.0.1:{lines}", f"127.0.0.1:{port}", proxy]
        return self._start_python("nginx_figures", "deploy/nginx/nginx_figures.py", *where)

    def has_logged(self, name: str, words: bytes) -> bool:
        """Return True if the process has written `words` since its last start."""
        with self._log(name).open("rb") as log:
            log.seek(self._begun[name])
            return words in log.read()

    def start_mail_server(self, port: int, folder: Path) -> Child:
        """Start a mail server that accepts everything and stores it in a Maildir."""
        where = ["-l", f"127.0.0.1:{port}", "-c", "aiosmtpd.handlers.Mailbox", str(folder)]
        return self._start_python("smtp", "-m", "aiosmtpd", "--nosetuid", *where)

    def run_python(self, *arguments: str, **more: str) -> str:
        """Run a Python program and return its output. Raise ServiceFailed if it fails.

        `more` are additional environment variables.
        """
        done = subprocess.run(
            [sys.executable, *arguments],
            env={**self.environment, **more},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise ServiceFailed(f"{' '.join(arguments)} failed.\n{done.stdout}{done.stderr}")
        return done.stdout

    def _start_celery(self, name: str, *arguments: str, before: Sequence[str] = ()) -> Child:
        ours = ["-m", "celery", "--app", "santa311", "--quiet"]
        return self._start_python(name, *ours, *arguments, before=before)

    def _start_python(self, name: str, *arguments: str, before: Sequence[str] = ()) -> Child:
        log = self._log(name)
        self._begun[name] = log.stat().st_size if log.exists() else 0
        return Child(
            name,
            [*before, sys.executable, *arguments],
            log=log,
            append_log=True,
            env=self.environment,
            cwd=ROOT,
        )
