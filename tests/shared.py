"""Real test data that lies beside the checkout, where there is any: `../shared`."""

import os
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


def shared(path):
    """Return the path of a file or folder in `../shared`; skip the test where it is absent."""
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"the real test data is not here: {found} is missing")
    return found


def photo(path):
    """Return the path of a real photo, such as `good/small.webp`; skip the test without it."""
    return shared(os.path.join("photos", path))
