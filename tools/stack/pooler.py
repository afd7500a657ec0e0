"""PgBouncer, which shares few connections among many processes and knows the current primary."""

import os
import signal
from dataclasses import dataclass, field
from pathlib import Path

from tools.embedded import Child, folders
from tools.embedded.postgres import DATABASE, USER

RULES_FILE = Path(__file__).resolve().parents[2] / "deploy/pgbouncer/pgbouncer.ini"
# The limits that the settings ask for at each connection without a pooler.
LIMITS = "SET statement_timeout = 8000; SET idle_in_transaction_session_timeout = 30000"
_CONFIG_TEMPLATE = """\
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
auth_file = users.txt
%include rules.ini
[databases]
{database} = host={host} port={primary} connect_query='{limits}'
"""


@dataclass
class Pooler:
    """The pooler with its files in `folder`."""

    program: str
    folder: Path
    port: int
    password: str
    log: Path
    account: dict | None = field(default_factory=folders.unprivileged_account)

    def set_primary(self, host: str, port: int) -> None:
        """Write the configuration with this primary; a running pooler reads it at `reload`."""
        folders.make_private_folder(self.folder, self.account)
        text = _CONFIG_TEMPLATE.format(
            port=self.port, database=DATABASE, host=host, primary=port, limits=LIMITS
        )
        self._write("rules.ini", RULES_FILE.read_text())
        self._write("pgbouncer.ini", text)
        self._write("users.txt", f'"{USER}" "{self.password}"\n')

    def launch(self) -> Child:
        return Child(
            "PgBouncer",
            [self.program, self.folder / "pgbouncer.ini"],
            log=self.log,
            append_log=True,
            account=self.account,
            cwd=self.folder,
        )

    def reload(self, child: Child) -> None:
        """Let a running pooler read the configuration; connections to the old server end."""
        os.kill(child.pid, signal.SIGHUP)

    def _write(self, name: str, text: str) -> None:
        """Write the file atomically, so that the pooler never reads half of it."""
        unfinished = self.folder / f"{name}.new"
        unfinished.write_text(text)
        unfinished.chmod(0o644)  # in a folder that only the pooler may enter
        unfinished.rename(self.folder / name)
