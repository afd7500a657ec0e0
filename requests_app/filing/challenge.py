"""A little work that a browser does for a report, so that nobody sends ten thousand of them.

It is asked for only while it is not quiet: very many reports in the city or from one address, where
those of new browsers that went through all steps within seconds weigh more. Nobody sees a puzzle: a
script solves it while the page is read (static/js/filing/challenge.js). Without scripts all is
sent as well; a person then looks at the report before it goes on.

A challenge is for one report, and a report is sent once, so no solution is of use twice.
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
from requests_app.status import ReviewReason

HONEYPOT_FIELD = "website"  # an input that no person sees; programs fill in whatever there is
CHALLENGE_FIELD, SOLUTION_FIELD = "challenge", "altcha"  # the inputs that carry them
ALGORITHM, COST = "PBKDF2/SHA-256", 1000
COUNTER_RANGE = range(
    100, 200
)  # some tenths of a second on a phone, and never more than twice that
CHALLENGE_LIFETIME = timedelta(hours=2)
HASTY_WITHIN = timedelta(seconds=10)  # from a browser's first sign of life to its first report
HASTY_WEIGHT = 4  # so many reports one of those counts for
MAX_SOLUTION_LENGTH = 4000  # characters of a solution that are looked at
_CITY_KEY = "the city"


class ChallengeRequired(Exception):
    """It is not quiet, and this report brought no challenge: show it one."""


def is_challenge_required(request) -> bool:
    if settings.RATE_LIMITS is None:
        return False
    is_quiet_here = rate_limiter.is_left("quiet.address", client_address(request))
    return not is_quiet_here or not rate_limiter.is_left("quiet.city", _CITY_KEY)


def count_report(request, draft) -> None:
    """One more report was sent: from so many on it is not quiet any more."""
    weight = HASTY_WEIGHT if _is_hasty(draft) else 1
    for name, who in [("quiet.city", _CITY_KEY), ("quiet.address", client_address(request))]:
        with suppress(rate_limiter.TooMany):
            rate_limiter.take(name, who, weight)


def _is_hasty(draft) -> bool:
    since = clock.now() - HASTY_WITHIN
    return draft.created_at > since and draft.device.created_at > since


def create_challenge(draft) -> str:
    """JSON that a script solves and that the form sends back as it is."""
    made = altcha.create_challenge(
        ALGORITHM,
        COST,
        counter=secrets.choice(COUNTER_RANGE),
        expires_at=clock.now() + CHALLENGE_LIFETIME,
        data=_challenge_data(draft),
        hmac_secret=_challenge_secret(),
    )
    return json.dumps(made.to_dict(), separators=(",", ":"))


def find_review_reason(request, draft) -> str:
    """Why a person should look at what was just sent (a ReviewReason), or "". Raises Wanted."""
    if request.POST.get(HONEYPOT_FIELD):
        return ReviewReason.TRAP
    if not is_challenge_required(request) or is_valid_solution(
        request.POST.get(SOLUTION_FIELD, ""), draft
    ):
        return ""
    if request.POST.get(CHALLENGE_FIELD):
        return ReviewReason.NO_PROOF
    raise ChallengeRequired


def is_valid_solution(solution, draft) -> bool:
    """Whether it is the answer to a challenge of ours for this very report."""
    if not solution or len(solution) > MAX_SOLUTION_LENGTH:
        return False
    try:
        is_right = altcha.verify_solution(solution, _challenge_secret()).verified
        data = altcha.Payload.from_base64(solution).challenge.parameters.data
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError):
        return False  # what the library stumbles over is no solution
    return is_right and data == _challenge_data(draft)


def _challenge_data(draft) -> dict[str, str]:
    """What a challenge carries, so that its solution is good for this report alone."""
    return {"report": str(draft.pk)}


def _challenge_secret() -> str:
    return hashlib.sha256(f"proofs:{settings.LINK_SECRET}".encode()).hexdigest()
