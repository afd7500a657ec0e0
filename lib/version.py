"""Which release this is; the same as in pyproject.toml, which is not there in production."""

VERSION = "0.1.0"
