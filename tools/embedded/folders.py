"""The folders of services: permissions, and the place of sockets."""

import hashlib
import importlib.util
import os
import pwd
import stat
import tempfile
from pathlib import Path
from typing import Any

from tools.embedded.child import ServiceFailed

# sockaddr_un holds 104 bytes on macOS and 108 on Linux, including the name of the socket.
_LONGEST_SOCKET_FOLDER = 70


def as_root() -> bool:
    return os.geteuid() == 0


def account() -> dict[str, Any] | None:
    """Return Popen's account arguments for servers that refuse to run as root, else None."""
    if not as_root():
        return None
    entry = pwd.getpwnam("nobody")
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def open_to_all(path) -> bool:
    """Return True if the permissions of `path` and all its parents let every user enter it."""
    path = Path(path).resolve()
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in [path, *path.parents])


def find_package(name: str) -> Path:
    """Return the folder of an installed package without importing it; raise ServiceFailed."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise ServiceFailed(f"The package {name} is not installed.")
    return Path(spec.origin).parent


def refuse_closed(path) -> None:
    """As root, raise ServiceFailed if the user of a server cannot enter the folder."""
    if as_root() and not open_to_all(path):
        raise ServiceFailed(
            f"As root, PostgreSQL runs as another user, who may not enter {path}. "
            "Choose a folder that all users may enter, such as one in /var/lib."
        )


def socket_folder(data_dir) -> Path:
    """Return a private folder for the socket of the service with its data in `data_dir`.

    It is inside the data folder, or in the system's temporary folder if that path would be too long
    for a socket. The same data always has the same socket.
    """
    path = Path(data_dir).resolve() / "socket"
    if len(os.fsencode(path)) > _LONGEST_SOCKET_FOLDER:
        key = hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
        path = Path(tempfile.gettempdir()) / f"santa311-{os.geteuid()}-{key}"
    return path


def make(path) -> None:
    """Create `path` if it is missing; all users may enter it, regardless of the umask."""
    if not path.exists():
        path.mkdir(parents=True)
        path.chmod(0o755)


def write_secretly(path, text) -> None:
    path.touch(mode=0o600)
    path.write_text(text)


def make_private(path, account=None) -> None:
    """Create `path` with access only for `account` (Popen's arguments), by default this user.

    Raise ServiceFailed if another user owns it.
    """
    path.mkdir(mode=0o700, exist_ok=True)
    owner = account["user"] if account else os.geteuid()
    if account and path.stat().st_uid == os.geteuid():
        os.chown(path, account["user"], account["group"])
    if path.is_symlink() or path.stat().st_uid != owner:
        raise ServiceFailed(f"{path} belongs to somebody else. Remove it, or use another folder.")
    path.chmod(0o700)
