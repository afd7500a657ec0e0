"""Request references such as SM-7K3Q-X9F2: random, readable aloud, without similar characters."""

import re
import secrets
from collections.abc import Callable

# At most one of each group of similar characters: 0/O, 1/I/L, 2/Z, 5/S, 8/B, U/V.
ALPHABET = "2346789ACDEFGHJKMNPQRTVWXY"
REFERENCE_PATTERN = re.compile(rf"[A-Z]{{1,4}}-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}")
_PART = re.compile(rf"(?=.{{4,12}}$)[A-Z]{{0,4}}[{ALPHABET}]{{1,8}}", re.ASCII)


def new_reference(prefix: str) -> str:
    """Return a random reference, one of 26**8 (2 * 10**11) per prefix."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{prefix}-{letters[:4]}-{letters[4:]}"


def normalize_reference(typed: str) -> str | None:
    """Return a typed reference in its canonical form; None if the text is no reference.

    Spaces, case and missing dashes are ignored. Of three parts, the last two must have four
    characters each.
    """
    parts = re.findall(r"[A-Z0-9]+", typed.upper()[:40])
    letters = "".join(parts)
    if len(letters) < 9 or (len(parts) == 3 and [len(part) for part in parts[1:]] != [4, 4]):
        return None
    reference = f"{letters[:-8]}-{letters[-8:-4]}-{letters[-4:]}"
    return reference if REFERENCE_PATTERN.fullmatch(reference) else None


def parse_reference(typed: str, prefix: str) -> str | None:
    """Return a typed reference in its canonical form, also one without the city's `prefix`.

    Return None for other text, such as the prefix with fewer than eight characters after it.
    """
    letters = re.sub(r"[^A-Z0-9]", "", typed.upper()[:40])
    is_short = letters.startswith(prefix) and len(letters) < len(prefix) + 8
    has_prefix_of_its_own = re.fullmatch(r"\s*\w{1,4}\W+\w{4}\W+\w{4}\s*", typed[:40])
    if is_short and not has_prefix_of_its_own:
        return None
    return normalize_reference(typed) or normalize_reference(f"{prefix}-{typed}")


def parse_reference_part(typed: str) -> str | None:
    """Return a typed part of a reference in capitals, without spaces and dashes.

    Return None unless it has four to twelve valid characters.
    """
    letters = re.sub(r"[\s-]", "", typed[:40]).upper()
    return letters if _PART.fullmatch(letters) else None


def new_references(
    prefix: str, count: int, find_taken: Callable[[set[str]], set[str]]
) -> list[str]:
    """Return `count` different references, in no order.

    `find_taken` returns those of a set that are in use.
    """
    found: set[str] = set()
    while len(found) < count:
        found |= {new_reference(prefix) for _ in range(count - len(found))}
        found -= find_taken(found)
    return list(found)


class ReferenceConverter:
    """A path converter that accepts a reference as typed; an invalid one is a 404."""

    regex = r"[A-Za-z0-9-]{9,16}"

    def to_python(self, value: str) -> str:
        """Return the canonical reference. Raise ValueError (a 404) for an invalid one."""
        tidied = normalize_reference(value)
        if tidied is None:
            raise ValueError(value)
        return tidied

    def to_url(self, value: str) -> str:
        return str(value)
