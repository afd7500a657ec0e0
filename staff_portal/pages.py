"""What the crew's pages show; the inbox's and the job's builders serve the page and its poll."""

from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from city import basemap
from city.models import ResolutionCode
from requests_app import story, workflow
from requests_app.models import Comment, Completion, Photo, ServiceRequest
from requests_app.permissions import may_see_contact
from requests_app.status import OPEN, Status, Verb
from requests_app.story import Audience, Line
from staff_portal import due, inbox
from staff_portal.forms import ACTS, Assign

SHORT_NOTE = 60  # characters; longer ones do not fit on a chip
MOST_SUGGESTIONS = 4
MOST_USUAL = 4  # resolutions shown at once
MAP = {"width": 390, "height": 190, "metres_per_px": 1.25}


@dataclass(frozen=True)
class Card:
    """A job in a list: the row, its first photo, and its time and distance in words."""

    row: ServiceRequest
    photo: Photo | None
    due: due.Due | None
    plan: str
    distance: str


def inbox_page(user, query) -> dict:
    """The whole inbox for the address's `query`. At most 15 queries, however many jobs."""
    offered = inbox.choices(user)
    wanted = inbox.filters(query, offered)
    counts = inbox.counts(user, wanted)
    rows = list(inbox.jobs(user, wanted)[: inbox.MOST])
    photos = first_photos(rows)
    cards = [_card(row, photos.get(row.pk), wanted.here) for row in rows]
    begun = inbox.under_way(user)
    return {
        "offered": offered,
        "wanted": wanted,
        "tabs": [(name, *words, counts[name]) for name, words in inbox.TABS.items()],
        "counts": counts,
        "cards": cards,
        "next": cards[0] if wanted.tab == "todo" and cards else None,
        "total": counts[wanted.tab],
        "under_way": begun if begun and not (rows and rows[0].pk == begun.pk) else None,
        "version": inbox.version(wanted),
        "newest": inbox.newest_event(),
        "news": "",
        "is_supervisor": "supervisor" in user.roles.values(),
    }


def inbox_news(user, query) -> str:
    """What is new since the list with `v` and `e` in `query` was drawn; empty when nothing is."""
    wanted = inbox.filters(query, inbox.choices(user))
    if inbox.version(wanted) == query.get("v"):
        return ""
    since = query.get("e", "")
    is_number = since.isascii() and since.isdigit() and len(since) < 19
    arrived = inbox.arrived(user, wanted, int(since)) if is_number else 0
    if arrived:
        return ngettext("%(n)s new job.", "%(n)s new jobs.", arrived) % {"n": arrived}
    return _("The list has changed.")


def first_photos(rows) -> dict[int, Photo]:
    """The first readable photo of each report, by the request's id; one query."""
    photos = Photo.objects.filter(
        service_request__in=[row.pk for row in rows], kind=Photo.Kind.REPORT
    ).exclude(state=Photo.State.UNREADABLE)
    return {
        photo.service_request_id: photo for photo in photos.order_by("-position", "-uploaded_at")
    }


def _card(row, photo, here):
    return Card(
        row=row,
        photo=photo,
        due=due.due(row),
        plan=due.plan(row),
        distance=due.between(here, row.coordinates),
    )


@dataclass
class Told:
    """What the log says that the job's page needs at a glance. Lines are the staff's."""

    lines: list[Line]
    before: list[Photo] = field(default_factory=list)
    dispute: Line | None = None
    completion: Line | None = None
    question: Line | None = None
    moved: Line | None = None


def job_page(row, user) -> dict:
    """Everything on a job's page but the forms: `row` is what `access.find_job` gives."""
    events = story.events_of(row)
    told = _told(row, events)
    verbs = workflow.available_verbs(row, user)
    careful, answers = _answers(row)
    return {
        "job": row,
        "told": told,
        "due": due.due(row),
        "plan": due.plan(row),
        "custody": story.custody(events, row),
        "careful": careful,
        "answers": answers,
        "contact": getattr(row, "contact", None) if may_see_contact(user, row) else None,
        "verbs": {verb.value for verb in verbs},
        "can_be_asked": Verb.ASK in verbs and workflow.can_be_reached(row),
        "map": _map(row),
        "seen": events[-1].pk,
        "photos_wait": photos_wait(row),
        "is_open": row.status in OPEN,
        "needs_start": Verb.START in verbs,
    }


def act_forms(row, context, refused=None) -> dict:
    """An empty form for each verb that is possible, by its name; `refused` takes its own place."""
    possible = [act for act in ACTS if act.verb.value in context["verbs"]]
    forms = {act.name.replace("-", "_"): act(row, initial=_initial(act, row)) for act in possible}
    if refused is not None:
        forms[refused.name.replace("-", "_")] = refused
    return forms


def _initial(act, row):
    return {"to": row.assignee_id} if act is Assign else {}


def _told(row, events):
    lines = story.timeline(events, Audience.STAFF)
    standing = {event.pk for event in story.standing(events)}
    newest = {}
    for line in lines:
        if line.event.pk in standing:
            newest.setdefault(line.event.verb, line)
    told = Told(lines, before=newest[Verb.FILE].photos if Verb.FILE in newest else [])
    told.completion = newest.get(Verb.COMPLETE)
    if row.status == Status.DISPUTED:
        told.dispute = newest.get(Verb.DISPUTE)
    if row.status == Status.AWAITING_RESIDENT:
        told.question = newest.get(Verb.ASK)
    if row.times_routed > 1:
        told.moved = newest.get(Verb.ROUTE)
    return told


def _answers(row):
    """The answers that mean danger, and the rest."""
    answers = list(row.answers.select_related("question").prefetch_related("question__choices"))
    careful = [answer for answer in answers if _is_urgent(answer)]
    return careful, [answer for answer in answers if answer not in careful]


def _is_urgent(answer):
    choices = answer.question.choices.all()
    return any(choice.effect == "urgent" and choice.key in answer.values for choice in choices)


def _map(row):
    place = row.coordinates
    return basemap.svg(center=place, pins=[place], **MAP) if place else ""


def photos_wait(row) -> bool:
    """Whether a photo of this request is still being prepared."""
    return row.photos.filter(state=Photo.State.WAITING).exists()


def job_news(row, since, user) -> list[Line]:
    """What others did to a job after the event `since`, newest first."""
    events = [event for event in story.events_of(row) if event.pk > since]
    heard = [
        e for e in events if e.actor_id != user.pk and e.verb not in (Verb.FOLLOW, Verb.UNFOLLOW)
    ]
    return story.timeline(heard, Audience.STAFF)


def completion_page(row, user, form) -> dict:
    """The form with which a job is finished, with its photos kept so far."""
    events = story.events_of(row)
    told = _told(row, events)
    return {
        "job": row,
        "told": told,
        "form": form,
        "photos": form.photos,
        "usual": _usual(row),
        "suggestions": _suggestions(row),
        "seen": events[-1].pk,
        "is_possible": Verb.COMPLETE in workflow.available_verbs(row, user),
        "needs_proof": row.category.needs_proof,
        "most_photos": settings.MAX_PHOTOS,
    }


def _usual(row) -> list[str]:
    """The codes with which this kind of work mostly ended, filled up from the list's top."""
    used = Completion.objects.filter(
        service_request__category=row.category_id, resolution__is_active=True
    )
    codes = used.values_list("resolution__code").annotate(n=Count("pk")).order_by("-n")
    listed = ResolutionCode.objects.active().values_list("code", flat=True)
    known = [code for code, _n in codes[:MOST_USUAL]]
    return list(dict.fromkeys([*known, *listed]))[:MOST_USUAL]


def _suggestions(row) -> list[str]:
    """Short notes this department wrote last about this kind of work: what they will say again."""
    notes = Comment.objects.filter(
        event__verb=Verb.COMPLETE,
        event__department=row.department_id,
        service_request__category=row.category_id,
        is_hidden=False,
        is_redacted=False,
    )
    bodies = notes.order_by("-pk").values_list("body", flat=True)[:40]
    short = [body for body in bodies if len(body) <= SHORT_NOTE and "\n" not in body]
    return list(dict.fromkeys(short))[:MOST_SUGGESTIONS]
