"""Suggestions for email addresses with a mistyped domain."""

from rapidfuzz import process
from rapidfuzz.distance import OSA

COMMON_DOMAINS = ("gmail.com", "yahoo.com", "hotmail.com", "outlook.com", "icloud.com")
SIMILAR_REAL_DOMAINS = frozenset({"mail.com", "email.com", "ymail.com", "yahoo.ca", "hotmail.ca"})
MAX_TYPOS = 2


def suggest_email(email: str) -> str:
    """Return `email` with the common domain that its domain nearly matches, or "".

    Return "" if the domain is in COMMON_DOMAINS or SIMILAR_REAL_DOMAINS, or differs from each
    common domain by more than MAX_TYPOS edits. Nothing is looked up.
    """
    name, _at, domain = email.rpartition("@")
    domain = domain.lower()
    if domain in COMMON_DOMAINS or domain in SIMILAR_REAL_DOMAINS:
        return ""
    found = process.extractOne(domain, COMMON_DOMAINS, scorer=OSA.distance, score_cutoff=MAX_TYPOS)
    return f"{name}@{found[0]}" if found else ""
