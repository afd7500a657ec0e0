"""References such as SM-7K3Q-X9F2: short, readable aloud, no order to guess, no look-alikes."""

import re
import secrets

# No 0/O, 1/I/L, 2/Z, 5/S, 8/B, U/V: one of each pair at the most.
ALPHABET = "2346789ACDEFGHJKMNPQRTVWXY"
REFERENCE_PATTERN = re.compile(rf"[A-Z]{{1,4}}-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}")
_PART = re.compile(rf"(?=.{{4,12}}$)[A-Z]{{0,4}}[{ALPHABET}]{{1,8}}", re.ASCII)


def new_reference(prefix: str) -> str:
    """A random reference; one of 26**8 (209 thousand million) per prefix."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{prefix}-{letters[:4]}-{letters[4:]}"


def normalize_reference(typed: str) -> str | None:
    """Return the reference that someone typed in its own form; None if the text is no reference.

    Spaces, case and missing dashes do not matter. Of three parts, each must have its length: a part
    with a missing letter is not filled up from the part before it.
    """
    parts = re.findall(r"[A-Z0-9]+", typed.upper()[:40])
    letters = "".join(parts)
    if len(letters) < 9 or (len(parts) == 3 and [len(part) for part in parts[1:]] != [4, 4]):
        return None
    reference = f"{letters[:-8]}-{letters[-8:-4]}-{letters[-4:]}"
    return reference if REFERENCE_PATTERN.fullmatch(reference) else None


def parse_reference(typed: str, prefix: str) -> str | None:
    """Return what `tidy` does, also where the city's letters in front, its `prefix`, are left out.

    The prefix with fewer than eight letters behind it is no reference: its last letter does not
    count as the first of the eight.
    """
    letters = re.sub(r"[^A-Z0-9]", "", typed.upper()[:40])
    is_short = letters.startswith(prefix) and len(letters) < len(prefix) + 8
    has_prefix_of_its_own = re.fullmatch(r"\s*\w{1,4}\W+\w{4}\W+\w{4}\s*", typed[:40])
    if is_short and not has_prefix_of_its_own:
        return None
    return normalize_reference(typed) or normalize_reference(f"{prefix}-{typed}")


def parse_reference_part(typed: str) -> str | None:
    """Return the letters and digits of a part of a reference, without dashes and blanks.

    The result has four to twelve characters. It is None where `typed` is no part of a reference.
    """
    letters = re.sub(r"[\s-]", "", typed[:40]).upper()
    return letters if _PART.fullmatch(letters) else None


def new_references(prefix: str, count: int, is_taken) -> list[str]:
    """So many different references; `is_taken` tells which of a set of them somebody has."""
    found: set[str] = set()
    while len(found) < count:
        found |= {new_reference(prefix) for _ in range(count - len(found))}
        found -= is_taken(found)
    return list(found)


class ReferenceConverter:
    """Gives the reference in its own form, however it was typed; what is none is a 404."""

    regex = r"[A-Za-z0-9-]{9,16}"

    def to_python(self, value) -> str:
        tidied = normalize_reference(value)
        if tidied is None:
            raise ValueError(value)
        return tidied

    def to_url(self, value) -> str:
        return str(value)
