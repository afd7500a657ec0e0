"""The container engine of a run: the installed one, or a daemon started for the run."""

import json
import os
import resource
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tools.bench.waiting import wait_for
from tools.embedded import ServiceFailed
from tools.embedded.managed import Managed

PACKAGES = "docker.io docker-cli docker-buildx docker-compose"
INSTALL = f"On Debian and Ubuntu: apt-get install {PACKAGES}"
# A container cannot have higher limits than its daemon. A soft limit above the machine's hard limit
# is an error when the container starts. nginx asks for 16,384 files.
LIMITS = {"nproc": (resource.RLIMIT_NPROC, 90000), "nofile": (resource.RLIMIT_NOFILE, 20000)}


class EngineFailed(ServiceFailed):
    """A container command failed; the message is one line for the person who runs the tool."""


class Engine(Managed):
    """A container engine; `run("ps")` is `docker ps`.

    With `own`, start a daemon that keeps all its data in `folder` and is stopped at the end.
    """

    def __init__(self, folder, *, own=False, say=print) -> None:
        self.own = own
        self.folder = Path(folder)
        self.say = say
        self.environment = dict(os.environ)
        self._daemon: subprocess.Popen | None = None
        if own:
            self.environment |= {
                "DOCKER_HOST": f"unix://{self.folder}/docker.sock",
                "DOCKER_CONFIG": str(self.folder / "client"),
            }
            self.environment.pop("DOCKER_CONTEXT", None)

    def start(self) -> None:
        if not shutil.which("docker"):
            raise EngineFailed(f"There's no docker here. {INSTALL}")
        if self.own:
            self._start_daemon()
        self._require()

    def _require(self) -> None:
        """Raise EngineFailed with a hint unless the builder, Compose and the daemon answer."""
        for words in (["buildx", "version"], ["compose", "version"]):
            if self.ask(*words).returncode:
                raise EngineFailed(f"`docker {' '.join(words)}` does not work. {INSTALL}")
        if self.ask("version").returncode:
            raise EngineFailed(
                "No container engine answers. Start Docker, or as root let this command start one "
                f"for itself: --engine own. {INSTALL}"
            )

    def stop(self) -> None:
        if self._daemon:
            self._daemon.terminate()
            try:
                self._daemon.wait(60)
            except subprocess.TimeoutExpired:
                self._daemon.kill()
                self._daemon.wait()
            self._daemon = None

    def run(self, *arguments, patience=300, **more):
        """Run `docker …` and return its output; raise EngineFailed if it fails."""
        done = self.ask(*arguments, patience=patience, **more)
        if done.returncode:
            said = (_text(done.stderr) or _text(done.stdout)).strip()
            shown = " ".join(str(each) for each in arguments[:6])
            raise EngineFailed(f"docker {shown} … ended with {done.returncode}: {said[-1500:]}")
        return done.stdout

    def ask(self, *arguments, patience=300, **more):
        """Run `docker …` and return the finished process, with text output by default."""
        how = {"capture_output": True, "text": True} | more
        command = ["docker", *(str(each) for each in arguments)]
        try:
            return subprocess.run(
                command, env=self.environment, timeout=patience, check=False, **how
            )
        except subprocess.TimeoutExpired as late:
            raise EngineFailed(f"docker {arguments[0]} … took more than {patience} s") from late

    def inspect(self, *names) -> list:
        """Return the engine's description of containers or images, as lists and dicts."""
        return json.loads(self.run("inspect", *names)) if names else []

    def gateway(self):
        """Return the address of this machine as containers see it."""
        network = json.loads(self.run("network", "inspect", "bridge"))[0]
        return network["IPAM"]["Config"][0]["Gateway"]

    def _start_daemon(self) -> None:
        program = shutil.which("dockerd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        if not program:
            raise EngineFailed(f"There's no dockerd here. {INSTALL}")
        if os.geteuid() != 0:
            raise EngineFailed("A container engine of its own needs root.")
        if self.ask("version").returncode == 0:
            raise EngineFailed(f"An engine runs on {self.folder} already.")
        for name in ("client", "data", "run"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        settings = self.folder / "daemon.json"
        settings.write_text(json.dumps(self._settings()))
        with (self.folder / "daemon.log").open("w") as log:
            daemon = subprocess.Popen([program, "--config-file", settings], stdout=log, stderr=log)
        self._daemon = daemon
        self._await(daemon)

    def _settings(self) -> dict[str, Any]:
        limits = {}
        for name, (number, wanted) in LIMITS.items():
            hard = resource.getrlimit(number)[1]
            most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
            limits[name] = {"Name": name, "Soft": most, "Hard": most}
        return {
            "data-root": str(self.folder / "data"),
            "exec-root": str(self.folder / "run"),
            "pidfile": str(self.folder / "docker.pid"),
            "hosts": [self.environment["DOCKER_HOST"]],
            "default-ulimits": limits,
        }

    def _await(self, daemon: subprocess.Popen) -> None:
        def is_decided() -> bool:
            return daemon.poll() is not None or self.ask("version").returncode == 0

        if not wait_for(is_decided, 60, pause=0.3).found or daemon.poll() is not None:
            words = (self.folder / "daemon.log").read_text().strip().splitlines()[-3:]
            raise EngineFailed("The engine did not start: " + " / ".join(words))


def _text(words) -> str:
    return words if isinstance(words, str) else words.decode(errors="replace")
