"""Where a service's files may live: who can enter a folder, and where its socket goes."""

import hashlib
import os
import pwd
import stat
import tempfile
from pathlib import Path
from typing import Any

from tools.embedded.child import ServiceFailed

# sockaddr_un holds 104 bytes on macOS and 108 on Linux, the socket's own name included.
_LONGEST_SOCKET_FOLDER = 70


def as_root() -> bool:
    return os.geteuid() == 0


def account() -> dict[str, Any] | None:
    """Popen's account arguments for a server that refuses to run as root; None where we are not."""
    if not as_root():
        return None
    entry = pwd.getpwnam("nobody")
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def open_to_all(path) -> bool:
    """Whether every user may enter `path`, judged by the permissions of it and all its parents."""
    path = Path(path).resolve()
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in [path, *path.parents])


def refuse_closed(path) -> None:
    """Raise ServiceFailed for a folder that a server's own user cannot enter."""
    if as_root() and not open_to_all(path):
        raise ServiceFailed(
            f"As root, PostgreSQL runs as another user, who may not enter {path}. "
            "Choose a folder that all users may enter, such as one in /var/lib."
        )


def socket_folder(data_dir) -> Path:
    """Return a private folder for the socket of the service that keeps its data in `data_dir`.

    It is inside the data, or in the system's temporary folder where that path would be too long for
    a socket. The same data always has the same socket.
    """
    path = Path(data_dir).resolve() / "socket"
    if len(os.fsencode(path)) > _LONGEST_SOCKET_FOLDER:
        key = hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
        path = Path(tempfile.gettempdir()) / f"santa311-{os.geteuid()}-{key}"
    return path


def make(path) -> None:
    """Make `path` if it is missing; others may enter it, whatever the umask says."""
    if not path.exists():
        path.mkdir(parents=True)
        path.chmod(0o755)


def write_secretly(path, text) -> None:
    path.touch(mode=0o600)
    path.write_text(text)


def make_private(path, account=None) -> None:
    """Make `path` for `account` (Popen's arguments, or this user) and nobody else."""
    path.mkdir(mode=0o700, exist_ok=True)
    owner = account["user"] if account else os.geteuid()
    if account and path.stat().st_uid == os.geteuid():
        os.chown(path, account["user"], account["group"])
    if path.is_symlink() or path.stat().st_uid != owner:
        raise ServiceFailed(f"{path} belongs to somebody else. Remove it, or use another folder.")
    path.chmod(0o700)
