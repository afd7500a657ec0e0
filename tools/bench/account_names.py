"""Check that response times do not reveal which accounts exist.

    python -m tools.bench.account_names [tries]

Starts one web process on an empty city in a folder of its own, with 20 members of staff. It
requests pages alternately with their names and with names that do not exist, each time without
cookies: a wrong password (half of them with a username, half with an email address), a new
password, a sign-in code, the page on which a code is typed, and a wrong code. The default is 500
tries of each kind.

For each kind it prints the median times of known and unknown names, and the share of pairs in which
the known name takes longer (the area under the curve; 0.50 means no difference). It exits with 1 if
a share is not between 0.40 and 0.60, or if two medians differ by 5 ms or more. The last lines are
the p50 and p95 of the sign-in page and of a sign-in with the right password, to compare with other
versions.
"""

import random
import subprocess
import sys
import tempfile
from bisect import bisect_left, bisect_right
from statistics import median

from tools.bench.percentiles import percentile
from tools.bench.scale.browser import TOKEN, Browser
from tools.bench.scale.place import ROOT, Place
from tools.embedded import Postgres

PEOPLE = 20
PASSWORD = "a heron over nine pelicans"
TELLS_NOTHING = (0.40, 0.60)
APART = 5  # ms
WARM_UP = 10
STAFF = f"""
from django.contrib.auth.hashers import make_password
from accounts.models import User
hashed = make_password({PASSWORD!r})
for n in range({PEOPLE}):
    User.objects.create(username=f"known{{n:02}}", email=f"known{{n:02}}@city.example",
                        password=hashed, is_agent=True)
"""
SIGN_IN, RESET, CODE = "/accounts/login/", "/accounts/password/reset/", "/accounts/login/code/"
TYPED = "/accounts/login/code/confirm/"


class Stranger:
    """A client that makes each request as a new browser, without cookies from earlier requests."""

    def __init__(self, port) -> None:
        self.browser = Browser(port)

    def ask(self, path, given=None) -> float:
        """Return the seconds of one response; raise RuntimeError unless it is a 200 or 302."""
        self.browser.cookies = {"csrftoken": TOKEN}
        return self.go_on(path, given)

    def go_on(self, path, given=None) -> float:
        browser = self.browser
        answer = browser.get(path) if given is None else browser.post(path, given)
        browser.answers.clear()
        if answer.status not in {200, 302}:
            raise RuntimeError(f"{path}: {answer.status}")
        return answer.seconds

    def sign_in(self, login, password="not a pelican at all") -> float:
        return self.ask(SIGN_IN, {"login": login, "password": password})

    def type_page(self, address) -> float:
        self.ask(CODE, {"email": address})
        return self.go_on(TYPED)

    def wrong_code(self, address) -> float:
        self.ask(CODE, {"email": address})
        return self.go_on(TYPED, {"code": "BBBB-BBBB"})


KINDS = {
    "new password": lambda who, name: who.ask(RESET, {"email": f"{name}@city.example"}),
    "sign-in code": lambda who, name: who.ask(CODE, {"email": f"{name}@city.example"}),
    "the page for the code": lambda who, name: who.type_page(f"{name}@city.example"),
    "a wrong code": lambda who, name: who.wrong_code(f"{name}@city.example"),
    "wrong password": lambda who, name: who.sign_in(
        name if name[-1] in "02468" else f"{name}@city.example"
    ),
}


def measure_times(kind, stranger, tries) -> dict[str, list]:
    """Return the seconds of "known" and "other" names, measured in turns in random order."""
    drawn = random.Random(311)
    found: dict[str, list[float]] = {"known": [], "other": []}
    for n in range(-WARM_UP, tries):
        turns = ["known", "other"]
        drawn.shuffle(turns)
        for which in turns:
            seconds = KINDS[kind](stranger, f"{which}{n % PEOPLE:02}")
            if n >= 0:
                found[which].append(seconds)
    return found


def area_under_curve(known, other) -> float:
    """Return the share of pairs in which the value of `known` is larger; ties count half."""
    ordered = sorted(other)
    ranks = (bisect_left(ordered, each) + bisect_right(ordered, each) for each in known)
    return sum(ranks) / (2 * len(known) * len(other))


def judge_times(kind, found) -> tuple[str, bool]:
    """Return a line of the table, and True if the times reveal no account names."""
    known, other = (1000 * median(found[which]) for which in ("known", "other"))
    area = area_under_curve(found["known"], found["other"])
    least, most = TELLS_NOTHING
    is_fine = least <= area <= most and abs(known - other) < APART
    sign = "" if is_fine else "  TELLS"
    return f"{kind:28} {known:9.2f} {other:9.2f} {known - other:+7.2f} {area:6.2f}{sign}", is_fine


def pace(name, ask, tries) -> str:
    times = [1000 * ask() for _n in range(tries)]
    return f"{name:28} p50 {median(times):7.2f} ms   p95 {percentile(times, 0.95):7.2f} ms"


def main() -> None:
    tries = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    with tempfile.TemporaryDirectory(prefix="s311-names-") as folder:
        place = Place("names", folder, count=1)
        with Postgres(place.folder / "postgres", durable=False) as postgres, place.valkey:
            place.enter(postgres)
            place.manage("migrate", "--verbosity", "0")
            place.manage("load_city", "--verbosity", "0")
            create_staff(place)
        with place.run() as running:
            sys.exit(0 if all_are_fine(Stranger(running.web.port), tries) else 1)


def create_staff(place) -> None:
    """Create the members of staff.

    Each creation writes a line of the security log, which is not shown.
    """
    command = [sys.executable, "manage.py", "shell", "--verbosity", "0", "--command", STAFF]
    subprocess.run(command, cwd=ROOT, env=place.environment, check=True, capture_output=True)


def all_are_fine(stranger, tries) -> bool:
    print(f"{'ms, medians':28} {'known':>9} {'unknown':>9} {'apart':>7} {'area':>6}")
    fine = True
    for kind in KINDS:
        line, is_fine = judge_times(kind, measure_times(kind, stranger, tries))
        fine = fine and is_fine
        print(line, flush=True)
    print(pace("the sign-in page", lambda: stranger.ask(SIGN_IN), tries))
    right = "known00@city.example"
    print(pace("signing in", lambda: stranger.sign_in(right, PASSWORD), min(tries, 100)))
    return fine


if __name__ == "__main__":
    main()
