"""A part of a page is rendered once for the same values, in each language."""

from django.utils import translation
from django.utils.functional import SimpleLazyObject

from lib.rendered import RenderedOnce, hole
from routing.desk.queue.facets_page import Facet, Option

FACET = "routing/desk/queue/facet.html"


def facet(label):

    return Facet("zone", label, (Option("pico", "Pico", 3, False),))


def test_the_same_values_are_rendered_once_in_each_language():
    rendered = RenderedOnce(FACET, most=10)
    assert rendered(facet=facet("Area")) == rendered(facet=facet("Area"))
    assert rendered._kept.cache_info()[:2] == (1, 1)
    with translation.override("es"):
        assert "Pico" in rendered(facet=facet("Area"))
    assert "Zone" in rendered(facet=facet("Zone"))
    assert rendered._kept.cache_info().misses == 3


def test_what_differs_is_filled_in_and_the_values_are_escaped():
    rendered, name = RenderedOnce(FACET, most=10), hole()
    shown = facet(f"<b> of {name}")
    assert "&lt;b&gt; of Ana" in rendered(facet=shown, holes={name: "Ana"})
    assert "&lt;b&gt; of Bob" in rendered(facet=shown, holes={name: "Bob"})
    assert rendered._kept.cache_info().misses == 1
    assert hole() != name


def test_what_does_not_show_is_not_asked_for():
    rendered, asked = RenderedOnce(FACET, most=10), []
    absent = SimpleLazyObject(lambda: asked.append("asked"))
    assert "Zone" in rendered(facet=facet("Zone"), holes={hole(): absent})
    assert asked == []


def test_a_named_gap_is_the_same_for_every_thread():
    """Two that ask for the first time at once, before one remembers the other's answer."""
    assert hole("chosen", 3) == hole("chosen", 3)
    assert hole("chosen", 3) != hole("chosen", 4)


def test_a_gap_is_filled_in_and_one_without_anything_is_as_empty_as_it_is():
    rendered = RenderedOnce("requests_app/tracking/stretch.html", most=10)
    assert "<b>2 days</b>" in rendered(gaps={"lasted": "2 days", "moved": ""})
    assert "<b>0</b>" in rendered(gaps={"lasted": 0, "moved": ""})
    assert rendered._kept.cache_info().misses == 1
    assert "<span>" not in rendered(gaps={"lasted": "2 days", "moved": ""})
    assert "<span>Fixed</span>" in rendered(gaps={"lasted": "2 days", "moved": "Fixed"})
