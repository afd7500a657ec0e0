"""SeaweedFS as an S3 server with signatures: a key for the application, and one for setup."""

import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from tools.embedded import Child, ServiceFailed, folders
from tools.stack import ports

BUCKET = "photos"
PORTS = ("s3", "s3_master", "s3_volume", "s3_filer")
APPLICATION, KEEPER = "santa311", "keeper"  # two user names, which are also their access keys


@dataclass
class ObjectStore:
    """The S3 server with its data in `folder`; `ports` and `secrets` are those of the place."""

    folder: Path
    ports: dict
    secrets: dict
    log: Path

    def launch(self) -> Child:
        (self.folder / "data").mkdir(parents=True, exist_ok=True)
        identities = self.folder / "s3.json"
        folders.write_secretly(identities, json.dumps({"identities": self._identities()}))
        command = server(self.folder / "data", identities, self.ports)
        return Child("SeaweedFS", command, log=self.log, goes_on=True, cwd=self.folder / "data")

    def answers(self) -> bool:
        return ports.answers(self.ports["s3"])

    def _identities(self) -> list[dict[str, Any]]:
        """Return the identities; the application may only use its own bucket."""
        actions = [f"{verb}:{BUCKET}" for verb in ("Read", "Write", "List", "Tagging")]
        return [
            _identity(APPLICATION, self.secrets["S3_SECRET_KEY"], actions),
            _identity(KEEPER, self.secrets["S3_ADMIN_SECRET_KEY"], ["Admin"]),
        ]


def open_bucket(endpoint: str, user: str, secret: str):
    """Return the bucket of photos as a boto3 resource."""
    store = boto3.resource(
        "s3", endpoint_url=endpoint, aws_access_key_id=user, aws_secret_access_key=secret,
        region_name="us-west-2",
    )  # fmt: skip
    return store.Bucket(BUCKET)


def server(data, config, ports_of) -> list:
    """Return the command of a server on this machine.

    The server also uses each of the PORTS plus 10,000.
    """
    s3, master, volume, filer = (ports_of[name] for name in PORTS)
    return [
        program(), "server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={data}", "-s3",
        f"-s3.config={config}", f"-s3.port={s3}", f"-master.port={master}",
        f"-volume.port={volume}", f"-filer.port={filer}", "-s3.port.iceberg=0",
        "-s3.port.lance=0", "-master.volumeSizeLimitMB=256",
        "-volume.max=0",  # as many volumes as fit on the disk
        # there is no other master to wait for
        "-volume.preStopSeconds=1", "-master.electionTimeout=1s",
    ]  # fmt: skip


def _identity(name, secret, actions) -> dict[str, Any]:
    credentials = [{"accessKey": name, "secretKey": secret}]
    return {"name": name, "credentials": credentials, "actions": actions}


def program() -> Path | str:
    beside = Path(sys.executable).with_name("weed")
    found = beside if beside.exists() else shutil.which("weed")
    if not found:
        raise ServiceFailed("SeaweedFS (weed) is not in this environment: ./run stack installs it.")
    return found
