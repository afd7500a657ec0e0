import json
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files.storage import storages
from django.core.management.base import BaseCommand, CommandError

from lib import env
from lib.s3 import BucketStorage
from requests_app.photos.direct_upload import INCOMING_FOLDER

UPLOAD_LIFETIME_DAYS = 1
UNSUPPORTED_CODES = {"NotImplemented", "MethodNotAllowed"}


class Command(BaseCommand):
    help = (
        "Set up the S3 bucket of the photos: it is made if it is not there; browsers on the "
        "city's own pages may send photos to it (CORS); what was sent there and never became a "
        "photo is deleted after a day; and the public is shut out, where the service knows "
        "how. Safe to repeat. Its keys need the right to administer the bucket, which the "
        "application itself does not: it takes S3_ADMIN_ACCESS_KEY and S3_ADMIN_SECRET_KEY where "
        "they are set."
    )

    def handle(self, **_options) -> None:
        """Prepare the bucket. Raise CommandError without S3 or if the service refuses."""
        if not isinstance(storages["default"], BucketStorage):
            raise CommandError("S3_BUCKET is not set: photos are stored in a folder.")
        try:
            self._prepare()
        except (BotoCoreError, ClientError) as error:
            raise CommandError(f"The bucket can't be prepared: {error}") from error

    def _prepare(self) -> None:
        """Create the bucket if needed; set policy, CORS, lifecycle and public access block."""
        storage = _admin_storage()
        client, bucket = storage.client, storage.bucket_name
        self._create_bucket(client, bucket)
        client.put_bucket_policy(Bucket=bucket, Policy=json.dumps(_policy(bucket)))
        client.put_bucket_cors(Bucket=bucket, CORSConfiguration=_cors())
        client.put_bucket_lifecycle_configuration(
            Bucket=bucket, LifecycleConfiguration=_lifecycle()
        )
        self.stdout.write(f"{bucket}: browsers on {settings.BASE_URL} may send photos here.")
        self._block_public_access(client, bucket)

    def _create_bucket(self, client: Any, bucket: str) -> None:
        """Create the bucket if it does not exist. Raise ClientError for another refusal."""
        try:
            client.head_bucket(Bucket=bucket)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
                raise
            client.create_bucket(Bucket=bucket, **_location_options(client))
            self.stdout.write(f"{bucket}: made.")

    def _block_public_access(self, client: Any, bucket: str) -> None:
        """Block access without a signature; write a note if the service does not support it.

        Raise ClientError for any other refusal.
        """
        names = (
            "BlockPublicAcls",
            "IgnorePublicAcls",
            "BlockPublicPolicy",
            "RestrictPublicBuckets",
        )
        try:
            client.put_public_access_block(
                Bucket=bucket, PublicAccessBlockConfiguration=dict.fromkeys(names, True)
            )
        except ClientError as error:
            if error.response["Error"]["Code"] not in UNSUPPORTED_CODES:
                raise
            self.stdout.write(f"{bucket}: the service has no switch against public access.")


def _admin_storage() -> BucketStorage:
    """Return the photo storage with the administrator's keys of the environment, if set."""
    described = settings.STORAGES["default"]
    keys = {
        "access_key": env.read_text("S3_ADMIN_ACCESS_KEY", ""),
        "secret_key": env.read_text("S3_ADMIN_SECRET_KEY", ""),
    }
    given = {name: key for name, key in keys.items() if key}
    described = {**described, "OPTIONS": {**described["OPTIONS"], **given}}
    storage = storages.create_storage(described)
    assert isinstance(storage, BucketStorage)
    return storage


def _policy(bucket: str) -> dict[str, Any]:
    """Return a policy that denies access without a key. Photos are served by signed URLs."""
    statement = {
        "Sid": "NothingWithoutASignature",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
        "Condition": {"StringEquals": {"aws:PrincipalType": "Anonymous"}},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def _cors() -> dict[str, list[dict[str, Any]]]:
    """Return the CORS rule that pages on BASE_URL may POST files."""
    rule = {
        "AllowedOrigins": [settings.BASE_URL],
        "AllowedMethods": ["POST"],
        "AllowedHeaders": ["*"],
        "MaxAgeSeconds": 3600,
    }
    return {"CORSRules": [rule]}


def _lifecycle() -> dict[str, list[dict[str, Any]]]:
    """Return the rule that uploads which never became a photo are deleted after a day."""
    rule = {
        "ID": "what never became a photo",
        "Status": "Enabled",
        "Filter": {"Prefix": INCOMING_FOLDER},
        "Expiration": {"Days": UPLOAD_LIFETIME_DAYS},
        "NoncurrentVersionExpiration": {"NoncurrentDays": UPLOAD_LIFETIME_DAYS},
    }
    return {"Rules": [rule]}


def _location_options(client: Any) -> dict | dict[str, dict[str, Any]]:
    """Return the region for Amazon, unless it is the default; other services need none."""
    region = client.meta.region_name
    if region == "us-east-1" or "amazonaws.com" not in client.meta.endpoint_url:
        return {}
    return {"CreateBucketConfiguration": {"LocationConstraint": region}}
