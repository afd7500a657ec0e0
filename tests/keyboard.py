"""A person at the keyboard: who goes on with Tab, always sees where they are, and presses keys."""

from playwright.sync_api import expect

# The control as a person sees it: a radio and a file are drawn by their labels.
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
    """Where the focus is: seen (WCAG 2.4.11), marked (2.4.7), large enough (2.5.8); None: nowhere.

    Where it was moved to by the page and not by a key, the heading or summary need no mark.
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
    """With Tab until `target` has the focus; the page is there as a whole, and its scripts."""
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
    """Through the whole page, once, and out at its end: nothing holds the focus."""
    for _stop in range(MOST_STOPS):
        if tab(page) is None:
            return
    raise AssertionError(f"the focus does not leave {page.url}")
