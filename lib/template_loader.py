"""Pages' templates without the white space that only their readers need.

It is taken out once, when a template is loaded; an answer is sent as it was rendered. Where things
have white space between them there is a line break, so that nothing on a page moves.
"""

import re

from django.template.loaders import filesystem

_TAG = r"{% (?:if|elif|else|endif|for|empty|endfor|with|endwith|include)\b[^%\n]*%}"
_WHITE_SPACE = re.compile(
    r"(?P<verbatim><(?P<name>pre|textarea)\b.*?</(?P=name)>)"
    rf"|\s*\n\s*(?P<tags>(?:{_TAG}\s*\n\s*)*)(?P<next>>|[\w:-]+=)?",
    re.DOTALL,
)
_BREAK = re.compile(r"\s*\n\s*")


class Loader(filesystem.Loader):
    """Reads the project's templates. While developing they stay as they are: errors name lines."""

    def get_contents(self, origin):
        source = super().get_contents(origin)
        is_page = origin.name.endswith((".html", ".svg"))  # the others are texts, such as mails
        return compact(source) if is_page and not self.engine.debug else source


def compact(source: str) -> str:
    """A page's template without indentation, blank lines and lines that hold one tag alone.

    The line of a tag can go because what comes before it has ended with a line break, whichever
    way was taken through the tags. That is so while a block that ends on a line of its own begins
    on one, and while a template ends with a line break.
    """
    return _WHITE_SPACE.sub(_shortened, source)


def _shortened(found) -> str:
    if found["verbatim"]:
        return found["verbatim"]
    following = found["next"] or ""
    space = "" if following == ">" else " " if following else "\n"
    return space + _BREAK.sub("", found["tags"]) + following
