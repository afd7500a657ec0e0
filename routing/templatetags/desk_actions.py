"""The forms of the desk's panel.

One that stands closed is the same for nearly all requests: what it looks like is rendered once.
"""

from functools import cache
from typing import NamedTuple

from django import template
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import mark_safe

from city.canned_texts import Offer
from city.rendered import RenderedOfCity
from lib.rendered import RenderedOnce, hole
from routing import lists

register = template.Library()

# Those whose templates read of a panel what `_Panel` has.
ALIKE = {"comments", "declination", "hiding", "priority", "question", "routing", "transfer",
         "withdrawal"}  # fmt: skip
OFFERS = {"comments": "replies", "question": "questions"}
_SEEN, _ADDRESS, _QUERY, _TOKEN = hole(), hole(), hole(), hole()
_REFERENCE, _PICTURE, _CATEGORY, _TO, _WORDS, _POSTS = (hole() for _ in range(6))
_HEARS = hole()
_text = cache(hole)
_rendered = cache(lambda noun: RenderedOfCity(f"routing/desk/actions/{noun}.html", most=200))
_rendered_bulk = cache(lambda act: RenderedOfCity(f"routing/desk/queue/_bulk_{act}.html", most=10))
_posts = RenderedOnce("routing/desk/redaction/posts.html", most=10)
_near = RenderedOnce("routing/desk/service_request/near.html", most=200)


class _Row(NamedTuple):
    times_routed: bool
    priority: str


class _Panel(NamedTuple):
    """Stands for the panel of any request in a form that is closed."""

    service_request: _Row
    is_for_the_desk: bool
    departments: tuple
    offers: tuple[Offer, ...]
    reporter_reads: str
    seen: str = _SEEN
    reporter_hears: str = _HEARS

    lists = lists
    forms = {}

    @property
    def replies(self):
        return self.offers

    questions = replies


class _Bar(NamedTuple):
    """Stands for the form under the ticked lines, before anything was typed into it."""

    opened: str = ""

    lists = lists


@register.simple_tag(takes_context=True)
def action(context, noun, group=""):
    """`{% action "declination" %}`: its form, filled with what was typed where it stands open."""
    panel = context["panel"]
    if noun in ALIKE and noun not in panel.forms:
        return _closed(context, panel, noun, group)
    with context.push(group=group):
        return _included(context, f"routing/desk/actions/{noun}.html")


def _included(context, name):
    return context.template.engine.get_template(name).render(context)


@register.simple_tag(takes_context=True)
def bulk_action(context, act):
    """`{% bulk_action "route" %}`: the part of the form under the ticked lines."""
    if context["bar"].form is None:
        return _rendered_bulk(act)(bar=_Bar())
    return _included(context, f"routing/desk/queue/_bulk_{act}.html")


@register.simple_tag
def drawn(lines, service_request):
    """The lines of the queue, that of `service_request` as the one that is open."""
    open_one = service_request and service_request.pk
    shown = (line.html(is_open=line.service_request.pk == open_one) for line in lines)
    return mark_safe("".join(shown))  # nosec B703 # noqa: S308 - a template rendered each


@register.simple_tag(takes_context=True)
def near(context, one):
    """A request around the one that is read (routing.desk.service_request.nearby.Nearby)."""
    row, picture, panel = one.service_request, one.picture, context["panel"]
    can_be_original = bool(panel.can.get("mark_duplicate")) and one.can_be_original
    query = escape(context.get("query", ""))
    return _near(
        reference=_REFERENCE,
        picture=_PICTURE if picture else "",
        icon=row.category.icon,
        category=_CATEGORY,
        to=_TO,
        words=_WORDS,
        can_be_original=can_be_original,
        posts=_POSTS,
        seen=_SEEN,
        csrf_token=_TOKEN,
        holes={
            _REFERENCE: row.reference,
            _PICTURE: escape(picture.small) if picture else "",
            _CATEGORY: escape(row.category.name),
            _TO: f"{reverse('desk_request', args=[row.reference])}?{query}",
            _WORDS: escape(f"{one.distance} · {one.badge.words}"),
            _POSTS: posts(context, "original") if can_be_original else "",
            _SEEN: panel.seen,
            _TOKEN: context.get("csrf_token", ""),
        },
    )


@register.simple_tag(takes_context=True)
def posts(context, noun):
    """`<form {% posts "routing" %}>`: where it posts to."""
    to = context.get("address") or _address(context, noun)
    holes = {_ADDRESS: to, _QUERY: escape(context.get("query", ""))}
    return _posts(to=_ADDRESS, query=_QUERY, holes=holes)


def _closed(context, panel, noun, group):
    row = panel.service_request
    offers = getattr(panel, OFFERS[noun]) if noun in OFFERS else []
    shown = _Panel(
        _Row(bool(row.times_routed), row.priority),
        panel.is_for_the_desk,
        tuple(panel.departments),
        tuple(Offer(one.code, one.title, _text(n)) for n, one in enumerate(offers)),
        panel.reporter_reads,
    )
    return _rendered(noun)(
        panel=shown,
        service_request=shown.service_request,
        group=group,
        address=_ADDRESS,
        query=_QUERY,
        csrf_token=_TOKEN,
        holes={
            _SEEN: panel.seen,
            _HEARS: escape(panel.reporter_hears),
            _ADDRESS: _address(context, noun),
            _QUERY: escape(context.get("query", "")),
            _TOKEN: context.get("csrf_token", ""),
            **{_text(n): escape(one.text) for n, one in enumerate(offers)},
        },
    )


def _address(context, noun):
    of = context.get("reference") or context["service_request"].reference
    return reverse(f"desk_{noun}", args=[of])
