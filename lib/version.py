"""The version of this release, as in pyproject.toml, which is not installed in production."""

VERSION = "0.1.0"
