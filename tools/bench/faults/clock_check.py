"""Run by F20 in a process whose clock is wrong: prints one line that ends in "right" if all is.

A due date counts working days, so it must fall on one, in the city's own zone, whatever daylight
saving does; a code of half a minute ago is accepted, one of two minutes ago is not.
"""

import time

import django


def main() -> None:
    django.setup()
    from allauth.mfa.totp.internal import auth as totp
    from django.utils import timezone

    from city.models import City
    from lib import clock
    from requests_app.deadlines import due as deadlines

    now = clock.now()
    calendar = City.current().calendar()
    wrong = []
    for days in (1, 3, 10):
        due = deadlines.compute_deadline(days, now, [], calendar)
        if due is None or due <= now or not calendar.is_working_day(timezone.localdate(due)):
            wrong.append(f"{days} days: {due}")
    secret = totp.generate_totp_secret()
    step = int(time.time()) // 30
    if not totp.validate_totp_code(secret, _code(totp, secret, step - 1)):
        wrong.append("a code of half a minute ago is refused")
    if totp.validate_totp_code(secret, _code(totp, secret, step - 4)):
        wrong.append("a code of two minutes ago is taken")
    print(f"{timezone.localtime(now):%Y-%m-%d %H:%M}: {'; '.join(wrong) or 'right'}")


def _code(totp, secret, step):
    return totp.format_hotp_value(totp.hotp_value(secret, step))


if __name__ == "__main__":
    main()
