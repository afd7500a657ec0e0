"""Makes the bucket for photos, and says who may do what with it. Safe to repeat.

Runs with S3_ADMIN_ACCESS_KEY and S3_ADMIN_SECRET_KEY, which the application itself never has.
"""

import json
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

from santa311.lib import env

BUCKET = env.text("S3_BUCKET")
SITE = env.text("BASE_URL", "http://localhost:8000")
# Whoever has no key reads nothing at all: originals are private, and what may be seen is handed
# out by the application or by a link that it signs.
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "NothingWithoutASignature",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"],
            "Condition": {"StringEquals": {"aws:PrincipalType": "Anonymous"}},
        }
    ],
}


def main():
    store = boto3.client(
        "s3",
        endpoint_url=env.text("S3_ENDPOINT", "") or None,
        region_name=env.text("S3_REGION", "us-west-2"),
        aws_access_key_id=env.text("S3_ADMIN_ACCESS_KEY"),
        aws_secret_access_key=env.text("S3_ADMIN_SECRET_KEY"),
        config=Config(s3={"addressing_style": env.text("S3_ADDRESSING", "auto")}),
    )
    if BUCKET not in [each["Name"] for each in store.list_buckets()["Buckets"]]:
        store.create_bucket(Bucket=BUCKET)
    store.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(POLICY))
    store.put_bucket_cors(Bucket=BUCKET, CORSConfiguration={"CORSRules": [_browsers()]})


def _browsers():
    """A page of the city may send a photo straight here, and a page of nobody else."""
    site = urlsplit(SITE)
    return {
        "AllowedOrigins": [f"{site.scheme}://{site.netloc}"],
        "AllowedMethods": ["GET", "HEAD", "POST", "PUT"],
        "AllowedHeaders": ["*"],
        "MaxAgeSeconds": 3600,
    }


if __name__ == "__main__":
    main()
