"""The digest by which descriptions with the same words are recognized."""

import hashlib
import unicodedata

MIN_LETTERS = 12  # many people write a text as short as “big hole” independently


def compute_text_digest(words: str) -> str:
    """Return the SHA-256 in hex of the letters and digits, without case and accents.

    Return "" for fewer than MIN_LETTERS letters and digits.
    """
    plain = unicodedata.normalize("NFKD", words).casefold()
    letters = "".join(char for char in plain if char.isalnum())
    return hashlib.sha256(letters.encode()).hexdigest() if len(letters) >= MIN_LETTERS else ""
