"""Helpers for text spacing (WCAG 1.4.12) and text size (1.4.4) set by a person.

`all_text_is_seen` checks that no text is cut off or covered by other text.
"""

# Times the font size: line height 1.5, space after paragraphs 2, letters .12 and words .16.
SPACED = """* {
    line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important;
}
p { margin-bottom: 2em !important; }"""
# Texts shortened to one line on purpose. The linked page shows them in full.
_SHORTENED = ".queue-item :is(b, small), .options--short small, .photo img"
_TEXTS = """skipped => {
    const skip = `svg, .map, .leaflet-container, .visually-hidden, script, style, option,
      ${skipped}`;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const parent = node.parentElement;
        if (!node.data.trim() || parent.closest(skip) || !parent.checkVisibility({
            visibilityProperty: true, opacityProperty: true })) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        const lines = [...range.getClientRects()].filter(box => box.width > 2 && box.height > 2);
        found.push({ node, parent, lines });
    }
    return found;
}"""
_CUT = """skipped => {
    const hides = style => [style.overflowX, style.overflowY]
        .map(way => way === "hidden" || way === "clip");
    const cut = [];
    for (const { node, parent, lines } of (TEXTS)(skipped)) {
        for (let one = parent; one !== document.body; one = one.parentElement) {
            const [across, down] = hides(getComputedStyle(one));
            if (!across && !down) continue;
            const box = one.getBoundingClientRect();
            if (box.width < 2 || box.height < 2) break; // a label for screen readers alone
            const isCut = lines.some(line =>
                across && (line.right > box.right + 2 || line.left < box.left - 2)
                || down && (line.bottom > box.bottom + 3 || line.top < box.top - 3));
            if (isCut) { cut.push(`${node.data.trim()} in ${one.outerHTML.slice(0, 80)}`); break; }
        }
    }
    return cut;
}""".replace("(TEXTS)", f"({_TEXTS})")
_OVER = """skipped => {
    const styleOf = one => getComputedStyle(one);
    const scrolls = one => styleOf(one).overflowY !== "visible";
    const isDocked = one => ["fixed", "sticky"].includes(styleOf(one).position);
    const lines = [];
    for (const { node, parent, lines: own } of (TEXTS)(skipped)) {
        let [top, bottom, docked] = [-Infinity, Infinity, false];
        for (let one = parent; one !== document.body; one = one.parentElement) {
            docked ||= isDocked(one);
            if (!scrolls(one)) continue;
            const box = one.getBoundingClientRect();
            [top, bottom] = [Math.max(top, box.top), Math.min(bottom, box.bottom)];
        }
        if (!docked) for (const line of own) {
            const [from, to] = [Math.max(line.top, top), Math.min(line.bottom, bottom)];
            if (to > from) lines.push({ node, from, to, left: line.left, right: line.right });
        }
    }
    const share = (a, b) => Math.min(a.to, b.to) - Math.max(a.from, b.from);
    const over = [];
    lines.forEach((a, n) => lines.slice(n + 1).forEach(b => {
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const least = Math.min(a.to - a.from, b.to - b.from);
        if (a.node !== b.node && across > 3 && share(a, b) > least / 2)
            over.push(`“${a.node.data.trim()}” over “${b.node.data.trim()}”`);
    }));
    return over;
}""".replace("(TEXTS)", f"({_TEXTS})")


def spaced(page):
    """Apply the text spacing with a style sheet, as a person's browser does.

    The page must have been created with `bypass_csp`, because the content security policy forbids
    other style sheets.
    """
    page.add_style_tag(content=SPACED)


def of_twice_the_size(page):
    page.evaluate("document.documentElement.style.fontSize = '200%'")


def all_text_is_seen(page):
    """Check that no text is cut off by its container and that no two texts overlap."""
    assert page.evaluate(_CUT, _SHORTENED) == [], page.url
    assert page.evaluate(_OVER, _SHORTENED) == [], page.url
