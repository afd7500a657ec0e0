"""Parts of the live page of which the shape is rendered once: what a request says is filled in."""

from django.template.context_processors import csrf
from django.template.defaultfilters import linebreaksbr
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

from lib.rendered import RenderedOnce
from requests_app.status import Verb

_line = RenderedOnce("requests_app/tracking/line.html", most=100)
_stretch = RenderedOnce("requests_app/tracking/stretch.html", most=100)
_following = RenderedOnce("requests_app/tracking/follow.html", most=500)
_picture = RenderedOnce("requests_app/tracking/small_picture.html", most=10)


def timeline(lines) -> SafeString:
    return _joined(map(_drawn_line, lines))


def custody_items(stretches) -> SafeString:
    """Each stretch as an item of the list of holders."""
    return _joined(map(_drawn_stretch, stretches))


def following(request, found) -> SafeString:
    """How many follow the request, and the form to follow it too."""
    row = found.service_request
    return _following(
        is_staff=found.staff is not None,
        is_reporter=found.is_reporter,
        is_imported=row.is_imported,
        is_followed=found.is_followed,
        has_changed=_has_changed(request, found),
        is_public=found.is_public,
        followers=found.followers or 0,
        gaps={
            "address": reverse("following", args=[row.reference]),
            "csrf_token": csrf(request)["csrf_token"],
        },
    )


def _has_changed(request, found) -> bool:
    """Whether the form was just sent, which leads here with `following` in the query. An
    address that somebody else passed on, or that is out of date, says nothing.
    """
    is_own = bool(request.device_key)
    return is_own and request.GET.get("following") == ("yes" if found.is_followed else "no")


def pictures(photos) -> SafeString:
    """Small ones, each an item of a list."""
    return _joined(map(_drawn_picture, photos))


def _joined(parts):
    return mark_safe("".join(parts))  # nosec B703 # noqa: S308 - each is rendered by a template


def _drawn_line(line):
    photos = line.photos if line.event.verb != Verb.FILE else []
    return _line(
        gaps={
            "pk": line.event.pk,
            "at": line.iso,
            "said": escape(capfirst(line.said)),
            "text": escape(line.text),
            "why": escape(line.why),
            "quote": linebreaksbr(line.quote),
            "pictures": pictures(photos),
        },
    )


def _drawn_picture(photo):
    small, large = (photo.small, photo.large) if photo.is_ready else ("", "")
    return _picture(gaps={"small": escape(small), "large": escape(large)})


def _drawn_stretch(stretch):
    return _stretch(
        is_now=not stretch.until,
        gaps={
            "holder": escape(stretch.holder),
            "lasted": escape(stretch.lasted),
            "moved": escape(stretch.moved),
        },
    )
