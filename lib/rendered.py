"""Parts of pages that are rendered once while nothing about them changes."""

import re
import secrets
from functools import cache, lru_cache
from hashlib import blake2b

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

_PROCESS = secrets.token_bytes(32)
_HOLE = re.compile("(hole-[0-9a-f]{32})")


def hole(*names) -> str:
    """Stands in rendered HTML for what differs though the rest is the same; no text that anybody
    types can have it in it.

    With `names` it is the same for the same ones in this process, whichever threads ask first;
    without, it is another one each time.
    """
    if not names:
        return f"hole-{secrets.token_hex(16)}"
    return f"hole-{blake2b(repr(names).encode(), key=_PROCESS, digest_size=16).hexdigest()}"


_named_hole = cache(hole)


class RenderedOnce:
    """A template in each language and for each set of values, of which the latest `most` are kept.

    It is given those values alone, so nothing can show that they do not say. They are compared, so
    they must be hashable: a NamedTuple of texts and numbers, never a row.
    """

    def __init__(self, template, most):
        self._template = template
        self._kept = lru_cache(most)(self._render)

    def __call__(self, *, holes=None, gaps=None, **values) -> SafeString:
        """`holes` maps each `hole()` in the values to the HTML that it stands for; a lazy one is
        asked only where it shows. `gaps` are values that are HTML and each stand for themselves: a
        hole is made of each that is not empty.
        """
        if gaps:
            made = {name: _named_hole(name) if html != "" else "" for name, html in gaps.items()}
            holes = {hole: gaps[name] for name, hole in made.items()} | (holes or {})
            values |= made
        pieces = self._kept(get_language(), **values)
        if len(pieces) > 1:  # every other one is a hole
            pieces = [str(holes[each]) if n % 2 else each for n, each in enumerate(pieces)]
        return mark_safe("".join(pieces))  # nosec B703 # noqa: S308 - the template escaped it, as did who fills

    def _render(self, _language, **values):
        return _HOLE.split(render_to_string(self._template, values))
