"""Parts of pages that are rendered once while nothing about them changes."""

import secrets
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language


def hole() -> str:
    """Stands in rendered HTML for what differs though the rest is the same; no text that anybody
    types can have it in it.
    """
    return f"hole-{secrets.token_hex(16)}"


class RenderedOnce:
    """A template in each language and for each set of values, of which the latest `most` are kept.

    It is given those values alone, so nothing can show that they do not say. They are compared, so
    they must be hashable: a NamedTuple of texts and numbers, never a row.
    """

    def __init__(self, template, most):
        self._template = template
        self._kept = lru_cache(most)(self._render)

    def __call__(self, *, holes=None, **values) -> SafeString:
        """`holes` maps each `hole()` in the values to the HTML that it stands for."""
        html = self._kept(get_language(), **values)
        for each, filling in (holes or {}).items():
            html = html.replace(each, filling)
        return mark_safe(html)  # noqa: S308 - the template escaped it, and so did who fills holes

    def _render(self, _language, **values):
        return render_to_string(self._template, values)
