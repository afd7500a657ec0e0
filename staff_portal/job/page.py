"""Template context of a job's page and its poll."""

import uuid
from collections.abc import Sequence
from typing import NamedTuple

from django.conf import settings
from django.db.models import Q
from django.http import QueryDict

from accounts.models import User
from city import canned_texts, danger
from city.base_map import drawing
from lib import clock
from requests_app import timeline, workflow
from requests_app.following import followers
from requests_app.models import Answer, Event, Photo, ServiceRequest
from requests_app.permissions import Audience, may_see_contact
from requests_app.status import Status, Verb
from requests_app.timeline import TimelineLine
from requests_app.workflow import completion_proof
from staff_portal import due, progress
from staff_portal.day_plan import plan
from staff_portal.forms import JobForm
from staff_portal.inbox import job_queries
from staff_portal.inbox.filters import load_choices_of_user, parse_filters
from staff_portal.job.forms import ACTIONS, JobAction, format_success_message

MAX_QUESTIONS = 3  # canned questions, offered as buttons
MAX_RESIDENT_MESSAGES = 3  # the latest ones; the log has the others
MAP_OPTIONS = {"width": 390, "height": 190, "metres_per_px": 1.25}


class JobLog(NamedTuple):
    """The events of a job that its page shows at a glance, as timeline lines for staff.

    `before_photos` are shown beside the finished work: the crew's own from before it, then those of
    the report. `resident_messages` are the latest answers, each with its question, and comments of
    residents, oldest first. `rerouting` is the last routing, if there was more than one.
    """

    lines: list[TimelineLine]
    report_photos: list[Photo]
    before_photos: list[Photo]
    dispute: TimelineLine | None
    completion: TimelineLine | None
    rejected_proof: TimelineLine | None
    question: TimelineLine | None
    rerouting: TimelineLine | None
    resident_messages: list[tuple[TimelineLine, str]]


def build_job_context(
    row: ServiceRequest, user: User, here: tuple[float, float] | None = None
) -> dict:
    """Return the context of a job's page, except its forms; `here` is where the user is."""
    events = timeline.load_events(row)
    log = build_job_log(row, events)
    verbs = workflow.available_verbs(row, user)
    careful, answers = _split_answers_by_danger(row)
    is_theirs_to_do = Verb.START in verbs or Verb.COMPLETE in verbs
    next_stop = None if is_theirs_to_do else plan.load_day_plan(user).next_stop
    return {
        "job": row,
        "log": log,
        "due": due.due_notice(row),
        "following": followers.count_followers(row),
        "plan": due.format_planned_day(row),
        "custody": timeline.list_holding_periods(events, row),
        "careful": careful,
        **_build_danger_context(row, log.lines, [*careful, *answers]),
        "answers": answers,
        "contact": getattr(row, "contact", None) if may_see_contact(user, row) else None,
        "verbs": {verb.value for verb in verbs},
        "today": clock.today(),
        "promised": _format_promised_day(row),
        "questions": canned_texts.list_offers("question", row)[:MAX_QUESTIONS],
        "map": _render_map(row),
        "seen": events[-1].pk,
        "done": _find_undo_offer(events[-1], user),
        "key": uuid.uuid4(),
        "most_photos": settings.MAX_PHOTOS,
        "photos_wait": has_unprocessed_photos(row),
        "is_planned": plan.is_on_todays_plan(user, row),
        "can_be_planned": progress.can_work_on(row, user),
        "proof": log.completion and completion_proof.format_proof(log.completion.event.completion),
        "next_stop": next_stop,
        "next_job": None if is_theirs_to_do or next_stop else find_next_job(user, here),
    }


def find_next_job(user: User, here: tuple[float, float] | None = None) -> ServiceRequest | None:
    """Return the most urgent job that `user` can do, or None if nothing is left to do.

    Of equally urgent jobs it is the nearest to `here`, or without it the one due first. It is
    assigned to the user or to nobody.
    """
    filters = parse_filters(QueryDict(), load_choices_of_user(user), here)
    theirs = Q(assignee=user) | Q(assignee=None)
    return job_queries.jobs_of_tab(user, filters).filter(theirs).first()


class UndoOffer(NamedTuple):
    """An offer to undo what the user has just done, `words`, within some seconds."""

    event: Event
    words: str
    seconds: int


def _find_undo_offer(event: Event, user: User) -> UndoOffer | None:
    """Return the offer to undo the job's last `event`, or None.

    None for others' and old events, and for a verb that has no form on the page.
    """
    if event.actor_id != user.pk or not (seconds := workflow.seconds_to_undo(event)):
        return None
    action = next((each for each in ACTIONS if each.verb == event.verb), None)
    return UndoOffer(event, format_success_message(action, event), seconds) if action else None


def build_action_forms(
    row: ServiceRequest, verbs: set[str], refused: JobForm | None
) -> dict[str, JobForm]:
    """Return an unbound form for each possible action, by name with underscores.

    `refused`, a bound form, replaces its own.
    """
    forms = {}
    for action in ACTIONS:
        name = action.noun.replace("-", "_")
        if refused and refused.name == action.noun:
            forms[name] = refused
        elif _is_action_possible(action, row, verbs):
            initial = {"to": row.assignee_id, "key": uuid.uuid4()}
            forms[name] = action.form(service_request=row, initial=initial)
    return forms


def _is_action_possible(action: JobAction, row: ServiceRequest, verbs: set[str]) -> bool:
    """Return True if `verbs` has those that the form needs; to ask needs a reachable reporter."""
    if not {action.verb, action.form.needs or action.verb} <= verbs:
        return False
    return action.verb != Verb.ASK or workflow.can_reach_reporter(row)


def build_job_log(row: ServiceRequest, events: Sequence[Event]) -> JobLog:
    """Return the JobLog of the job; `events` are all of its events, oldest first."""
    lines = timeline.build_timeline(events, Audience.STAFF)
    standing = {event.pk for event in timeline.exclude_undone(events)}
    newest: dict[str, TimelineLine] = {}
    for line in lines:
        if line.event.pk in standing:
            newest.setdefault(line.event.verb, line)
    done, is_asked = newest.get(Verb.COMPLETE), row.status == Status.AWAITING_RESIDENT
    is_rejected = done is not None and row.completed_at is None
    reported = newest[Verb.FILE].photos if Verb.FILE in newest else []
    wrote = [each for each in lines if each.event.pk in standing and _is_resident_message(each)]
    return JobLog(
        lines,
        report_photos=reported,
        before_photos=timeline.list_before_photos(timeline.exclude_undone(events)) + reported,
        dispute=_find_unanswered_dispute(row, newest),
        completion=None if is_rejected else done,
        rejected_proof=newest.get(Verb.REJECT_PROOF) if is_rejected else None,
        question=newest.get(Verb.ASK) if is_asked else None,
        rerouting=newest.get(Verb.ROUTE) if row.times_routed > 1 else None,
        resident_messages=[
            (each, timeline.find_question_text(each, lines))
            for each in wrote[:MAX_RESIDENT_MESSAGES][::-1]
        ],
    )


def _find_unanswered_dispute(
    row: ServiceRequest, newest: dict[str, TimelineLine]
) -> TimelineLine | None:
    """Return the last dispute of an open job if no work was finished since then, else None."""
    dispute, done = newest.get(Verb.DISPUTE), newest.get(Verb.COMPLETE)
    if not row.is_open or dispute is None:
        return None
    return dispute if done is None or dispute.event.pk > done.event.pk else None


def _is_resident_message(line: TimelineLine) -> bool:
    """Return True for a resident's comment, or answer to a question of staff, with words or photos.

    Events of an API key, and those that staff recorded on behalf of a resident, are a resident's,
    too.
    """
    event = line.event
    is_of_them = event.device_id or event.key_id or event.on_behalf
    says_something = event.verb in (Verb.ANSWER, Verb.COMMENT) and (line.quote or line.photos)
    return bool(is_of_them and says_something)


def _build_danger_context(
    row: ServiceRequest, lines: list[TimelineLine], answers: list[Answer]
) -> dict:
    """Return `danger_names`, most urgent first, and `danger`, an Advice for them or None."""
    kinds = danger.sort_kinds(each.kind for each in timeline.list_dangers(row, lines, answers))
    return {
        "danger": danger.advice_for_kinds(kinds),
        "danger_names": [*map(danger.kind_name, kinds)],
    }


def _split_answers_by_danger(row: ServiceRequest) -> tuple[list[Answer], list[Answer]]:
    """Return the answers to questions of the category that mean danger, and the other ones."""
    answers = list(row.answers.select_related("question").prefetch_related("question__choices"))
    careful = [answer for answer in answers if _is_dangerous_answer(answer)]
    return careful, [answer for answer in answers if answer not in careful]


def _is_dangerous_answer(answer: Answer) -> bool:
    """Return True if a chosen option has the effect "urgent"."""
    choices = answer.question.choices.all()
    return any(choice.effect == "urgent" and choice.key in answer.values for choice in choices)


def _format_promised_day(row: ServiceRequest) -> str:
    """Return the day that the resident expects, as a text.

    "" if the day has passed, there is none, or the request is not open.
    """
    if not row.is_open or row.due_at is None or row.due_at < clock.now():
        return ""
    return clock.format_relative_date(clock.localtime(row.due_at).date())


def _render_map(row: ServiceRequest) -> str:
    """Return an SVG map around the pin, or "" without a pin."""
    place = row.coordinates
    return drawing.render_svg(center=place, pins=[place], **MAP_OPTIONS) if place else ""


def has_unprocessed_photos(row: ServiceRequest) -> bool:
    """Return True if a photo of the request is still being processed."""
    return row.photos.filter(state=Photo.State.WAITING).exists()


def list_news(row: ServiceRequest, since: int, user: User) -> list[TimelineLine]:
    """Return what others did to the job after the event with the id `since`, newest first.

    Following and unfollowing are left out.
    """
    heard = [
        event
        for event in timeline.load_events(row)
        if event.pk > since
        and event.actor_id != user.pk
        and event.verb not in (Verb.FOLLOW, Verb.UNFOLLOW)
    ]
    return timeline.build_timeline(heard, Audience.STAFF)
