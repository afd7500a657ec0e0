"""Tests for rules about the templates. `./run templates --check` checks their formatting."""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted(
    path
    for folder in ("templates", "city/templates")
    for kind in ("*.html", "*.svg")
    for path in (ROOT / folder).rglob(kind)
)
DJANGO = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}")
OPENING = re.compile(r"<[a-z][\w-]*((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>?")
ATTRIBUTE = re.compile(r"[\w:-]+(?:=(?:\"[^\"]*\"|'[^']*'))?")
# Lines that may be long: Django allows no line break in a tag, and the path of a drawing is data.
ONE_TAG = re.compile(r"{% (?:include|with|action_form|action_button) [^%]*%}")
PATH_DATA = re.compile(r"d=\"[^\"]*\"")


TEXTS = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in TEMPLATES}


def what_breaks(rule) -> dict:
    """Return the results of `rule` that are not empty, by the path of the template."""
    found = {path: rule(text) for path, text in TEXTS.items()}
    return {path: each for path, each in found.items() if each}


def attributes_in(line) -> list[int]:
    """Return the number of attributes of each element that begins in this line."""
    return [len(ATTRIBUTE.findall(each)) for each in OPENING.findall(DJANGO.sub("", line))]


def test_the_rules_know_what_breaks_them():
    assert attributes_in('<b>x</b><input type="a" name="b" {% if c %}checked{% endif %}>') == [0, 3]
    assert attributes_in('<a href="?a={{ b }}" class="c d">{% icon "e" %}<b>') == [2, 0]


SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL)
HANDLER = re.compile(r"\s(on[a-z]+|style)=[\"']")
DATA = ('type="application/json"', 'type="importmap"', 'type="speculationrules"')


def script_lines_in(text) -> list[str]:
    """Return the inline scripts, event handlers, script URLs and styles of a page."""
    inline = [
        attributes.strip()
        for attributes, content in SCRIPT.findall(text)
        if content.strip() and not any(each in attributes for each in DATA)
    ]
    addresses = re.findall(r"[\"'](?:javascript|vbscript):[^\"']*", text, re.IGNORECASE)
    return [*inline, *HANDLER.findall(text), *addresses, *re.findall(r"<style\b", text)]


def test_no_script_handler_or_style_stands_in_a_template():
    """Only emails contain inline styles, because email programs load no style sheets."""
    mails = "templates/notifications/"
    found = what_breaks(script_lines_in)
    assert [path for path in found if not path.startswith(mails)] == []
    assert {each for path in found for each in found[path]} <= {"style", "<style"}


@pytest.mark.parametrize(
    "text",
    [
        "<script>go()</script>",
        '<script type="module">go()</script>',
        '<p onclick="go()">',
        '<p style="color: red">',
        '<a href="javascript:go()">',
        "<style>p { color: red }</style>",
    ],
)
def test_the_rule_finds_what_a_page_would_run_by_itself(text):
    assert script_lines_in(text)


def test_no_page_needs_what_browsers_no_longer_support():
    """Java applets, Flash and other plug-ins are not used."""
    assert what_breaks(re.compile(r"<(?:applet|embed|object)\b").findall) == {}


def test_there_are_templates():
    assert len(TEXTS) > 300


def test_no_template_is_longer_than_160_lines():
    """The limit is high because a page is one file with its partials."""
    assert what_breaks(lambda text: text.count("\n") > 160) == {}


def test_no_line_is_longer_than_110_columns():
    allowed = (ONE_TAG, PATH_DATA)

    def too_long(text):
        lines = (line.strip() for line in text.splitlines() if len(line) > 110)
        return [line for line in lines if not any(each.fullmatch(line) for each in allowed)]

    assert what_breaks(too_long) == {}


def test_an_element_of_more_than_two_attributes_has_its_line_to_itself():
    def crowded(text):
        counts = map(attributes_in, text.splitlines())
        return [each for each in counts if len(each) > 1 and max(each) > 2]

    assert what_breaks(crowded) == {}


def test_a_drawing_is_a_file_of_its_own():
    inline = what_breaks(lambda text: "<svg" in text)
    assert [path for path in inline if not path.endswith(".svg")] == []


def test_words_in_an_attribute_have_no_spaces_around_them():
    """Scripts and screen readers do not strip the value of an attribute."""
    lists = "class|style|aria-describedby|sizes|hx-include|points"
    around = re.compile(rf"\s(?!(?:{lists})=)([\w-]+)=\"\s*\n")
    assert what_breaks(around.findall) == {}


def test_what_a_person_typed_comes_back_without_spaces_before_it():
    """White space inside a textarea element is part of the text."""
    assert what_breaks(re.compile(r"<textarea[^<]*>\n?[ \t]+\S").findall) == {}


BLOCK = re.compile(
    r"{% (if|for|with|partialdef|elif|else|empty|endif|endfor|endwith|endpartialdef)\b.*?%}"
)


def test_a_block_that_goes_on_on_a_line_of_its_own_begins_on_one():
    """Otherwise the template loader removes white space that separates two elements."""

    def begins_within_a_line(text):
        open_blocks, wrong = [], []
        for tag in BLOCK.finditer(text):
            line = text.count("\n", 0, tag.start())
            is_alone = text.splitlines()[line].strip() == tag[0]
            if tag[1] in ("if", "for", "with", "partialdef"):
                open_blocks.append(is_alone)
            elif is_alone and not open_blocks[-1]:
                wrong.append((line + 1, tag[0]))
            if tag[1].startswith("end"):
                open_blocks.pop()
        return wrong

    assert what_breaks(begins_within_a_line) == {}
    assert what_breaks(lambda text: not text.endswith("\n")) == {}


TAGS = re.compile(r"{%\s*(\w+).*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
COMMENT = re.compile(r"{% comment .*?{% endcomment %}", re.DOTALL)
# Names of block tags, the start tag for each end tag, and the tags that begin a new branch.
BLOCKS = ("if", "for", "with", "block", "partialdef", "blocktranslate")
ENDS = {f"end{name}": name for name in BLOCKS}
NEXT_BRANCH = {"elif", "else", "empty", "plural"}
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


class Elements(HTMLParser):
    """HTML parser that collects elements without a start or end tag in `unbalanced`."""

    def __init__(self, text):
        super().__init__()
        self.is_open, self.unbalanced = [], []
        self.feed(text)
        self.close()
        self.unbalanced += self.is_open

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.is_open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        if self.is_open[-1:] == [tag]:
            self.is_open.pop()
        else:
            self.unbalanced.append(f"/{tag}")


def branches_in(text) -> list[str]:
    """Return the markup of each branch of a template's blocks, without nested blocks."""
    text = COMMENT.sub("", text)
    branches, open_branches, end = [], [[]], 0
    for tag in TAGS.finditer(text):
        open_branches[-1].append(text[end : tag.start()])
        end, name = tag.end(), tag[1]
        if name in BLOCKS:
            open_branches.append([])
        elif name in NEXT_BRANCH:
            branches.append(open_branches.pop())
            open_branches.append([])
        elif name in ENDS:
            branches.append(open_branches.pop())
    return ["".join(branch) for branch in [*branches, [*open_branches[0], text[end:]]]]


def unbalanced_elements_in(text) -> list[str]:
    return [each for branch in branches_in(text) for each in Elements(branch).unbalanced]


def test_an_element_is_closed_in_the_branch_that_opens_it():
    """Otherwise the nesting is unclear, and only one of two equal conditions may be changed."""
    assert what_breaks(unbalanced_elements_in) == {}


@pytest.mark.parametrize(
    ("text", "unbalanced"),
    [
        ("{% if a %}<a href='x'>{% else %}<b>{% endif %}c{% if a %}</a>{% else %}</b>{% endif %}",
         ["a", "b", "/a", "/b"]),
        ("<p>{% for a in b %}</p><p>{% endfor %}</p>", ["/p", "p"]),
        ("{% if a %}<p>{% endif %}<br></p>", ["p", "/p"]),
        ("<p {% if a %}class='b'{% else %}id='c'{% endif %}><img src='{{ d }}'></p>", []),
        ("{% with a=b %}<ul>{% for c in a %}<li>{{ c }}</li>{% endfor %}</ul>{% endwith %}", []),
    ],
)  # fmt: skip
def test_the_rule_finds_an_element_that_another_branch_closes(text, unbalanced):
    assert unbalanced_elements_in(text) == unbalanced


TAG_MODULES = [
    ROOT / "lib/ui.py",
    *ROOT.glob("*/templatetags/*.py"),
    *ROOT.glob("tools/demo/templatetags/*.py"),
]


def imports_rows(text) -> bool:
    """Return True if a module imports models, or modules that read their rows."""
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom)]
    names = {f"{node.module}.{alias.name}" for node in nodes for alias in node.names}
    return any({"models", "lists", "base_map"} & set(name.split(".")) for name in names)


def test_no_tag_of_a_template_asks_the_database():
    """The view loads the data of a page, so that its queries are visible and counted there."""
    found = [path.name for path in TAG_MODULES if imports_rows(path.read_text(encoding="utf-8"))]
    assert found == []


@pytest.mark.parametrize(
    "code",
    ["from open311.models import Webhook", "from routing import lists", "from a import models"],
)
def test_the_rule_finds_a_tag_that_asks_the_database(code):
    assert imports_rows(code)
