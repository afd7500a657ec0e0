"""Settings from the environment, loud about what is missing or makes no sense.

Every value can also come from a file: `NAME_FILE=/run/secrets/name` is read when `NAME` is unset,
which is how containers hand over secrets.
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


def text(name, default=None) -> str:
    """The value of `name`; without one `default`, and without a default an ImproperlyConfigured."""
    if value := os.environ.get(name):  # a blank one is how a compose file says "unset"
        return value
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE={path} cannot be read: {error}") from error
    if default is None:
        raise ImproperlyConfigured(f"Set {name} (or {name}_FILE); .env.example explains it.")
    return default


def flag(name, default=False) -> bool:
    value = text(name, str(int(default))).strip().lower()
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")


def number(name, default, *, least=None) -> int:
    value = text(name, str(default))
    try:
        found = int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from error
    if least is not None and found < least:
        raise ImproperlyConfigured(f"{name} must be {least} at least, not {found}.")
    return found


def names(name, default="") -> list[str]:
    """A comma-separated list, blanks dropped."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def folder(name) -> str:
    """A folder that a library looks up in the environment too; made where it is missing.

    A blank one is taken out of the environment: the library would take it for a folder.
    """
    if path := text(name, ""):
        Path(path).mkdir(parents=True, exist_ok=True)
    else:
        os.environ.pop(name, None)
    return path


def json_object(name) -> dict:
    """A JSON object, such as `{"domain": "geo.example.org"}`; an empty one where it is unset."""
    try:
        value = json.loads(text(name, "{}"))
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be JSON: {error}") from error
    if not isinstance(value, dict):
        raise ImproperlyConfigured(f'{name} must be a JSON object, like {{"domain": "…"}}.')
    return value


def one_of(name, choices, default="") -> set | set[str]:
    """A comma-separated list of some of `choices`, as a set; `none` is an empty one."""
    given = set(names(name, default))
    if given == {"none"}:
        return set()
    if unknown := sorted(given - set(choices)):
        known = ", ".join(choices)
        raise ImproperlyConfigured(f"{name} knows {known}; not {', '.join(unknown)}.")
    return given


def together(*wanted) -> dict[str, str]:
    """Values that make sense only together, by name; empty where none is given."""
    values = {name: text(name, "") for name in wanted}
    missing = [name for name, value in values.items() if not value]
    if len(missing) == len(wanted):
        return {}
    if missing:
        given = ", ".join(name for name in wanted if name not in missing)
        raise ImproperlyConfigured(f"{given} is set, so {', '.join(missing)} must be set too.")
    return values


def pairs(name) -> list[tuple[str, str]]:
    """`crew=streets:member, boss=admin` as pairs."""
    found = [tuple(part.strip() for part in each.split("=", 1)) for each in names(name)]
    if wrong := [each for each in found if len(each) != 2 or not all(each)]:
        raise ImproperlyConfigured(f"{name} must be pairs like name=value, not {wrong[0][0]!r}.")
    return found


def rate_limits(name) -> dict[str, str] | None:
    """`report.address=100/minute;900/hour, miss.address=40/minute` as a dict, None for `off`."""
    if text(name, "").strip().lower() == "off":
        return None
    given = dict(pairs(name))
    if unknown := sorted(given.keys() - rate_limiter.USUAL.keys()):
        raise ImproperlyConfigured(
            f"{name} knows {', '.join(rate_limiter.USUAL)}; not {unknown[0]}."
        )
    for limit in given.values():
        try:
            parse_many(limit)
        except ValueError as error:
            raise ImproperlyConfigured(f"{name}: {limit!r} is not like 60/minute.") from error
    return given


def oidc_apps(provider, groups) -> list[dict]:
    """What `together` gave of an OpenID Connect provider as one of allauth's apps, or none."""
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


def database(url) -> dict[str, Any]:
    """A `postgresql://user:password@host:port/name?host=/socket` address as Django's settings."""
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


_DJANGOS_MAILERS = {"memory": "locmem", "console": "console", "file": "filebased"}


def mailers(url) -> dict[str, dict[str, Any]]:
    """MAILERS for smtp://user:password@host:port?tls=1, file:///folder, console: or memory:."""
    return {"default": _mailer(url)}


def _mailer(url) -> dict[str, Any]:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    if kind := _DJANGOS_MAILERS.get(parts.scheme):
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


def pack_value(pack, name) -> Any:
    """One value of the city pack's own file, for settings that must agree with the city."""
    with (Path(pack) / "city.toml").open("rb") as file:
        return tomllib.load(file)[name]


def photo_origin(base_url) -> str:
    """Where public photos are asked for: "" for the application's own host."""
    host = text("PHOTO_HOST", "")
    return f"{urlsplit(base_url).scheme}://{host}" if host else ""


def hosts_of(*origins) -> list:
    """The names of hosts, without their ports."""
    return [urlsplit(origin).hostname for origin in origins if origin]


def bucket_origins(bucket) -> list | list[str]:
    """What a page must be allowed to reach for browsers to send files to the bucket themselves.

    It is either a folder of the public endpoint or a host below it, as S3_ADDRESSING says.
    """
    parts = urlsplit(text("S3_PUBLIC_ENDPOINT", ""))
    if not bucket or not parts.netloc:
        return []
    return [f"{parts.scheme}://{parts.netloc}", f"{parts.scheme}://{bucket}.{parts.netloc}"]


def photo_storage(bucket, folder) -> dict[str, Any]:
    """One of Django's STORAGES: the S3 bucket of that name, or without one the folder."""
    if not bucket:
        return {
            "BACKEND": "lib.file_storage.Folder",
            "OPTIONS": {"location": str(folder), "allow_overwrite": True},
        }
    return {
        "BACKEND": "lib.s3.Bucket",
        "OPTIONS": {
            "bucket_name": bucket,
            "endpoint_url": text("S3_ENDPOINT", "") or None,
            "public_endpoint": text("S3_PUBLIC_ENDPOINT", "").rstrip("/"),
            "region_name": text("S3_REGION", "us-west-2"),
            "access_key": text("S3_ACCESS_KEY"),
            "secret_key": text("S3_SECRET_KEY"),
            "addressing_style": text("S3_ADDRESSING", "auto"),
            "querystring_expire": 300,
        },
    }
