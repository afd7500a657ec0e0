"""Validation of a city's logo: an SVG inside every page, thus without scripts and links."""

from html.parser import HTMLParser
from typing import Never

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MAX_LOGO_LENGTH = 20_000  # characters
ALLOWED_TAGS = {"svg", "g", "path", "circle", "ellipse", "rect", "line", "polyline", "polygon"}
ALLOWED_ATTRIBUTES = {
    *("viewbox", "width", "height", "xmlns", "role", "aria-hidden", "aria-label", "focusable"),
    *("fill", "fill-rule", "fill-opacity", "clip-rule", "opacity", "transform", "class"),
    *("stroke", "stroke-width", "stroke-linecap", "stroke-linejoin", "stroke-dasharray"),
    *("d", "points", "cx", "cy", "r", "rx", "ry", "x", "y", "x1", "y1", "x2", "y2"),
}


def validate_logo(text: str) -> None:
    """Raise ValidationError unless `text` is one SVG of plain shapes, parsed as by a browser.

    The text may have at most MAX_LOGO_LENGTH characters, and only the tags and attributes listed
    here.
    """
    if len(text) > MAX_LOGO_LENGTH:
        raise ValidationError(
            _("The logo has more than %(n)s characters.") % {"n": MAX_LOGO_LENGTH}
        )
    reader = _ShapesParser()
    reader.feed(text)
    reader.close()
    if reader.open or reader.roots != 1:
        raise ValidationError(_("The logo must be one complete <svg> … </svg>."))


class _ShapesParser(HTMLParser):
    """Parser of a logo that raises ValidationError for anything but allowed tags and attributes.

    `open` are the tags that are not closed yet, `roots` is the number of `<svg>`.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.open: list[str] = []
        self.roots = 0

    def handle_starttag(self, tag, attrs) -> None:
        """Raise ValidationError for a tag or attribute not allowed, and for an inner <svg>."""
        self.roots += tag == "svg"
        if tag not in ALLOWED_TAGS or (tag == "svg") != (not self.open):
            raise ValidationError(_("The logo can't contain <%(name)s> there.") % {"name": tag})
        for name, value in attrs:
            if name not in ALLOWED_ATTRIBUTES or "url(" in (value or ""):
                raise ValidationError(_("The logo can't contain %(name)s=.") % {"name": name})
        self.open.append(tag)

    def handle_endtag(self, tag) -> None:
        """Raise ValidationError if the tag is not the one opened last."""
        if not self.open or self.open.pop() != tag:
            raise ValidationError(_("In the logo, </%(name)s> closes nothing.") % {"name": tag})

    def handle_data(self, data) -> None:
        """Raise ValidationError for text other than blanks."""
        if data.strip():
            raise ValidationError(_("The logo may hold shapes only, no text."))

    def handle_comment(self, data: str) -> Never:
        """Raise ValidationError for a comment."""
        _refuse_markup()

    def handle_decl(self, decl: str) -> Never:
        """Raise ValidationError for a declaration, such as a doctype."""
        _refuse_markup()

    def handle_pi(self, data: str) -> Never:
        """Raise ValidationError for a processing instruction, such as `<?xml …?>`."""
        _refuse_markup()

    def unknown_decl(self, data: str) -> Never:
        """Raise ValidationError for CDATA."""
        _refuse_markup()

    def handle_entityref(self, name: str) -> Never:
        """Raise ValidationError for an entity such as `&amp;`."""
        _refuse_markup()

    def handle_charref(self, name: str) -> Never:
        """Raise ValidationError for a character reference such as `&#65;`."""
        _refuse_markup()


def _refuse_markup() -> Never:
    """Raise ValidationError: a logo has no comments, declarations, entities or references."""
    raise ValidationError(_("The logo may hold shapes only: no comments or declarations."))
