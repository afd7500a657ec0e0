"""The processes of the application: web, workers, beat, and manage.py."""

import subprocess
import sys
from pathlib import Path

from tools.embedded import Child, ServiceFailed

ROOT = Path(__file__).resolve().parents[2]
# As in the Dockerfile. `--backpressure` limits the connections, including idle ones; the threads
# limit concurrent requests. A connection that sends nothing is only closed with `--http 1`.
WEB = [
    "--interface", "wsgi", "--http", "1", "--workers", "1", "--blocking-threads", "4",
    "--backpressure", "2048", "--no-ws", "--respawn-failed-workers",
    "--workers-kill-timeout", "30", "--workers-max-rss", "700",
]  # fmt: skip
QUIET = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "info"]
# As in docker-compose.yml; QUEUE stands for the name in CELERY_QUEUE. The worker for photos has a
# lower priority than the others (`nice` here, cpu_shares there).
WORKERS = {
    "worker_photos": ["--queues", "QUEUE.photos", "--concurrency", "2"],
    "worker_messages": ["--queues", "QUEUE.messages", "--concurrency", "1"],
    "worker_webhooks": ["--queues", "QUEUE.webhooks", "--concurrency", "2"],
    "worker_rest": ["--queues", "QUEUE", "--concurrency", "1"],
}


class Application:
    """Starts the application's processes in `environment`; each writes to the file `log(name)`."""

    def __init__(self, environment, log) -> None:
        self.environment = environment
        self._log = log
        self._begun: dict[str, int] = {}  # size of each log when its process was last started

    def web(self, name, port) -> Child:
        where = ["--host", "127.0.0.1", "--port", str(port)]
        return self._python(name, "-m", "granian", *where, *WEB, "santa311.wsgi:application")

    def worker(self, name) -> Child:
        queue = self.environment.get("CELERY_QUEUE", "santa311")
        options = [part.replace("QUEUE", queue) for part in WORKERS[name]]
        node = ["--hostname", f"{name}@stack"]
        before = ["nice", "-n", "10"] if name == "worker_photos" else []
        return self._celery(name, "worker", *node, *options, *QUIET, before=before)

    def beat(self, name) -> Child:
        return self._celery(name, "beat", "--loglevel", "info")

    def nginx_figures(self, lines, port, proxy) -> Child:
        """Start the program that counts nginx's responses in log lines sent to port `lines`."""
        where = [f"127.0.0.1:{lines}", f"127.0.0.1:{port}", proxy]
        return self._python("nginx_figures", "deploy/nginx/nginx_figures.py", *where)

    def has_said(self, name, words) -> bool:
        """Return True if the process has written `words` (bytes) since its last start."""
        with self._log(name).open("rb") as log:
            log.seek(self._begun[name])
            return words in log.read()

    def mails(self, port, folder) -> Child:
        """Start a mail server that stores all mails in a Maildir."""
        where = ["-l", f"127.0.0.1:{port}", "-c", "aiosmtpd.handlers.Mailbox", str(folder)]
        return self._python("smtp", "-m", "aiosmtpd", "--nosetuid", *where)

    def run(self, *arguments, **more) -> str:
        """Run a Python program of the application; return its output, or raise ServiceFailed."""
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

    def _celery(self, name, *arguments, before=()) -> Child:
        ours = ["-m", "celery", "--app", "santa311", "--quiet"]
        return self._python(name, *ours, *arguments, before=before)

    def _python(self, name, *arguments, before=()) -> Child:
        log = self._log(name)
        self._begun[name] = log.stat().st_size if log.exists() else 0
        return Child(
            name,
            [*before, sys.executable, *arguments],
            log=log,
            goes_on=True,
            env=self.environment,
            cwd=ROOT,
        )
