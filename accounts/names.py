"""User names: nobody has to think of one."""

import re
from itertools import chain, count

from accounts.models import User


def free_username(email: str) -> str:
    """The part before the @, with a number where somebody has that name already."""
    wish = re.sub(r"[^\w.+-]", "", email.partition("@")[0])[:140] or "staff"
    alike = User.objects.filter(username__istartswith=wish).values_list("username", flat=True)
    taken = set(map(str.lower, alike))
    names = chain([wish], (f"{wish}{n}" for n in count(2)))
    return next(name for name in names if name.lower() not in taken)
