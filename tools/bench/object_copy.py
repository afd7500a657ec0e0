"""The other half of a backup: a bucket copied away and back by the tools that operators use.

`./run tool python -m tools.bench.object_copy` starts a real S3 server (SeaweedFS), puts generated
objects of a photo's sizes into its bucket, copies it to a folder with `aws s3 sync` or `rclone
sync`, which is on the PATH, compares names and SHA-256 of every object, empties the bucket, copies
it back and compares again. Prints objects and megabytes a second. A second copy must find nothing
to do.
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
from pathlib import Path

import boto3

from tests.bucket import KEYS, Server

BUCKET = "photos"
KINDS = [
    ("originals/{}.jpg", 400_000),
    ("sizes/{}-320.webp", 12_000),
    ("sizes/{}-960.webp", 60_000),
]


class Copier:
    """`aws` or `rclone`, told where the bucket is by its environment alone."""

    def __init__(self, endpoint):
        self.name = next((name for name in ("aws", "rclone") if shutil.which(name)), None)
        if self.name is None:
            sys.exit("Neither aws nor rclone is on the PATH.")
        self._endpoint = endpoint
        self._environment = os.environ | {
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

    def away(self, folder):
        return self._sync(f"s3://{BUCKET}", f"s3:{BUCKET}", str(folder), to_bucket=False)

    def back(self, folder):
        return self._sync(f"s3://{BUCKET}", f"s3:{BUCKET}", str(folder), to_bucket=True)

    def _sync(self, for_aws, for_rclone, folder, *, to_bucket):
        bucket = for_aws if self.name == "aws" else for_rclone
        ends = (folder, bucket) if to_bucket else (bucket, folder)
        how = {
            "aws": ["aws", "--endpoint-url", self._endpoint, "s3", "sync", *ends],
            "rclone": ["rclone", "sync", "--checksum", "-v", *ends],
        }[self.name]
        done = subprocess.run(
            how, env=self._environment, capture_output=True, text=True, check=True
        )
        return done.stdout + done.stderr


def fill(s3, count):
    """Digests by name of what was put there: three objects to a photo."""
    dice, put = random.Random(311), {}
    for number in range(count):
        name, size = KINDS[number % len(KINDS)]
        content = dice.randbytes(dice.randrange(size // 2, size))
        key = name.format(f"{number // len(KINDS):08}")
        s3.put_object(Bucket=BUCKET, Key=key, Body=content)
        put[key] = hashlib.sha256(content).hexdigest(), len(content)
    return put


def in_folder(folder):
    files = (path for path in Path(folder).rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): _told(path.read_bytes()) for path in files}


def in_bucket(s3):
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
    keys = [each["Key"] for page in pages for each in page.get("Contents", [])]
    return {
        key: _told(s3.get_object(Bucket=BUCKET, Key=key)["Body"].read())
        for key in keys
        if not key.endswith("/")
    }


def _told(content):
    return hashlib.sha256(content).hexdigest(), len(content)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--objects", type=int, default=1500)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="s311-objects-"))
    (folder / "server").mkdir()
    server = Server(folder / "server")
    try:
        server.start()
        drill(server, folder, options.objects)
    finally:
        server.stop()
        shutil.rmtree(folder)


def drill(server, folder, count):
    s3 = boto3.client(
        "s3",
        endpoint_url=server.endpoint,
        aws_access_key_id=KEYS["accessKey"],
        aws_secret_access_key=KEYS["secretKey"],
        region_name="us-west-2",
    )
    s3.create_bucket(Bucket=BUCKET)
    put, copier = fill(s3, count), Copier(server.endpoint)
    megabytes = sum(size for __, size in put.values()) / 1e6
    print(f"{count} objects, {megabytes:.0f} MB, {copier.name}")

    def timed(what, act):
        started = time.monotonic()
        said = act(folder / "copy")
        took = time.monotonic() - started
        print(
            f"  {what:<14}{took:6.1f} s {count / took:8.0f} a second {megabytes / took:6.1f} MB/s"
        )
        return said

    timed("copied away", copier.away)
    assert in_folder(folder / "copy") == put
    nothing = timed("again", copier.away)
    assert "download:" not in nothing, "a second copy found something to do"
    assert "Copied" not in nothing, "a second copy found something to do"
    for key in put:
        s3.delete_object(Bucket=BUCKET, Key=key)
    assert in_bucket(s3) == {}
    timed("copied back", copier.back)
    assert in_bucket(s3) == put
    print("  every name and digest is the same, in the copy and in the bucket that was restored")


if __name__ == "__main__":
    main()
