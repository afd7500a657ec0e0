"""PgBouncer, which shares few connections to the leader."""

from dataclasses import dataclass, field
from pathlib import Path

from tools.embedded import Child, folders
from tools.embedded.postgres import DATABASE, USER

RULES = Path(__file__).resolve().parents[2] / "deploy/pgbouncer/pgbouncer.ini"
# Without a pooler, the settings set these limits on each connection.
LIMITS = "SET statement_timeout = 8000; SET idle_in_transaction_session_timeout = 30000"
_PLACE = """\
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
auth_file = users.txt
%include rules.ini
[databases]
{database} = host={host} port={server} connect_query='{limits}'
"""


@dataclass
class Pooler:
    """PgBouncer with its files in `folder`; `server` is the host and port of HAProxy."""

    program: str
    folder: Path
    port: int
    server: tuple[str, int]
    password: str
    log: Path
    account: dict | None = field(default_factory=folders.account)

    def _write_files(self) -> None:
        folders.make_private(self.folder, self.account)
        host, server = self.server
        text = _PLACE.format(
            port=self.port, database=DATABASE, host=host, server=server, limits=LIMITS
        )
        users = f'"{USER}" "{self.password}"\n'
        files = {"rules.ini": RULES.read_text(), "pgbouncer.ini": text, "users.txt": users}
        for name, content in files.items():
            (self.folder / name).write_text(content)
            (self.folder / name).chmod(0o644)  # in a folder that only the pooler may enter

    def launch(self) -> Child:
        self._write_files()
        return Child(
            "PgBouncer",
            [self.program, self.folder / "pgbouncer.ini"],
            log=self.log,
            goes_on=True,
            account=self.account,
            cwd=self.folder,
        )
