"""Functions that read settings from environment variables and validate them.

If `NAME` is unset, the file of `NAME_FILE=/run/secrets/name` is read, as containers pass secrets,
or else systemd's credential `santa311.NAME` in $CREDENTIALS_DIRECTORY. Every function raises
ImproperlyConfigured, with the name of the variable, for a value that is missing or invalid.
"""

import json
import os
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from limits import parse_many
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from lib import rate_limiter

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


def read_text(name, default=None) -> str:
    """Return the value of `name`, or `default` if it is unset or empty.

    The file of `NAME_FILE`, or else systemd's credential, is read and stripped if `NAME` is unset
    or empty. Raise ImproperlyConfigured without a default, or if the file cannot be read.
    """
    if value := os.environ.get(name):  # a blank one is how a compose file says "unset"
        return value
    if path := _find_secret_file(name):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}: {path} cannot be read: {error}") from error
    if default is None:
        raise ImproperlyConfigured(f"Set {name} (or {name}_FILE); .env.example explains it.")
    return default


def _find_secret_file(name) -> str | None:
    """Return the path in `NAME_FILE`, or that of systemd's credential if there is one, or None."""
    if path := os.environ.get(f"{name}_FILE"):
        return path
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    credential = Path(folder) / f"santa311.{name}" if folder else None
    return str(credential) if credential and credential.exists() else None


def read_flag(name, default=False) -> bool:
    """Return True for 1, true, yes and on, False for 0, false, no and off; `default` if unset.

    Raise ImproperlyConfigured for another value. Case is ignored.
    """
    value = read_text(name, str(int(default))).strip().lower()
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")


def read_number(name, default, *, minimum=None) -> int:
    """Return a whole number. Raise ImproperlyConfigured for another text, or below `minimum`."""
    value = read_text(name, str(default))
    try:
        found = int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from error
    if minimum is not None and found < minimum:
        raise ImproperlyConfigured(f"{name} must be {minimum} at least, not {found}.")
    return found


def read_list(name, default="") -> list[str]:
    """Return the stripped items of a comma-separated list, without blank ones."""
    return [part.strip() for part in read_text(name, default).split(",") if part.strip()]


def read_folder(name) -> str:
    """Return the path of a folder after creating it; "" if the variable is unset.

    A library also reads the variable. A blank one is removed from the environment, because the
    library would take it for a path.
    """
    if path := read_text(name, ""):
        Path(path).mkdir(parents=True, exist_ok=True)
    else:
        os.environ.pop(name, None)
    return path


def read_json_object(name) -> dict:
    """Return a JSON object such as `{"domain": "geo.example.org"}`, {} if it is unset.

    Raise ImproperlyConfigured for invalid JSON, and for another type than an object.
    """
    try:
        value = json.loads(read_text(name, "{}"))
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be JSON: {error}") from error
    if not isinstance(value, dict):
        raise ImproperlyConfigured(f'{name} must be a JSON object, like {{"domain": "…"}}.')
    return value


def read_choices(name, choices, default="") -> set[str]:
    """Return a comma-separated list of some of `choices` as a set; `none` is the empty set.

    `default` is such a list for an unset variable. Raise ImproperlyConfigured for a value that is
    not one of the choices.
    """
    given = set(read_list(name, default))
    if given == {"none"}:
        return set()
    if unknown := sorted(given - set(choices)):
        known = ", ".join(choices)
        raise ImproperlyConfigured(f"{name} knows {known}; not {', '.join(unknown)}.")
    return given


def read_all_or_none(*wanted) -> dict[str, str]:
    """Return the values of variables that must be set together, by name; {} if none is set.

    Raise ImproperlyConfigured if only some are set.
    """
    values = {name: read_text(name, "") for name in wanted}
    missing = [name for name, value in values.items() if not value]
    if len(missing) == len(wanted):
        return {}
    if missing:
        given = ", ".join(name for name in wanted if name not in missing)
        raise ImproperlyConfigured(f"{given} is set, so {', '.join(missing)} must be set too.")
    return values


def read_pairs(name) -> list[tuple[str, str]]:
    """Return the pairs of `crew=streets:member, boss=admin` in their order, [] if unset.

    Raise ImproperlyConfigured if one half of a pair is missing.
    """
    found = []
    for item in read_list(name):
        left, _sign, right = (part.strip() for part in item.partition("="))
        if not left or not right:
            raise ImproperlyConfigured(f"{name} must be pairs like name=value, not {left!r}.")
        found.append((left, right))
    return found


def read_rate_limits(name) -> dict[str, str] | None:
    """Return the limits of `report.address=100/minute;900/hour, …` by name; None for `off`.

    Limits that are not named are missing, {} if the variable is unset. Raise ImproperlyConfigured
    for an unknown name or an invalid limit.
    """
    if read_text(name, "").strip().lower() == "off":
        return None
    given = dict(read_pairs(name))
    if unknown := sorted(given.keys() - rate_limiter.DEFAULT_LIMITS.keys()):
        raise ImproperlyConfigured(
            f"{name} knows {', '.join(rate_limiter.DEFAULT_LIMITS)}; not {unknown[0]}."
        )
    for limit in given.values():
        try:
            parse_many(limit)
        except ValueError as error:
            raise ImproperlyConfigured(f"{name}: {limit!r} is not like 60/minute.") from error
    return given


def build_oidc_apps(provider, groups) -> list[dict]:
    """Return the app of allauth for an OpenID Connect provider, in a list; [] without a provider.

    `provider` are the values by variable, as read_all_or_none returns them. Raise
    ImproperlyConfigured for groups without a provider, and for a URL without https, except of this
    machine.
    """
    if not provider:
        if groups:
            raise ImproperlyConfigured("OIDC_GROUPS is set, so OIDC_NAME and the others must be.")
        return []
    url = provider["OIDC_SERVER_URL"]
    if not url.startswith(("https://", "http://localhost:", "http://127.0.0.1:")):
        raise ImproperlyConfigured(f"OIDC_SERVER_URL must start with https://, not {url!r}.")
    return [
        {
            "provider_id": "city",
            "name": provider["OIDC_NAME"],
            "client_id": provider["OIDC_CLIENT_ID"],
            "secret": provider["OIDC_CLIENT_SECRET"],
            "settings": {"server_url": url.rstrip("/")},
        }
    ]


def parse_database_url(url) -> dict[str, Any]:
    """Return Django's settings for `postgresql://user:password@host:port/name?host=/socket`.

    Further parameters of the URL are OPTIONS. Raise ImproperlyConfigured, without the URL, if it is
    invalid.
    """
    try:
        found = conninfo_to_dict(url)
    except ProgrammingError:  # its words may hold a part of the password
        raise ImproperlyConfigured(
            "DATABASE_URL must be like postgresql://user:password@host:port/name."
        ) from None
    return {
        "ENGINE": "lib.postgresql",
        "NAME": found.pop("dbname", ""),
        "USER": found.pop("user", ""),
        "PASSWORD": found.pop("password", ""),
        "HOST": found.pop("host", ""),
        "PORT": found.pop("port", ""),
        "OPTIONS": found,
    }


_DJANGO_BACKENDS = {"memory": "locmem", "console": "console", "file": "filebased"}


def build_mailers(url) -> dict[str, dict[str, Any]]:
    """Return MAILERS for a URL: smtp://user:password@host:port?tls=1, file:, console:, memory:.

    Raise ImproperlyConfigured for another scheme.
    """
    return {"default": _build_mailer(url)}


def _build_mailer(url) -> dict[str, Any]:
    """Return the backend and options of a mailer. Raise ImproperlyConfigured."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    if kind := _DJANGO_BACKENDS.get(parts.scheme):
        options = {"file_path": unquote(parts.path)} if parts.scheme == "file" else {}
        return {"BACKEND": f"django.core.mail.backends.{kind}.EmailBackend", "OPTIONS": options}
    if parts.scheme != "smtp":
        raise ImproperlyConfigured(f"EMAIL_URL must start with smtp://, not {parts.scheme}:")
    return {
        "BACKEND": "lib.mail.EmailBackend",
        "OPTIONS": {
            "host": parts.hostname or "localhost",
            "port": parts.port or 25,
            "username": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "use_tls": query.get("tls") == "1",
            "use_ssl": query.get("ssl") == "1",
            "timeout": 5,  # seconds, of each step
            "answer_timeout": 60,  # of what follows a whole mail; lib/mail.py
        },
    }


def read_pack_value(pack, name) -> Any:
    """Return a value of the city pack's city.toml, for settings that must agree with the city.

    Raise FileNotFoundError without the file, KeyError without the value.
    """
    with (Path(pack) / "city.toml").open("rb") as file:
        return tomllib.load(file)[name]


def read_photo_origin(base_url) -> str:
    """Return the origin of PHOTO_HOST, with the scheme of `base_url`; "" if it is unset.

    Without it, the application's own host serves public photos.
    """
    host = read_text("PHOTO_HOST", "")
    return f"{urlsplit(base_url).scheme}://{host}" if host else ""


def list_hostnames(*origins) -> list[str]:
    """Return the host names of the origins that have one, without ports."""
    return [name for origin in origins if origin and (name := urlsplit(origin).hostname)]


def list_bucket_origins(bucket) -> list[str]:
    """Return the origins that pages must be allowed to connect to for uploads to the bucket.

    The bucket is either a path of the public endpoint or a host below it (S3_ADDRESSING), so both
    are returned; [] without a bucket or a public endpoint.
    """
    parts = urlsplit(read_text("S3_PUBLIC_ENDPOINT", ""))
    if not bucket or not parts.netloc:
        return []
    return [f"{parts.scheme}://{parts.netloc}", f"{parts.scheme}://{bucket}.{parts.netloc}"]


def build_photo_storage(bucket, folder) -> dict[str, Any]:
    """Return an entry of STORAGES: the S3 bucket, or the folder if `bucket` is blank.

    Raise ImproperlyConfigured for a bucket without S3_ACCESS_KEY and S3_SECRET_KEY.
    """
    if not bucket:
        return {
            "BACKEND": "lib.file_storage.FolderStorage",
            "OPTIONS": {"location": str(folder), "allow_overwrite": True},
        }
    return {
        "BACKEND": "lib.s3.BucketStorage",
        "OPTIONS": {
            "bucket_name": bucket,
            "endpoint_url": read_text("S3_ENDPOINT", "") or None,
            "public_endpoint": read_text("S3_PUBLIC_ENDPOINT", "").rstrip("/"),
            "region_name": read_text("S3_REGION", "us-west-2"),
            "access_key": read_text("S3_ACCESS_KEY"),
            "secret_key": read_text("S3_SECRET_KEY"),
            "addressing_style": read_text("S3_ADDRESSING", "auto"),
            "querystring_expire": 300,
        },
    }
