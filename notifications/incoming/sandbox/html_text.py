"""Plain text of an HTML email; quotes get the prefix "> ", as in a mail of plain text."""

from html.parser import HTMLParser

from notifications.incoming.sandbox.quotes import CUT

_UNSEEN = frozenset({"script", "style", "head", "title", "template"})
_BLOCKS = frozenset(
    "address article blockquote br dd div dl dt footer form h1 h2 h3 h4 h5 h6 header hr li ol p pre"
    " section table tr ul".split()
)
# What programs for mail put before an earlier mail that is no blockquote.
_CUT_IDS = ("divrplyfwdmsg", "appendonsend", "mail-editor-reference-message-container")
_CUT_CLASSES = ("yahoo_quoted", "moz-cite-prefix", "outlookmessageheader")
_MAX_QUOTES = 20


def convert_html(html: str) -> str:
    """Return the visible text of an HTML document."""
    parser = _TextParser()
    parser.feed(html)
    parser.close()
    return "".join(parser.pieces)


class _TextParser(HTMLParser):
    """A parser that collects the visible text in `pieces`."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._unseen = self._quotes = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line for a block, and note quotes and what is not shown."""
        attributes = {name: (value or "").lower() for name, value in attrs}
        self._unseen += tag in _UNSEEN
        self._quotes += tag == "blockquote"
        if tag in _BLOCKS:
            self._begin_line()
        classes = attributes.get("class", "")
        if attributes.get("id", "").endswith(_CUT_IDS) or any(c in classes for c in _CUT_CLASSES):
            self.pieces.append(f"\n{CUT}\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line for a block without content, such as <br/>."""
        if tag in _BLOCKS:
            self._begin_line()

    def handle_endtag(self, tag: str) -> None:
        """End a quote, or what is not shown; begin a line after a block."""
        self._unseen = max(0, self._unseen - (tag in _UNSEEN))
        self._quotes = max(0, self._quotes - (tag == "blockquote"))
        if tag in _BLOCKS and tag != "br":
            self._begin_line()

    def handle_data(self, data: str) -> None:
        """Keep the visible text; runs of whitespace become one space."""
        if not self._unseen and data:
            words = " ".join(data.split())
            before, after = data[:1].isspace(), data[-1:].isspace()
            self.pieces.append(f"{' ' * before}{words}{' ' * (after and bool(words))}")

    def _begin_line(self) -> None:
        """Begin a line, with a sign for each quote that it is in."""
        self.pieces.append("\n" + "> " * min(self._quotes, _MAX_QUOTES))
