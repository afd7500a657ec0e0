"""PgBouncer, which shares few connections and knows which server is the primary."""

import os
import signal
from dataclasses import dataclass, field
from pathlib import Path

from tools.embedded import Child, folders
from tools.embedded.postgres import DATABASE, USER

RULES = Path(__file__).resolve().parents[2] / "deploy/pgbouncer/pgbouncer.ini"
# The limits that the settings ask for at each connection without a pooler.
LIMITS = "SET statement_timeout = 8000; SET idle_in_transaction_session_timeout = 30000"
_PLACE = """\
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
    """Its files are in `folder`. `lead_to` may be called while it runs or not."""

    program: str
    folder: Path
    port: int
    password: str
    log: Path
    account: dict | None = field(default_factory=folders.account)

    def lead_to(self, host, port) -> None:
        """Write down the server of transactions; a running pooler reads it at SIGHUP."""
        folders.make_private(self.folder, self.account)
        text = _PLACE.format(
            port=self.port, database=DATABASE, host=host, primary=port, limits=LIMITS
        )
        self._write("rules.ini", RULES.read_text())
        self._write("pgbouncer.ini", text)
        self._write("users.txt", f'"{USER}" "{self.password}"\n')

    def launch(self) -> Child:
        return Child(
            "PgBouncer",
            [self.program, self.folder / "pgbouncer.ini"],
            log=self.log,
            goes_on=True,
            account=self.account,
            cwd=self.folder,
        )

    def read_again(self, child) -> None:
        """Let a running pooler read its file again; connections to the old server end."""
        os.kill(child.pid, signal.SIGHUP)

    def _write(self, name, text) -> None:
        """In one step, so that a pooler that reads it now reads the old or the new whole file."""
        unfinished = self.folder / f"{name}.new"
        unfinished.write_text(text)
        unfinished.chmod(0o644)  # in a folder that only the pooler may enter
        unfinished.rename(self.folder / name)
