"""Other systems in the administration: their keys."""

from open311.admin import keys

__all__ = ["keys"]
