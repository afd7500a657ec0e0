"""The function of each verb."""

from collections.abc import Callable

from requests_app.status import Verb
from requests_app.workflow import content_reports, danger, department, desk, following, resident
from requests_app.workflow.correcting import correct
from requests_app.workflow.erasure import forget
from requests_app.workflow.filing import file
from requests_app.workflow.imports import import_closed
from requests_app.workflow.reminding import remind
from requests_app.workflow.undoing import undo

FUNCTIONS: dict[Verb, Callable] = {
    Verb.FILE: file,
    Verb.IMPORT_CLOSED: import_closed,
    Verb.ROUTE: desk.route,
    Verb.HAND_BACK: department.hand_back,
    Verb.ASSIGN: department.assign,
    Verb.SCHEDULE: department.schedule,
    Verb.START: department.start,
    Verb.HOLD: department.hold,
    Verb.ASK: department.ask,
    Verb.ANSWER: resident.answer,
    Verb.CANCEL_QUESTION: department.cancel_question,
    Verb.COMPLETE: department.complete,
    Verb.REJECT_PROOF: department.reject_proof,
    Verb.HAND_OVER: department.hand_over,
    Verb.CONFIRM: resident.confirm,
    Verb.DISPUTE: resident.dispute,
    Verb.UPHOLD: desk.uphold,
    Verb.REOPEN: desk.reopen,
    Verb.CLOSE_UNANSWERED: resident.close_unanswered,
    Verb.DECLINE: desk.decline,
    Verb.MARK_DUPLICATE: desk.mark_duplicate,
    Verb.TRANSFER: desk.transfer,
    Verb.WITHDRAW: resident.withdraw,
    Verb.CORRECT: correct,
    Verb.COMMENT: resident.comment,
    Verb.RECATEGORISE: desk.recategorise,
    Verb.MOVE_PIN: desk.move_pin,
    Verb.PRIORITISE: desk.prioritise,
    Verb.FLAG_DANGER: danger.flag_danger,
    Verb.CLEAR_DANGER: danger.clear_danger,
    Verb.FOLLOW: following.follow,
    Verb.UNFOLLOW: following.unfollow,
    Verb.HIDE: desk.hide,
    Verb.UNHIDE: desk.unhide,
    Verb.RELEASE: desk.release,
    Verb.REDACT: desk.redact,
    Verb.DISMISS_REPORTS: content_reports.dismiss_reports,
    Verb.REMIND: remind,
    Verb.UNDO: undo,
    Verb.FORGET: forget,
}
"""Most take the request, `by` and `seen`, and what else the verb needs, and return the event."""
