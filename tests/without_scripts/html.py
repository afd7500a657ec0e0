"""Elements of an HTML page, with the names by which users find them."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
UNREAD = {"script", "style", "template", "head"}
CONTROLS = {"input", "select", "textarea", "button"}


class Element:
    """An HTML element. Filling in its form changes `attributes` and `files`."""

    def __init__(self, tag: str, attributes: dict[str, str], parent: Element | None) -> None:
        self.tag, self.attributes, self.parent = tag, attributes, parent
        self.children: list[Element | str] = []
        self.files: list = []

    def __getitem__(self, attribute: str) -> str:
        return self.attributes.get(attribute, "")

    def has(self, attribute: str) -> bool:
        return attribute in self.attributes

    def walk(self) -> Iterator[Element]:
        """Yield this element and all its descendants, in document order."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def all(self, *tags: str) -> Iterator[Element]:
        return (one for one in self.walk() if one.tag in tags)

    def above(self, tag: str) -> Element | None:
        """Return the nearest ancestor with this tag, or None."""
        one = self.parent
        while one and one.tag != tag:
            one = one.parent
        return one

    @property
    def is_shown(self) -> bool:
        """Return True if neither the element nor an ancestor is hidden without scripts."""
        is_left_out = self.has("hidden") or self.tag in UNREAD
        return not is_left_out and (self.parent is None or self.parent.is_shown)

    @property
    def raw_text(self) -> str:
        parts = (one if isinstance(one, str) else one.raw_text for one in self.children)
        return "".join(parts) if self.tag not in UNREAD and not self.has("hidden") else ""

    @property
    def text(self) -> str:
        """Return the text that is read, with whitespace collapsed to single spaces."""
        return " ".join(self.raw_text.split())

    @property
    def name(self) -> str:
        """Return the accessible name, as far as attributes and text define it."""
        return self["aria-label"] or self.text or self["title"]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = self.open = Element("", {}, None)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        one = Element(tag, {name: value or "" for name, value in attrs}, self.open)
        self.open.children.append(one)
        if tag not in VOID:
            self.open = one

    def handle_startendtag(self, tag: str, attrs: list) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        opened = self.open
        while opened.parent and opened.tag != tag:
            opened = opened.parent
        if opened.parent:  # otherwise the end tag closes no element
            self.open = opened.parent

    def handle_data(self, data: str) -> None:
        self.open.children.append(data)


def read(source: str) -> Element:
    """Return the root element of the page."""
    reader = _Reader()
    reader.feed(source)
    reader.close()
    return reader.root
