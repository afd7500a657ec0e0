"""Real test data that lies beside the checkout, where there is any: `../shared`."""

import os
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


def shared(path):
    """The path of a file or folder in `../shared`; skips the test where it is absent."""
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"the real test data is not here: {found} is missing")
    return found


def photo(path):
    """The path of a real photo, such as `good/small.webp`; skips the test where it is absent."""
    return shared(os.path.join("photos", path))
