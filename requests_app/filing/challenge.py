"""Proof of work and honeypot that protect the filing of reports from programs.

A challenge is required only under load: many reports in the city or from one network address. A
report by a new browser that went through all steps within seconds counts as several. A script
solves the challenge while the person reads the page (static/js/filing/challenge.js). A browser
without scripts can send the report, too; an agent then reviews it before it is published.

A challenge is bound to one draft, and a draft is sent once, so a solution cannot be reused.
"""

import hashlib
import json
import secrets
from contextlib import suppress
from datetime import timedelta

import altcha
from django.conf import settings

from lib import clock, rate_limiter
from lib.http import client_address
from requests_app.models import Draft
from requests_app.status import ReviewReason

HONEYPOT_FIELD = "website"  # an input that no person sees; programs fill in whatever there is
CHALLENGE_FIELD, SOLUTION_FIELD = "challenge", "altcha"  # names of the form's inputs
ALGORITHM, COST = "PBKDF2/SHA-256", 1000
COUNTER_RANGE = range(100, 200)  # takes a phone some tenths of a second
CHALLENGE_LIFETIME = timedelta(hours=2)
HASTY_WITHIN = timedelta(seconds=10)  # from a browser's first request to its first report
HASTY_WEIGHT = 4  # number of reports that a hasty report counts as
MAX_SOLUTION_LENGTH = 4000  # characters; a longer solution is invalid
_CITY_KEY = "the city"


class ChallengeRequired(Exception):
    """The report must be sent again from a page that contains a challenge."""


def is_challenge_required(request) -> bool:
    """Return True if the city or the client's network has sent more reports than its limit.

    Nothing is counted. Always False if RATE_LIMITS is None.
    """
    if settings.RATE_LIMITS is None:
        return False
    is_quiet_here = rate_limiter.is_below_limit("quiet.address", client_address(request))
    return not is_quiet_here or not rate_limiter.is_below_limit("quiet.city", _CITY_KEY)


def count_report(request, draft: Draft) -> None:
    """Count one sent report for the city and for the client's network (`is_challenge_required`).

    A hasty report counts as HASTY_WEIGHT. An exceeded limit raises nothing.
    """
    weight = HASTY_WEIGHT if _is_hasty(draft) else 1
    for name, who in [("quiet.city", _CITY_KEY), ("quiet.address", client_address(request))]:
        with suppress(rate_limiter.RateLimitExceeded):
            rate_limiter.count_attempt(name, who, weight)


def _is_hasty(draft: Draft) -> bool:
    """Return True if both the draft and its device are newer than HASTY_WITHIN."""
    since = clock.now() - HASTY_WITHIN
    return draft.created_at > since and draft.device.created_at > since


def create_challenge(draft: Draft) -> str:
    """Return a new challenge for the draft as JSON, which the form also sends back unchanged.

    The challenge expires after CHALLENGE_LIFETIME and is not stored.
    """
    made = altcha.create_challenge(
        ALGORITHM,
        COST,
        counter=secrets.choice(COUNTER_RANGE),
        expires_at=clock.now() + CHALLENGE_LIFETIME,
        data=_challenge_data(draft),
        hmac_secret=_challenge_secret(),
    )
    return json.dumps(made.to_dict(), separators=(",", ":"))


def find_review_reason(request, draft: Draft) -> str:
    """Return the ReviewReason for which an agent must review the report; "" for none.

    TRAP if the honeypot was filled in; NO_PROOF if a required challenge was in the form but not
    solved. Raise ChallengeRequired if a challenge is required and the form did not contain one.
    """
    if request.POST.get(HONEYPOT_FIELD):
        return ReviewReason.TRAP
    if not is_challenge_required(request) or is_valid_solution(
        request.POST.get(SOLUTION_FIELD, ""), draft
    ):
        return ""
    if request.POST.get(CHALLENGE_FIELD):
        return ReviewReason.NO_PROOF
    raise ChallengeRequired


def is_valid_solution(solution: str, draft: Draft) -> bool:
    """Return True if `solution` solves a challenge of this site, not expired, for this draft."""
    if not solution or len(solution) > MAX_SOLUTION_LENGTH:
        return False
    try:
        is_right = altcha.verify_solution(solution, _challenge_secret()).verified
        data = altcha.Payload.from_base64(solution).challenge.parameters.data
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError):
        return False  # the library raises these for malformed solutions
    return is_right and data == _challenge_data(draft)


def _challenge_data(draft: Draft) -> dict[str, str]:
    """Return the data that bind a challenge to this draft."""
    return {"report": str(draft.pk)}


def _challenge_secret() -> str:
    """Return the key that signs challenges, as hex; it is derived from LINK_SECRET."""
    return hashlib.sha256(f"proofs:{settings.LINK_SECRET}".encode()).hexdigest()
