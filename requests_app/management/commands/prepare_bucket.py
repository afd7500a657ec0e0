from botocore.exceptions import ClientError
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError

from santa311.lib.breaker import Unavailable

DAYS_TO_ARRIVE = 1
UNKNOWN = {"NotImplemented", "MethodNotAllowed"}


class Command(BaseCommand):
    help = (
        "Set up the S3 bucket of the photos: it is made if it is not there; browsers on the "
        "city's own pages may send photos to it (CORS); what was sent there and never became a "
        "photo is thrown away after a day; and the public is shut out, where the service knows "
        "how. Safe to repeat. Its keys need the right to administer the bucket, which the "
        "application itself does not."
    )

    def handle(self, **_options):
        if not settings.STORAGES["default"]["BACKEND"].endswith("Bucket"):
            raise CommandError("S3_BUCKET is not set: photos lie in a folder, and need no bucket.")
        try:
            self._prepare()
        except Unavailable as error:
            raise CommandError(f"The bucket cannot be prepared: {error.__cause__}") from error
        except ClientError as error:
            raise CommandError(f"The bucket cannot be prepared: {error}") from error

    def _prepare(self):
        self._make()
        client, bucket = default_storage.client, default_storage.bucket_name
        client.put_bucket_cors(Bucket=bucket, CORSConfiguration=_cors())
        client.put_bucket_lifecycle_configuration(
            Bucket=bucket, LifecycleConfiguration=_lifecycle()
        )
        self.stdout.write(f"{bucket}: browsers on {_origin()} may send photos here.")
        self._shut_out(client, bucket)

    def _make(self):
        client, bucket = default_storage.client, default_storage.bucket_name
        try:
            client.head_bucket(Bucket=bucket)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
                raise
            client.create_bucket(Bucket=bucket, **_where(client))
            self.stdout.write(f"{bucket}: made.")

    def _shut_out(self, client, bucket):
        """Nothing here is for the public without a signature."""
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
            if error.response["Error"]["Code"] not in UNKNOWN:
                raise
            self.stdout.write(f"{bucket}: the service has no switch against public access.")


def _origin():
    return settings.BASE_URL


def _cors():
    rule = {
        "AllowedOrigins": [_origin()],
        "AllowedMethods": ["POST"],
        "AllowedHeaders": ["*"],
        "MaxAgeSeconds": 3600,
    }
    return {"CORSRules": [rule]}


def _lifecycle():
    rule = {
        "ID": "what never became a photo",
        "Status": "Enabled",
        "Filter": {"Prefix": "incoming/"},
        "Expiration": {"Days": DAYS_TO_ARRIVE},
    }
    return {"Rules": [rule]}


def _where(client):
    """Amazon wants to hear the region where it is not its first one; others do not mind."""
    region = client.meta.region_name
    if region == "us-east-1" or "amazonaws.com" not in client.meta.endpoint_url:
        return {}
    return {"CreateBucketConfiguration": {"LocationConstraint": region}}
