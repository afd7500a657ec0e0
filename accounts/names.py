"""User names: nobody has to think of one."""

import re

from accounts.models import User


def free_username(email: str) -> str:
    """The part before the @, with a number where somebody has that name already."""
    wish = re.sub(r"[^\w.+-]", "", email.partition("@")[0])[:140] or "staff"
    taken = {
        name.lower()
        for name in User.objects.filter(username__istartswith=wish).values_list(
            "username", flat=True
        )
    }
    if wish.lower() not in taken:
        return wish
    return next(f"{wish}{n}" for n in range(2, len(taken) + 3) if f"{wish}{n}".lower() not in taken)
