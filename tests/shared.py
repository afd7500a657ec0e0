"""Access to optional real test data in the folder `../shared` next to the checkout."""

import os
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


def shared(path):
    """Return the path of a file or folder in `../shared`. Skip the test if it is missing."""
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"the real test data is not here: {found} is missing")
    return found


def photo(path):
    """Return the path of a real photo, such as `good/small.webp`. Skip the test if missing."""
    return shared(os.path.join("photos", path))
