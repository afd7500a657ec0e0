"""Whether two people wrote the same: what a text says, without how it was typed."""

import hashlib
import unicodedata

SHORTEST = 12  # letters and digits; "big hole" is said by many who never met


def digest_of(words: str) -> str:
    """SHA-256 in hex of the letters and digits, without case and accents; "" where too few."""
    plain = unicodedata.normalize("NFKD", words).casefold()
    letters = "".join(char for char in plain if char.isalnum())
    return hashlib.sha256(letters.encode()).hexdigest() if len(letters) >= SHORTEST else ""
