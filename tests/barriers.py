"""Assertions about the accessibility of a page: axe rules, contrast, overflow and clipped text."""

from weakref import WeakSet

from axe_playwright_python.sync_playwright import Axe

from tests.spacing import spaced
from tests.sweeps import Run

_AXE = Axe().axe_script
_BARRIERS = """options => axe.run(document, options)
    .then(found => found.violations.map(each => [each.id, each.nodes[0].html]))"""
_MEDIA = """() => ({
    color_scheme: matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light",
    reduced_motion: matchMedia("(prefers-reduced-motion)").matches ? "reduce" : "no-preference",
})"""
_END_TRANSITIONS = """() => document.getAnimations()
    .filter(one => one instanceof CSSTransition).forEach(one => one.finish())"""


_ICONS_WITHOUT_A_NAME = """() => [...document.querySelectorAll("use[href$='#i-']")]
    .map(one => one.closest("svg").parentElement.outerHTML.slice(0, 120))"""


# For each visible text: its color, size, weight and shadow, and the backgrounds behind it.
_COLORS = """() => {
    const texts = [...document.querySelectorAll("body, body *")].filter(one =>
        one.matches("input, select, textarea")
        || [...one.childNodes].some(each => each.nodeType === Node.TEXT_NODE && each.data.trim()));
    const isSeen = one => one.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    const behind = one => {
        const found = [];
        for (let each = one; each; each = each.parentElement) {
            const { backgroundColor, backgroundImage, opacity, position } = getComputedStyle(each);
            const layer = [backgroundColor, backgroundImage, opacity, position].join(" ");
            if (layer !== "rgba(0, 0, 0, 0) none 1 static") found.push(layer);
        }
        return found;
    };
    return texts.filter(isSeen).map(one => {
        const { color, fontSize, fontWeight, textShadow } = getComputedStyle(one);
        return [color, fontSize, fontWeight, textShadow, ...behind(one)].join(", ");
    });
}"""


_pages: WeakSet = WeakSet()  # pages that axe has checked
_readable: set[str] = set()  # results of _COLORS for which axe found enough contrast


def assert_accessible(page):
    """Check the page with axe, and check that each icon has a name.

    The usual tests check each Playwright page only once; `--all` checks it at each call. The
    contrast rule takes most of axe's time, so it is skipped if all text styles of the page have
    passed before.
    """
    page.wait_for_load_state("domcontentloaded")  # a clicked link's page may still be loading
    if Run.has_samples_alone and page in _pages:
        return
    _pages.add(page)
    assert page.evaluate(_ICONS_WITHOUT_A_NAME) == [], page.url
    # Preloading is off: axe would add style sheets, which the content security policy forbids.
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE)
    page.evaluate(_END_TRANSITIONS)  # also those of elements hidden during the color change
    colors = set(page.evaluate(_COLORS))
    rules = {"color-contrast": {"enabled": not colors <= _readable}}
    found = page.evaluate(
        _BARRIERS, {"preload": False, "resultTypes": ["violations"], "rules": rules}
    )
    assert found == [], f"{page.url}: {found}"
    _readable.update(colors)
    _is_readable_in_dark_mode(page)


def _is_readable_in_dark_mode(page):
    """Check the contrast in dark mode after all color transitions have ended.

    The pages of the administration change their colors with transitions.
    """
    before = page.evaluate(_MEDIA)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.evaluate(_END_TRANSITIONS)
    colors = set(page.evaluate(_COLORS))
    if not colors <= _readable:
        found = page.evaluate(_BARRIERS, {"preload": False, "runOnly": ["color-contrast"]})
        assert found == [], f"{page.url}, dark mode: {found}"
        _readable.update(colors)
    page.emulate_media(**before)


# Rows of filters, tabs and pictures, and tables, which are designed to scroll sideways.
_SWIPED = ".chips--row, .tabs, .jobshots--many, .panel, .scrollx"
# The width is an argument because innerWidth grows on a phone if the page overflows.
_BEYOND = """([width, swiped]) => {
    const controls = "a, button, input, textarea, select";
    const isCut = one => one.matches(controls) && one.getBoundingClientRect().right > width + 1;
    const scrolls = one => one.scrollWidth > one.clientWidth + 1
        && ["auto", "scroll"].includes(getComputedStyle(one).overflowX);
    const reach = document.documentElement.scrollWidth;
    return [
        ...(reach > width ? [`the page is ${reach} px wide`] : []),
        ...[...document.querySelectorAll("body *")]
            .filter(one => one.checkVisibility() && !one.closest(swiped))
            .filter(one => isCut(one) || scrolls(one))
            .map(one => one.outerHTML.slice(0, 120)),
    ];
}"""


def no_sideways_scroll(page):
    """Check that neither the page nor a part of it scrolls sideways.

    No link, button or form field may extend beyond the right edge of the screen.
    """
    page.wait_for_load_state("domcontentloaded")  # the response to a form may still be loading
    beyond = page.evaluate(_BEYOND, [page.viewport_size["width"], _SWIPED])
    assert beyond == [], (page.url, beyond)


_CUT = """() => [...document.querySelectorAll("body *")]
    .filter(one => one.checkVisibility() && !one.closest(".visually-hidden, .map, input, textarea"))
    .filter(one => getComputedStyle(one).overflowY === "hidden" && one.textContent.trim())
    .filter(one => one.scrollHeight > one.clientHeight + 1)
    .map(one => one.outerHTML.slice(0, 120))"""
# A fixed or sticky element taller than a third of the screen leaves too little space for reading.
_DOCKED = """() => [...document.querySelectorAll("body *")]
    .filter(one => one.checkVisibility() && one.offsetHeight > innerHeight / 3)
    .filter(one => ["fixed", "sticky"].includes(getComputedStyle(one).position))
    .map(one => one.outerHTML.slice(0, 120))"""


# Radio buttons and checkboxes whose box, drawn in ::before, overlaps the text of the label.
_COVERED = """() => [...document.querySelectorAll(".usa-radio__label, .usa-checkbox__label")]
    .filter(one => one.checkVisibility() && getComputedStyle(one, "::before").content !== "none")
    .filter(one => {
        const box = getComputedStyle(one, "::before");
        const text = document.createRange();
        text.selectNodeContents(one);
        const words = text.getBoundingClientRect().left - one.getBoundingClientRect().left;
        return parseFloat(box.left) + parseFloat(box.width) > words;
    })
    .map(one => one.outerHTML.slice(0, 120))"""


def no_box_covers_its_label(page):
    assert page.evaluate(_COVERED) == [], page.url


# Lists without space for their bullets; the reset style sheet removes the padding of every list.
_HANGING = """() => [...document.querySelectorAll("main li")].filter(one => {
        const [item, list] = [one, one.parentElement].map(each => getComputedStyle(each));
        const room = [item.paddingInlineStart, item.marginInlineStart, list.paddingInlineStart];
        return one.checkVisibility() && item.display === "list-item"
            && item.listStyleType !== "none" && item.listStylePosition === "outside"
            && room.map(parseFloat).reduce((sum, each) => sum + each) < 10;
    })
    .map(one => one.parentElement.outerHTML.slice(0, 120))"""


def no_bullet_hangs_over_its_list(page):
    assert page.evaluate(_HANGING) == [], page.url


def nothing_docked_is_tall(page):
    assert page.evaluate(_DOCKED) == [], page.url


def assert_usable_at_400_percent_zoom(page):
    """Check that nothing is cut off at 400 % zoom, also with wider text spacing.

    The viewport of `page` must be that of 400 % zoom (320 × 256 CSS px).
    """
    no_sideways_scroll(page)
    nothing_docked_is_tall(page)
    spaced(page)
    assert page.evaluate(_CUT) == [], page.url
    no_sideways_scroll(page)
