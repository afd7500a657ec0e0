"""Folders of services: their permissions, and the place of sockets."""

import hashlib
import importlib.util
import os
import pwd
import stat
import tempfile
from pathlib import Path
from typing import Any

from tools.embedded.child import ServiceFailed

# sockaddr_un holds 104 bytes on macOS and 108 on Linux, the socket's own name included.
_MAX_SOCKET_FOLDER_BYTES = 70


def find_package_folder(name: str) -> Path:
    """Return the folder of an installed package, without importing it."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise ServiceFailed(f"The package {name} is not installed.")
    return Path(spec.origin).parent


def is_root() -> bool:
    return os.geteuid() == 0


def unprivileged_account() -> dict[str, Any] | None:
    """Return Popen's account arguments for servers that refuse root; None if not root."""
    if not is_root():
        return None
    entry = pwd.getpwnam("nobody")
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def is_accessible_to_all(path: Path | str) -> bool:
    """Return True if every user may enter `path`, judged by its permissions and its parents'."""
    path = Path(path).resolve()
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in [path, *path.parents])


def require_accessible(path: Path | str) -> None:
    """Raise ServiceFailed if this is root and other users cannot enter `path`."""
    if is_root() and not is_accessible_to_all(path):
        raise ServiceFailed(
            f"As root, PostgreSQL runs as another user, who may not enter {path}. "
            "Choose a folder that all users may enter, such as one in /var/lib."
        )


def socket_folder(data_dir: Path | str) -> Path:
    """Return the folder for the socket of the service with its data in `data_dir`.

    It is inside `data_dir`, or in the temporary folder if that path is too long for a socket. The
    result is always the same for the same `data_dir`.
    """
    path = Path(data_dir).resolve() / "socket"
    if len(os.fsencode(path)) > _MAX_SOCKET_FOLDER_BYTES:
        key = hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
        path = Path(tempfile.gettempdir()) / f"santa311-{os.geteuid()}-{key}"
    return path


def make_folder(path: Path) -> None:
    """Create `path` if it is missing, accessible to all whatever the umask."""
    if not path.exists():
        path.mkdir(parents=True)
        path.chmod(0o755)


def write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)


def make_private_folder(path: Path, account: dict[str, Any] | None = None) -> None:
    """Create `path` accessible only to `account` (Popen's arguments), or to this user.

    Raise ServiceFailed if it belongs to another user.
    """
    path.mkdir(mode=0o700, exist_ok=True)
    owner = account["user"] if account else os.geteuid()
    if account and path.stat().st_uid == os.geteuid():
        os.chown(path, account["user"], account["group"])
    if path.is_symlink() or path.stat().st_uid != owner:
        raise ServiceFailed(f"{path} belongs to somebody else. Remove it, or use another folder.")
    path.chmod(0o700)
