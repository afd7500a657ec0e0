"""A browser without scripts: it opens pages, follows links, fills in forms and submits them."""

from collections.abc import Callable, Iterator
from urllib.parse import urlencode, urljoin

from django.http import HttpResponse
from django.test import Client

from tests.without_scripts.html import CONTROLS, Element, read

TICKED = {"checkbox", "radio"}
BUTTONS = {"submit", "image", "reset", "button"}


class Page:
    """The open page. Links, buttons and fields are found by a part of their name."""

    def __init__(self, client: Client, language: str = "en-US") -> None:
        client.handler.enforce_csrf_checks = True
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
        self._client = client
        self.response: HttpResponse
        self.path = "/"
        self.root = Element("", {}, None)

    def goto(self, path: str) -> None:
        self._show(self._client.get(urljoin(self.path, path), follow=True))

    def click(self, name: str, nth: int = 0) -> None:
        """Follow the link with this name."""
        self.goto(self._one("link", ["a"], name, lambda one: one.has("href"), nth)["href"])

    def fill(self, label: str, words: str) -> None:
        field = self.field(label)
        if field.tag == "textarea":
            field.children = [words]
        else:
            field.attributes["value"] = words

    def attach(self, label: str, *files) -> None:
        self.field(label).files = list(files)

    def check(self, label: str) -> None:
        """Check the checkbox or radio button with this label."""
        self.tick(self.field(label, TICKED))

    def tick(self, box: Element) -> None:
        if box["type"] == "radio":
            for other in self._controls(self._form(box)):
                if other["name"] == box["name"]:
                    other.attributes.pop("checked", None)
        box.attributes["checked"] = ""

    def select(self, label: str, option: str) -> None:
        options = list(self.field(label).all("option"))
        assert option in [one.text for one in options], f"no “{option}” in {label}"
        for one in options:
            one.attributes.pop("selected", None)
            if one.text == option:
                one.attributes["selected"] = ""

    def press(self, name: str, nth: int = 0) -> None:
        """Press the button with this name and submit its form."""
        self._send(self._one("button", ["button", "input"], name, _sends, nth))

    def enter(self, label: str) -> None:
        """Press Enter in this field: submit its form as its first button does."""
        form = self._form(self.field(label))
        self._send(next(one for one in self._controls(form) if _sends(one)))

    def field(self, label: str, types: set[str] = frozenset()) -> Element:
        """Return the first control with this label, id or `name`, of these types."""
        for one in self.root.all("input", "select", "textarea"):
            is_of_type = one["type"] in types if types else one["type"] not in {"hidden"}
            is_named = label in {one["id"], one["name"]} or _has(self._label(one), label)
            if is_of_type and is_named and one.is_shown:
                return one
        raise AssertionError(f"no field “{label}” on {self.path}")

    def heading(self, name: str) -> Element:
        return self._one("heading", ["h1", "h2", "h3"], name, bool, 0)

    def part(self, id_or_class: str) -> Element:
        """Return the first element with this id or class."""
        for one in self.root.walk():
            if id_or_class in {one["id"], *one["class"].split()}:
                return one
        raise AssertionError(f"no element “{id_or_class}” on {self.path}")

    @property
    def text(self) -> str:
        return self.root.text

    def _show(self, response: HttpResponse) -> None:
        assert response.status_code < 500, response.request["PATH_INFO"]
        self.response = response
        asked = response.request
        self.path = asked["PATH_INFO"] + (f"?{query}" if (query := asked["QUERY_STRING"]) else "")
        if response["Content-Type"].startswith("text/html"):
            self.root = read(response.content.decode())

    def _one(
        self, kind: str, tags: list[str], name: str, fits: Callable[[Element], bool], nth: int
    ) -> Element:
        """Return the `nth` shown element with this name, or if none, containing this name."""
        shown = [one for one in self.root.all(*tags) if one.is_shown and fits(one)]
        found = [one for one in shown if _has(_called(one), name)]
        same = [one for one in found if _called(one).casefold() == name.casefold()]
        assert (same or found)[nth:], f"no {kind} “{name}” on {self.path}"
        return (same or found)[nth]

    def _label(self, control: Element) -> str:
        labels = [
            one for one in self.root.all("label") if one["for"] and one["for"] == control["id"]
        ]
        around = control.above("label")
        named = [around] if around else labels
        return control["aria-label"] or " ".join(one.text for one in named)

    def _form(self, control: Element) -> Element:
        if control.has("form"):
            return next(one for one in self.root.all("form") if one["id"] == control["form"])
        form = control.above("form")
        assert form, f"“{_called(control)}” has no form on {self.path}"
        return form

    def _controls(self, form: Element) -> Iterator[Element]:
        for one in self.root.all(*CONTROLS):
            owner = form if one.has("form") and one["form"] == form["id"] else one.above("form")
            fieldset = one.above("fieldset")
            is_disabled = one.has("disabled") or (fieldset and fieldset.has("disabled"))
            if owner is form and not is_disabled:
                yield one

    def _send(self, button: Element) -> None:
        form = self._form(button)
        data: dict[str, list] = {}
        for one in self._controls(form):
            if one["name"] and (values := _values(one, button)):
                data.setdefault(one["name"], []).extend(values)
        path = urljoin(self.path, button["formaction"] or form["action"] or self.path)
        if (button["formmethod"] or form["method"]).lower() == "post":
            self._show(self._client.post(path, data, follow=True))
        else:
            self.goto(f"{path.partition('?')[0]}?{urlencode(data, doseq=True)}")


def _sends(one: Element) -> bool:
    """Return True if the control is a submit button."""
    return (one["type"] or "submit") == "submit" if one.tag == "button" else one["type"] == "submit"


def _called(one: Element) -> str:
    """Return the name of a link, button or heading."""
    return one["value"] if one.tag == "input" else one.name


def _has(name: str, part: str) -> bool:
    return part.casefold() in name.casefold()


def _values(one: Element, pressed: Element) -> list:
    """Return the values that a browser submits for this control when `pressed` is pressed."""
    if one.tag == "button" or one["type"] in BUTTONS:
        return [one["value"]] if one is pressed else []
    if one["type"] in {"checkbox", "radio"}:
        return [one.attributes.get("value", "on")] if one.has("checked") else []
    if one["type"] == "file":
        return one.files
    if one.tag == "textarea":
        return [one.raw_text.removeprefix("\n")]
    if one.tag == "select":
        options = [each for each in one.all("option") if not each.has("disabled")]
        chosen = [each for each in options if each.has("selected")]
        if not chosen and not one.has("multiple"):
            chosen = options[:1]
        return [each.attributes.get("value", each.text) for each in chosen]
    return [one["value"]]
