"""Copy a bucket to a folder and back with the tools that operators use, and compare the objects.

`./run tool python -m tools.bench.object_copy` starts a real S3 server (SeaweedFS) and puts
generated objects with the sizes of photos into its bucket. It copies the bucket to a folder with
`aws s3 sync` or `rclone sync`, whichever is on the PATH, compares the name and SHA-256 of every
object, empties the bucket, copies everything back and compares again. Prints objects and megabytes
per second. A second copy must not transfer anything.
"""

import argparse
import hashlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.bucket import KEYS, Server
from tools.stack.objects import BUCKET, open_bucket

KINDS = [
    ("originals/{}.jpg", 400_000),
    ("sizes/{}-320.webp", 12_000),
    ("sizes/{}-960.webp", 60_000),
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--objects", type=int, default=1500)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="s311-objects-") as folder:
        (Path(folder) / "server").mkdir()
        server = Server(Path(folder) / "server")
        try:
            server.start()
            drill(server.endpoint, Path(folder) / "copy", options.objects)
        finally:
            server.stop()


def drill(endpoint: str, folder: Path, count: int) -> None:
    bucket = open_bucket(endpoint, KEYS["accessKey"], KEYS["secretKey"])
    bucket.create()
    put, (remote, sync) = fill(bucket, count), find_copier(endpoint)
    megabytes = sum(size for _digest, size in put.values()) / 1e6
    print(f"{count} objects, {megabytes:.0f} MB")

    def copy(what: str, source: object, target: object) -> str:
        started = time.monotonic()
        said = sync(str(source), str(target))
        took = time.monotonic() - started
        print(
            f"  {what:<14}{took:6.1f} s {count / took:8.0f} a second {megabytes / took:6.1f} MB/s"
        )
        return said

    copy("copied away", remote, folder)
    assert in_folder(folder) == put
    again = copy("again", remote, folder)
    assert not {"download:", "Copied"} & set(again.split()), "a second copy found something to do"
    bucket.objects.delete()
    assert in_bucket(bucket) == {}
    copy("copied back", folder, remote)
    assert in_bucket(bucket) == put
    print("  every name and digest is the same, in the copy and in the bucket that was restored")


def find_copier(endpoint: str) -> tuple[str, Callable[[str, str], str]]:
    """Return the name of the bucket for `aws` or `rclone`, and a function that copies with it.

    The function takes source and target and returns the program's output. Exit if neither program
    is installed.
    """
    environment = os.environ | {
        "AWS_ACCESS_KEY_ID": KEYS["accessKey"],
        "AWS_SECRET_ACCESS_KEY": KEYS["secretKey"],
        "AWS_DEFAULT_REGION": "us-west-2",
        "AWS_REQUEST_CHECKSUM_CALCULATION": "when_required",
        "AWS_RESPONSE_CHECKSUM_VALIDATION": "when_required",
        "RCLONE_CONFIG_S3_TYPE": "s3",
        "RCLONE_CONFIG_S3_PROVIDER": "SeaweedFS",
        "RCLONE_CONFIG_S3_ENV_AUTH": "true",
        "RCLONE_CONFIG_S3_ENDPOINT": endpoint,
    }
    if shutil.which("aws"):
        remote, command = f"s3://{BUCKET}", ["aws", "--endpoint-url", endpoint, "s3", "sync"]
    elif shutil.which("rclone"):
        remote, command = f"s3:{BUCKET}", ["rclone", "sync", "--checksum", "-v"]
    else:
        sys.exit("Neither aws nor rclone is on the PATH.")

    def sync(source: str, target: str) -> str:
        done = subprocess.run(
            [*command, source, target], env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout + done.stderr

    return remote, sync


def fill(bucket, count: int) -> dict[str, tuple[str, int]]:
    """Put three objects per photo into the bucket; return their digests and sizes by name."""
    dice, put = random.Random(311), {}
    for number in range(count):
        name, size = KINDS[number % len(KINDS)]
        content = dice.randbytes(dice.randrange(size // 2, size))
        key = name.format(f"{number // len(KINDS):08}")
        bucket.put_object(Key=key, Body=content)
        put[key] = _describe(content)
    return put


def in_folder(folder: Path) -> dict[str, tuple[str, int]]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): _describe(path.read_bytes()) for path in files}


def in_bucket(bucket) -> dict[str, tuple[str, int]]:
    return {
        each.key: _describe(each.get()["Body"].read())
        for each in bucket.objects.all()
        if not each.key.endswith("/")
    }


def _describe(content: bytes) -> tuple[str, int]:
    return hashlib.sha256(content).hexdigest(), len(content)


if __name__ == "__main__":
    main()
