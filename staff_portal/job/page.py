"""What a job's page shows; its builder serves the page and its poll."""

import uuid
from typing import NamedTuple

from django.conf import settings
from django.db.models import Q

from city import canned_texts, danger
from city.base_map import drawing
from lib import clock
from requests_app import timeline, workflow
from requests_app.actions.perform import Action
from requests_app.following import followers
from requests_app.models import Event, Photo, ServiceRequest
from requests_app.permissions import Audience, may_see_contact
from requests_app.status import Status, Verb
from requests_app.timeline import TimelineLine
from requests_app.workflow import completion_proof
from staff_portal import due, progress
from staff_portal.day_plan import plan
from staff_portal.forms import JobForm
from staff_portal.inbox import reading
from staff_portal.job.forms import ACTIONS, said

MOST_QUESTIONS = 3  # prepared ones, offered as chips
MOST_WROTE = 3  # of what residents wrote since; the rest stands in the log
MAP = {"width": 390, "height": 190, "metres_per_px": 1.25}


class Told(NamedTuple):
    """What the log says that the job's page needs at a glance. Lines are the staff's.

    `reported` are the photos of the report; `before` are those that stand beside the finished work:
    the crew's own from before it, then those of the report. `wrote` are the latest answers, each
    with its question, and comments of residents, oldest first.
    """

    lines: list[TimelineLine]
    reported: list[Photo]
    before: list[Photo]
    dispute: TimelineLine | None
    completion: TimelineLine | None
    rejected: TimelineLine | None
    question: TimelineLine | None
    moved: TimelineLine | None
    wrote: list[tuple[TimelineLine, str]]


def job_page(row, user, here=None) -> dict:
    """Everything on a job's page but the forms: `row` is what `access.find_job` gives, `here` where
    the person is, (latitude, longitude) or None.
    """
    events = timeline.load_events(row)
    told = told_of(row, events)
    verbs = workflow.available_verbs(row, user)
    careful, answers = _answers(row)
    is_theirs_to_do = Verb.START in verbs or Verb.COMPLETE in verbs
    next_stop = None if is_theirs_to_do else plan.day_of(user).next
    return {
        "job": row,
        "told": told,
        "due": due.due(row),
        "following": followers.following(row),
        "plan": due.plan(row),
        "custody": timeline.list_holding_periods(events, row),
        "careful": careful,
        **_dangers(row, told.lines, [*careful, *answers]),
        "answers": answers,
        "contact": getattr(row, "contact", None) if may_see_contact(user, row) else None,
        "verbs": {verb.value for verb in verbs},
        "today": clock.today(),
        "promised": _promised(row),
        "questions": canned_texts.offers("question", row)[:MOST_QUESTIONS],
        "map": _map(row),
        "seen": events[-1].pk,
        "done": _done(events[-1], user),
        "key": uuid.uuid4(),
        "most_photos": settings.MAX_PHOTOS,
        "photos_wait": photos_wait(row),
        "is_planned": plan.is_planned(user, row),
        "can_be_planned": progress.is_to_do(row, user),
        "proof": told.completion
        and completion_proof.format_proof(told.completion.event.completion),
        "next_stop": next_stop,
        "next_job": None if is_theirs_to_do or next_stop else next_job(user, here),
    }


def next_job(user, here=None) -> ServiceRequest | None:
    """Return the first job of the list that `user` can do: the nearest to `here`, (latitude,
    longitude), where that is known, else the most urgent. None where nothing is left to do.
    """
    wanted = reading.filters({}, reading.choices(user), here)
    theirs = Q(assignee=user) | Q(assignee=None)
    return reading.jobs(user, wanted).filter(theirs).first()


class Done(NamedTuple):
    """What a person has just done here, in words, and for how many seconds it can be undone."""

    event: Event
    words: str
    seconds: int


def _done(event, user) -> Done | None:
    """`event` is the job's latest; None where it is another's, or can't be undone any more."""
    if event.actor_id != user.pk or not (seconds := workflow.seconds_to_undo(event)):
        return None
    action = next((each for each in ACTIONS if each.verb == event.verb), None)
    return Done(event, said(action, event), seconds) if action else None


def act_forms(row: ServiceRequest, verbs: set[str], refused: JobForm | None) -> dict[str, JobForm]:
    """Return an empty form for each action that is possible, by its name; `refused` as it is."""
    forms = {}
    for action in ACTIONS:
        name = action.noun.replace("-", "_")
        if refused and refused.name == action.noun:
            forms[name] = refused
        elif _is_possible(action, row, verbs):
            initial = {"to": row.assignee_id, "key": uuid.uuid4()}
            forms[name] = action.form(service_request=row, initial=initial)
    return forms


def _is_possible(action: Action, row: ServiceRequest, verbs: set[str]) -> bool:
    if not {action.verb, action.form.needs or action.verb} <= verbs:
        return False
    return action.verb != Verb.ASK or workflow.can_reach_reporter(row)


def told_of(row, events) -> Told:
    lines = timeline.build_timeline(events, Audience.STAFF)
    standing = {event.pk for event in timeline.exclude_undone(events)}
    newest = {}
    for line in lines:
        if line.event.pk in standing:
            newest.setdefault(line.event.verb, line)
    done, is_asked = newest.get(Verb.COMPLETE), row.status == Status.AWAITING_RESIDENT
    is_rejected = done is not None and row.completed_at is None
    reported = newest[Verb.FILE].photos if Verb.FILE in newest else []
    wrote = [each for each in lines if each.event.pk in standing and _is_residents(each)]
    return Told(
        lines,
        reported=reported,
        before=timeline.list_before_photos(timeline.exclude_undone(events)) + reported,
        dispute=_unanswered_dispute(row, newest),
        completion=None if is_rejected else done,
        rejected=newest.get(Verb.REJECT_PROOF) if is_rejected else None,
        question=newest.get(Verb.ASK) if is_asked else None,
        moved=newest.get(Verb.ROUTE) if row.times_routed > 1 else None,
        wrote=[
            (each, timeline.find_question_text(each, lines)) for each in wrote[:MOST_WROTE][::-1]
        ],
    )


def _unanswered_dispute(row, newest) -> TimelineLine | None:
    """What a resident says is wrong, until the work is finished anew."""
    dispute, done = newest.get(Verb.DISPUTE), newest.get(Verb.COMPLETE)
    if not row.is_open or dispute is None:
        return None
    return dispute if done is None or dispute.event.pk > done.event.pk else None


def _is_residents(line) -> bool:
    event = line.event
    is_of_them = event.device_id or event.key_id or event.on_behalf
    says_something = event.verb in (Verb.ANSWER, Verb.COMMENT) and (line.quote or line.photos)
    return bool(is_of_them and says_something)


def _dangers(row, lines, answers) -> dict:
    """Return all dangers that stand, in the order of what must be done first: `danger_names`, and
    `danger`, one Advice for all of them, or None where the city has no advice.
    """
    kinds = danger.sort_kinds(each.kind for each in timeline.list_dangers(row, lines, answers))
    return {"danger": danger.advice_for(kinds), "danger_names": [*map(danger.name, kinds)]}


def _answers(row) -> tuple[list, list]:
    """The answers that mean danger, and the rest."""
    answers = list(row.answers.select_related("question").prefetch_related("question__choices"))
    careful = [answer for answer in answers if _is_urgent(answer)]
    return careful, [answer for answer in answers if answer not in careful]


def _is_urgent(answer) -> bool:
    choices = answer.question.choices.all()
    return any(choice.effect == "urgent" and choice.key in answer.values for choice in choices)


def _promised(row) -> str:
    """The day the resident expects, in words; nothing where it has passed or none was promised."""
    if not row.is_open or row.due_at is None or row.due_at < clock.now():
        return ""
    return clock.format_relative_date(clock.localtime(row.due_at).date())


def _map(row) -> str:
    place = row.coordinates
    return drawing.svg(center=place, pins=[place], **MAP) if place else ""


def photos_wait(row) -> bool:
    """Whether a photo of this request is still being prepared."""
    return row.photos.filter(state=Photo.State.WAITING).exists()


def job_news(row, since, user) -> list[TimelineLine]:
    """What others did to a job after the event `since`, newest first."""
    heard = [
        event
        for event in timeline.load_events(row)
        if event.pk > since
        and event.actor_id != user.pk
        and event.verb not in (Verb.FOLLOW, Verb.UNFOLLOW)
    ]
    return timeline.build_timeline(heard, Audience.STAFF)
