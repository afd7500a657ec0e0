"""A Compose project: its folder, its settings with generated secrets, and `docker compose`."""

import json
import re
import secrets
import shutil
from pathlib import Path

from tools.bench.containers.engine import EngineFailed
from tools.bench.containers.images import ROOT
from tools.bench.waiting import wait_for

PATIENCE = 600  # seconds until all services are healthy, also on a busy machine
APPLICATION = [
    "web", "worker-photos", "worker-messages", "worker-webhooks", "worker-rest", "beat",
    "nginx-figures",
]  # fmt: skip


class Project:
    """A Compose project; `values` are written to `.env` in addition to the secrets."""

    def __init__(self, engine, name, folder, values, root=ROOT) -> None:
        self._engine = engine
        self.name = name
        self.folder = Path(folder) / name
        self.folder.mkdir(parents=True)
        shutil.copy(root / "docker-compose.yml", self.folder)
        shutil.copytree(root / "deploy", self.folder / "deploy")
        self._example = (root / ".env.example").read_text(encoding="utf-8")
        self.values = {name: secrets.token_urlsafe(48) for name in blanks(self._example)} | values
        self._write()

    def use(self, values) -> None:
        """Change settings in `.env`; containers started from now on use them."""
        self.values |= values
        self._write()

    def compose(self, *arguments, **more):
        """Run `docker compose …` and return its output."""
        return self._engine.run(*self._words(arguments), **more)

    def up(self, *services, patience=PATIENCE) -> None:
        """Start all or the named services; return once each container is healthy."""
        words = ["up", "--detach", "--no-build", "--quiet-pull", *services]
        done = self._engine.ask(*self._words(words), patience=patience)
        if done.returncode:
            raise EngineFailed(f"{done.stderr.strip()[-900:]}\n{self.last_words()}")
        self.await_work(patience)

    def await_work(self, patience=PATIENCE, service=None) -> None:
        """Wait until the health checks of one service, or of all that run, pass.

        The checks are run at once, because the engine runs some of them once a minute.
        """
        names = self.containers(service)
        if not wait_for(lambda: all(map(self._is_at_work, names)), patience, pause=0.3).found:
            raise EngineFailed(f"Not at work:\n{self.last_words()}")

    def await_healthy(self, patience=PATIENCE) -> None:
        """Wait until the engine calls everything healthy; raise EngineFailed with what is not."""
        if not wait_for(lambda: all(map(_is_well, self._all())), patience, pause=0.5).found:
            raise EngineFailed(f"Not healthy:\n{self.last_words()}")

    def down(self) -> None:
        """Stop the project and delete its data."""
        self.compose("down", "--volumes", "--remove-orphans", "--timeout", "10")

    def containers(self, service=None):
        """Return the ids of the running containers, of one service or of all."""
        names = [service] if service else []
        return self.compose("ps", "--quiet", *names).split()

    def inspected(self):
        """Return the engine's description of each running container."""
        return self._engine.inspect(*self.containers())

    def execute(self, service, *command, **more):
        return self.compose("exec", "--no-TTY", service, *command, **more)

    def manage(self, *arguments, **more):
        return self.execute("web", "python", "manage.py", *arguments, **more)

    def kill(self, container, image) -> None:
        """Send SIGKILL to the container's first process, as the OOM killer does.

        The engine did not stop the container, so it has to restart it.
        """
        pid = self._engine.inspect(container)[0]["State"]["Pid"]
        self._engine.run(
            "run", "--rm", "--pid", "host", "--user", "0", "--network", "none",
            "--entrypoint", "sh", image, "-c", f"kill -9 {pid}",
        )  # fmt: skip

    def last_words(self) -> str:
        """Return the last lines that each unhealthy container printed."""
        said = []
        for each in self._all():
            if not _is_well(each):
                words = self._engine.ask("logs", "--tail", "12", each["ID"])
                said.append(f"--- {each['Name']}\n{(words.stdout + words.stderr).strip()}")
        return "\n".join(said)

    def _words(self, arguments) -> list:
        where = ["--project-name", self.name, "--project-directory", self.folder]
        return ["compose", "--progress", "quiet", *where, *arguments]

    def _all(self) -> list:
        words = self.compose("ps", "--all", "--format", "json")
        return [json.loads(line) for line in words.splitlines()]

    def _is_at_work(self, container) -> bool:
        check = self._engine.inspect(container)[0]["Config"]["Healthcheck"]["Test"]
        words = check[1:] if check[0] == "CMD" else ["sh", "-c", check[1]]
        return self._engine.ask("exec", container, *words).returncode == 0

    def _write(self) -> None:
        path = self.folder / ".env"
        path.touch(mode=0o600)
        path.write_text(filled_in(self._example, self.values), encoding="utf-8")


def blanks(example) -> list:
    """Return the names of the secrets that the example leaves empty."""
    return re.findall(r"^([A-Z0-9_]+)=$", example, re.MULTILINE)


def filled_in(example, values) -> str:
    """Return `.env.example` with the values filled in; raise KeyError for an unknown name."""
    for name, value in values.items():
        example, found = re.subn(rf"^#?{name}=.*$", f"{name}={value}", example, count=1, flags=re.M)
        if not found:
            raise KeyError(name)
    return example


def _is_well(container) -> bool:
    """Return True if the container is healthy, has no health check, or exited with status 0."""
    if container["State"] == "exited":
        return container["ExitCode"] == 0
    return container["State"] == "running" and container["Health"] in {"healthy", ""}
