"""A mistyped domain of an email address, and the address that was probably meant."""

from rapidfuzz import process
from rapidfuzz.distance import OSA

COMMON = ("gmail.com", "yahoo.com", "hotmail.com", "outlook.com", "icloud.com")
ALIKE = frozenset({"mail.com", "email.com", "ymail.com", "yahoo.ca", "hotmail.ca"})
MOST_TYPOS = 2


def meant(email: str) -> str:
    """`email` with the common domain that its own is nearly; "" where there is nothing to ask."""
    name, _at, domain = email.rpartition("@")
    domain = domain.lower()
    if domain in COMMON or domain in ALIKE:
        return ""
    found = process.extractOne(domain, COMMON, scorer=OSA.distance, score_cutoff=MOST_TYPOS)
    return f"{name}@{found[0]}" if found else ""
