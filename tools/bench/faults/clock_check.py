"""Check due dates and one-time codes in a process with a wrong clock, for experiment F20.

Prints one line that ends in "right" if all is correct. A due date must be a working day in the
city's time zone, also across changes of daylight saving time. A code of half a minute ago must be
accepted, and one of two minutes ago refused.
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
