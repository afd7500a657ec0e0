"""What keeps people out of a page: barriers that axe finds, and a page wider than the screen."""

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


# How each visible text is written: its color and size, and all that lies behind it.
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


_pages: WeakSet = WeakSet()  # that axe was asked of
_readable: set[str] = set()  # ways to write text in which axe found enough contrast


def no_barriers(page):
    """Ask axe, and look for icons without a name.

    The usual tests ask once of each page that a test opens, `--all` of each state. Contrast takes
    axe most of its time, so it is left out where a page writes no text in a new way.
    """
    page.wait_for_load_state("domcontentloaded")  # a link was pressed: its page may still arrive
    if Run.has_samples_alone and page in _pages:
        return
    _pages.add(page)
    assert page.evaluate(_ICONS_WITHOUT_A_NAME) == [], page.url
    # Without preloading: axe would put style sheets into the page, which our policy forbids.
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE)
    page.evaluate(_END_TRANSITIONS)  # also of what was hidden while the colors changed
    colors = set(page.evaluate(_COLORS))
    rules = {"color-contrast": {"enabled": not colors <= _readable}}
    found = page.evaluate(
        _BARRIERS, {"preload": False, "resultTypes": ["violations"], "rules": rules}
    )
    assert found == [], f"{page.url}: {found}"
    _readable.update(colors)
    _is_readable_in_dark_mode(page)


def _is_readable_in_dark_mode(page):
    """Ask once all colors have changed; the administration changes them slowly."""
    before = page.evaluate(_MEDIA)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.evaluate(_END_TRANSITIONS)
    colors = set(page.evaluate(_COLORS))
    if not colors <= _readable:
        found = page.evaluate(_BARRIERS, {"preload": False, "runOnly": ["color-contrast"]})
        assert found == [], f"{page.url}, dark mode: {found}"
        _readable.update(colors)
    page.emulate_media(**before)


# Strips of filters, tabs and pictures, and tables: they are made to be swiped.
_SWIPED = ".chips--row, .tabs, .jobshots--many, .panel, .scrollx"
# Not compared with innerWidth, which grows on a phone where the page hangs over the edge.
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
    """Neither the page nor a part of it, and nothing to press or to fill in beyond the edge."""
    page.wait_for_load_state("domcontentloaded")  # a form was sent: its answer may still arrive
    beyond = page.evaluate(_BEYOND, [page.viewport_size["width"], _SWIPED])
    assert beyond == [], (page.url, beyond)


_CUT = """() => [...document.querySelectorAll("body *")]
    .filter(one => one.checkVisibility() && !one.closest(".visually-hidden, .map, input, textarea"))
    .filter(one => getComputedStyle(one).overflowY === "hidden" && one.textContent.trim())
    .filter(one => one.scrollHeight > one.clientHeight + 1)
    .map(one => one.outerHTML.slice(0, 120))"""
# More than a third of the screen that stays while the page moves leaves too little to read in.
_DOCKED = """() => [...document.querySelectorAll("body *")]
    .filter(one => one.checkVisibility() && one.offsetHeight > innerHeight / 3)
    .filter(one => ["fixed", "sticky"].includes(getComputedStyle(one).position))
    .map(one => one.outerHTML.slice(0, 120))"""


# Of a choice, whose box is drawn before its label.
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


# In the room before it, which the reset of the style sheets takes from every list.
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


def nothing_is_lost_when_large(page):
    """At 400 % zoom (320 × 256 CSS px), and with the person's own spacing of the text."""
    no_sideways_scroll(page)
    nothing_docked_is_tall(page)
    spaced(page)
    assert page.evaluate(_CUT) == [], page.url
    no_sideways_scroll(page)
