"""Helpers that operate a page with the keyboard, and check the focus at each step."""

from playwright.sync_api import expect

# The focused control as it is visible: its label if the control itself is visually hidden.
_WHERE = """() => {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    const isHidden = one.matches("[type=radio], [type=checkbox], .visually-hidden");
    const drawn = isHidden && one.labels[0] || one;
    const box = drawn.getBoundingClientRect();
    const isSeen = [[.5, .5], [.1, .2], [.9, .8], [.1, .8], [.9, .2]].some(([x, y]) => {
        const hit = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
        return hit && drawn.contains(hit);
    });
    const style = getComputedStyle(drawn);
    return {
        says: one.outerHTML.slice(0, 160),
        isSeen,
        isMarked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        isLarge: style.display === "inline" || (box.width >= 24 && box.height >= 24),
    };
}"""
MOST_STOPS = 80


def here(page):
    """Describe the focused element, or return None if no element has the focus.

    The result tells whether the element is not covered (WCAG 2.4.11), has a visible focus mark
    (2.4.7) and is large enough (2.5.8). A heading or summary that got the focus from the page and
    not from a key needs no mark.
    """
    return page.evaluate(_WHERE)


def tab(page, key="Tab"):
    page.keyboard.press(key)
    stop = here(page)
    if stop:
        assert stop["isSeen"], f"covered: {stop['says']} on {page.url}"
        assert stop["isMarked"], f"not marked: {stop['says']} on {page.url}"
        assert stop["isLarge"], f"smaller than 24 px: {stop['says']} on {page.url}"
    return stop


def go_to(page, target, key="Tab"):
    """Press `key` until `target` has the focus, after the page and its scripts have loaded.

    Raise AssertionError after `MOST_STOPS` keys.
    """
    page.wait_for_load_state()
    for _stop in range(MOST_STOPS):
        tab(page, key)
        if target.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"no way by keyboard to {target} on {page.url}")


def press(page, target, key="Enter"):
    go_to(page, target)
    expect(target).to_be_focused()
    page.keyboard.press(key)


def say(page, field, words):
    go_to(page, field)
    page.keyboard.type(words)


def walk(page):
    """Press Tab through the whole page until the focus leaves it.

    Raise AssertionError if an element keeps the focus, or after `MOST_STOPS` keys.
    """
    for _stop in range(MOST_STOPS):
        if tab(page) is None:
            return
    raise AssertionError(f"the focus does not leave {page.url}")
