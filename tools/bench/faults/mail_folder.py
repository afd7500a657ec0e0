"""A small IMAP server with one user and one folder."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Folder(socketserver.ThreadingTCPServer):
    """An IMAP server; `mails` are its mails by UID.

    Commands that begin with one of `refused` are answered with NO. `signed_in` are the capabilities
    after the sign-in, because some servers offer more then.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, mails, capabilities="IMAP4rev1 UIDPLUS", signed_in="", refused=()) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.mails = dict(enumerate(mails, 1))
        self.deleted: set[int] = set()
        self.flagged: set[int] = set()
        self.capabilities, self.refused = capabilities, refused
        self.signed_in = signed_in or capabilities
        self.commands: list[str] = []

    @property
    def url(self) -> str:
        return f"imap://reply%40city:pass%20word@127.0.0.1:{self.server_address[1]}/INBOX"


class _Session(socketserver.StreamRequestHandler):
    server: Folder

    def handle(self) -> None:
        self._say("* OK ready")
        while line := self.rfile.readline().decode("latin-1").strip():
            tag, _blank, command = line.partition(" ")
            if not command:  # not IMAP, for example the start of TLS
                return
            self.server.commands.append(command)
            plain = command.upper().removeprefix("UID ")
            name = plain.partition(" ")[0]
            if any(f"{plain} ".startswith(f"{each} ") for each in self.server.refused):
                self._say(f"{tag} NO not here")
                continue
            getattr(self, f"_do_{name.lower()}", lambda _command: None)(command)
            self._say(f"{tag} OK done")

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def _do_capability(self, _command) -> None:
        is_signed_in = any(each.startswith("LOGIN") for each in self.server.commands)
        found = self.server.signed_in if is_signed_in else self.server.capabilities
        self._say(f"* CAPABILITY {found}")

    def _do_select(self, _command) -> None:
        self._say(f"* {len(self.server.mails)} EXISTS")

    def _do_search(self, _command) -> None:
        found = sorted(self.server.mails.keys() - self.server.deleted - self.server.flagged)
        self._say(" ".join(["* SEARCH", *map(str, found)]))

    def _do_fetch(self, command) -> None:
        uid = int(command.split()[2])
        mail = self.server.mails[uid]
        if "RFC822.SIZE" in command:
            self._say(f"* {uid} FETCH (UID {uid} RFC822.SIZE {len(mail)})")
            return
        if "[HEADER]" in command:
            mail = re.split(rb"(?<=\n)\r?\n", mail)[0] + b"\r\n"
        self.wfile.write(b"* %d FETCH (UID %d BODY[] {%d}\r\n%b)\r\n" % (uid, uid, len(mail), mail))

    def _do_store(self, command) -> None:
        chosen = self.server.flagged if "Flagged" in command else self.server.deleted
        chosen.add(int(command.split()[2]))

    def _do_expunge(self, _command) -> None:
        for uid in self.server.deleted:
            self.server.mails.pop(uid, None)


@contextmanager
def serve_folder(mails, **options) -> Iterator[Folder]:
    """Serve the mails during the block."""
    with Folder(mails, **options) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server
        server.shutdown()
