"""nginx in front of the stack, with the same configuration file as in the container."""

import signal
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

from tools.embedded import Child, ServiceFailed, folders

TEMPLATES = Path(__file__).resolve().parents[2] / "deploy/nginx"


def values(port, webs, static, log, figures) -> dict[str, str]:
    """Return the values of nginx's template for one machine with web processes at `webs`.

    With max_fails=0, a failed web process is tried again by the next request. Otherwise nginx would
    skip it for ten seconds: if two are restarted in turn, both would be skipped, and visitors would
    get a 502.
    """
    return {
        "NGINX_PORT": f"127.0.0.1:{port}",
        "NGINX_WEB": " ".join(f"server 127.0.0.1:{web} max_fails=0;" for web in webs),
        "NGINX_STATIC": str(static),
        "NGINX_ACCESS_LOG": str(log),
        "NGINX_FIGURES": f"syslog:server=127.0.0.1:{figures},nohostname,tag=nginx",
        "NGINX_CHALLENGES": str(log.parent / "challenges"),
        "NGINX_SCHEME": "http",
        "NGINX_HOSTS": "127.0.0.1,localhost",
        "NGINX_BASE_URL": f"http://127.0.0.1:{port}",
        "NGINX_HSTS_SECONDS": "0",
        "NGINX_HSTS_SUBDOMAINS": "0",
        "NGINX_HSTS_PRELOAD": "0",
        "NGINX_PROTO": "$scheme",
        "NGINX_BEHIND": "",
        "NGINX_CONNECTIONS_PER_ADDRESS": "4000",  # here all visitors come from one address
        "NGINX_METRICS_FROM": "allow 127.0.0.1;",
    }


@dataclass
class Proxy:
    """nginx with its files in `folder`; `values` fill the template's `${NGINX_…}`."""

    program: str
    folder: Path
    values: dict
    log: Path
    account: dict | None = field(default_factory=folders.account)

    def launch(self) -> Child:
        # SIGQUIT: nginx finishes the responses that it has begun.
        return self._start("nginx", log=self.log, goes_on=True, stop_signal=signal.SIGQUIT)

    def check(self) -> None:
        """Raise ServiceFailed with nginx's error message if its files are invalid."""
        child = self._start("nginx -t", "-t", log=self.folder / "check.log")
        if child.wait(20):
            raise ServiceFailed(f"nginx does not take its files.\n{child.last_words()}")

    def write(self) -> None:
        values = dict.fromkeys(["NGINX_RUN", "NGINX_CONF"], str(self.folder)) | self.values
        for template in TEMPLATES.glob("nginx*.template"):
            target = self.folder / template.stem
            target.write_text(Template(template.read_text()).safe_substitute(values))
            target.chmod(0o644)

    def _start(self, name, *arguments, **how) -> Child:
        folders.make_private(self.folder, self.account)
        self.write()
        files = ["-c", self.folder / "nginx.conf", "-p", self.folder, "-e", "stderr"]
        command = [self.program, *files, *arguments]
        return Child(name, command, account=self.account, cwd=self.folder, **how)
