"""Templates lose the white space that is for their readers, and pages lose nothing."""

import copy
import re
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.template import Context, Engine
from django.test import override_settings

from lib import clock
from lib.template_loader import compact
from requests_app.status import Status
from tests import make
from tests.visitors import address, browser, signed_in

AS_WRITTEN = copy.deepcopy(settings.TEMPLATES)
AS_WRITTEN[0]["OPTIONS"]["debug"] = True  # then the loader leaves templates alone
# What each answer makes up anew.
BY_CHANCE = re.compile(r"(csrfmiddlewaretoken\" value|nonce)=\"[^\"]*\"|[0-9a-f-]{36}")


class Pieces(HTMLParser):
    """A page's tags, attributes and words; of white space only whether there is any."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(BY_CHANCE.sub("", page))
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, [(name, _one_line(value or "").strip()) for name, value in attrs]))

    def handle_endtag(self, tag):
        self.found.append(f"/{tag}")

    def handle_data(self, words):
        self.found.append(("", _one_line(words)))


def _one_line(words):
    return re.sub(r"\s+", " ", words)


def test_indentation_blank_lines_and_lines_of_a_tag_go():
    source = (
        "<ul>\n  {% for x in y %}\n    <li>\n      {{ x }}\n\n    </li>\n  {% endfor %}\n</ul>\n"
    )
    assert compact(source) == "<ul>\n{% for x in y %}<li>\n{{ x }}\n</li>\n{% endfor %}</ul>\n"


def test_an_element_over_several_lines_becomes_one():
    assert compact('<a\n  href="/"\n  class="b"\n>c</a>') == '<a href="/" class="b">c</a>'


@pytest.mark.parametrize(
    "kept", ["<pre>\n  a\n\n  b</pre>", '<textarea\n  name="a"\n>\n\n b</textarea>']
)
def test_what_is_shown_as_it_was_written_stays(kept):
    assert compact(f"<p>\n  {kept}\n</p>") == f"<p>\n{kept}\n</p>"


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("second", [True, False])
@pytest.mark.parametrize("many", ["", "ab"])
def test_words_on_lines_of_their_own_never_run_together(first, second, many):
    source = (
        "<b>one</b>\n{% if first %}\n  <i>two</i>\n  {% if second %}\n    three\n  {% endif %}\n"
        "{% else %}\n  {% for x in many %}\n    {{ x }}\n  {% empty %}\n    none\n  {% endfor %}\n"
        "{% endif %}\n{% with n=1 %}\n  {{ n }}\n{% endwith %}\n<u>end</u>\n"
    )
    given = {"first": first, "second": second, "many": many}
    as_written, shortened = (
        Engine().from_string(each).render(Context(given)) for each in (source, compact(source))
    )
    assert _one_line(shortened) == _one_line(as_written)


def pages():
    """Who reads what, one of each kind of page and of poll."""
    done = make.service_request(Status.COMPLETED)
    busy = make.service_request(Status.IN_PROGRESS, by=make.bob())
    ana, agent, crew = browser("ana"), signed_in(make.omar()), signed_in(make.wes())
    yield from ((ana, path) for path in ("/", "/report/", "/report/offline/", "/requests/"))
    yield from ((ana, address(each)) for each in (done, busy))
    yield ana, f"{address(done, 'live')}?v=0"
    yield from ((agent, path) for path in ("/desk/?tab=open", "/desk/intake/", "/desk/rules/"))
    yield agent, f"/desk/{busy.reference}/live/?v=0"
    yield from ((crew, path) for path in ("/staff/", "/staff/plan/", f"/staff/{busy.reference}/"))
    yield signed_in(make.sue()), "/staff/overview/"
    yield signed_in(make.ada()), "/admin/city/category/"


@pytest.mark.django_db
def test_a_page_has_the_words_and_the_white_space_of_its_templates_as_written():
    with clock.at(clock.now()):
        for reader, path in pages():
            shortened = _read(reader, path)
            with override_settings(TEMPLATES=AS_WRITTEN):
                as_written = _read(reader, path)
            assert len(shortened) < len(as_written), path
            assert Pieces(shortened).found == Pieces(as_written).found, path


def _read(reader, path):
    response = reader.get(path, follow=True)
    assert response.status_code == 200, path
    return response.content.decode()
