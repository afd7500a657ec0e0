"""Plain text of an HTML email; quotes get the prefix "> ", as in a mail of plain text."""

import re
from html.parser import HTMLParser

from notifications.incoming.sandbox.quotes import EARLIER_MAIL

_UNSEEN = frozenset({"script", "style", "head", "title", "template"})
_BLOCKS = frozenset({
    "address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "footer", "form", "h1", "h2",
    "h3", "h4", "h5", "h6", "header", "hr", "li", "ol", "p", "pre", "section", "table", "tr", "ul",
})  # fmt: skip
# Ids and classes of elements that mail programs put before an earlier mail without blockquote.
_CUT_IDS = ("divrplyfwdmsg", "appendonsend", "mail-editor-reference-message-container")
_CUT_CLASSES = ("yahoo_quoted", "moz-cite-prefix", "outlookmessageheader")
_MAX_QUOTES = 20


def convert_html(html: str) -> str:
    """Return the visible text of an HTML document."""
    parser = _TextParser()
    parser.feed(html)
    parser.close()
    return "\n".join(parser.lines)


class _TextParser(HTMLParser):
    """A parser that collects the visible text in `lines`."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = [""]
        self._unseen = self._quotes = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line for a block, and note quotes and what is not shown."""
        attributes = {name: (value or "").lower() for name, value in attrs}
        classes = attributes.get("class", "")
        self._begin_line(tag, has_gap=tag == "p" and "msonormal" not in classes)
        self._unseen = 0 if tag == "body" else self._unseen + (tag in _UNSEEN)
        self._quotes += tag == "blockquote"
        if attributes.get("id", "").endswith(_CUT_IDS) or any(c in classes for c in _CUT_CLASSES):
            self.lines += [EARLIER_MAIL, ""]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line for a block without content, such as <br/>."""
        self._begin_line(tag)

    def handle_endtag(self, tag: str) -> None:
        """End a quote, or what is not shown; begin a line after a block."""
        self._unseen = max(0, self._unseen - (tag in _UNSEEN))
        self._quotes = max(0, self._quotes - (tag == "blockquote"))
        if tag != "br":
            self._begin_line(tag)

    def handle_data(self, data: str) -> None:
        """Keep the visible text; runs of whitespace become one space."""
        words = re.sub(r"[ \t\r\n\f]+", " ", data)
        if self._unseen or (not words.strip() and not self.lines[-1]):
            return
        if not self.lines[-1]:
            self.lines[-1] = "> " * min(self._quotes, _MAX_QUOTES)
            words = words.lstrip(" ")
        self.lines[-1] += words

    def _begin_line(self, tag: str, *, has_gap: bool = False) -> None:
        """Begin a line for a block unless one has begun; after a blank line with `has_gap`."""
        if tag == "br" or (tag in _BLOCKS and self.lines[-1]):
            self.lines.append("")
        if has_gap and len(self.lines) > 1 and self.lines[-2]:
            self.lines.append("")
