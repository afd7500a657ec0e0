"""Stories as lines for COPY: which columns each table gets, and what stands in them.

Rows that other rows point to have their ids from here; the rest are numbered by the database.
"""

import hashlib
import hmac
import uuid
from datetime import date

from lib.email_addresses import normalize_email
from requests_app.photos.processing import name_for
from tools.bench.scale.fill.story import CLOSED, DAY, told_at

COLUMNS = {
    "requests_app_servicerequest": (
        "id, reference, description, latitude, longitude, location_text, location_relation,"
        " location_note, status, outcome, status_before_question, priority, channel, language,"
        " is_private, is_hidden, held_for, danger, priority_before_danger, scheduled_for,"
        " dispute_used, disputed_by_reporter, times_routed, words_digest, filing_key, filed_at,"
        " clock_started_at, due_at, counted_days, completed_at, closed_at, changed_at,"
        " forgotten_at, words_forgotten_at, version, staff_version, replies_public_from,"
        " agency_id, assignee_id, category_id, completed_by_id, decline_reason_id, department_id,"
        " duplicate_of_id,"
        " hold_reason_id, zone_id"
    ),
    "requests_app_event": (
        "id, verb, at, status_before, status_after, on_behalf, code, day, due_at, rule, actor_id,"
        " assignee_id, caused_by_id, department_id, device_id, key_id, subject_comment_id,"
        " other_request_id, service_request_id"
    ),
    "requests_app_comment": (
        "id, body, is_public, public_from, is_hidden, is_redacted, service_request_id, event_id"
    ),
    "requests_app_completion": (
        "metres, proof_reason, key, department_id, no_photo_reason_id, resolution_id, event_id,"
        " service_request_id"
    ),
    "requests_app_feedback": "rating, event_id, service_request_id",
    "requests_app_photo": (
        "id, kind, state, position, original, digest, key, width, height, latitude, longitude,"
        " taken_at, uploaded_at, attempts, is_hidden, redactions, device_id, event_id, user_id,"
        " service_request_id"
    ),
    "requests_app_contact": "name, email, phone, email_normalized, service_request_id",
    "requests_app_reportersession": "created_at, device_id, service_request_id",
    "requests_app_device": "id, key_hash, created_at",
    "requests_app_follower": "created_at, device_id, service_request_id",
    "requests_app_answer": "values, said, question_id, service_request_id",
    "requests_app_olderrecord": "system, record_id, service_request_id",
    "requests_app_accesslink": "id, nonce, token_hash, created_at, service_request_id",
    "requests_app_contentreport": (
        "reason, text, made_at, comment_id, device_id, settled_by_id, service_request_id"
    ),
    "requests_app_draft": (
        "id, latitude, longitude, location_text, location_note, answers, description, name, email,"
        " phone, details_done, created_at, changed_at, category_id, device_id, service_request_id,"
        " email_normalized"
    ),
    "notifications_delivery": (
        "id, kind, recipient, channel, language, state, created_at, due_at, sent_at, attempts,"
        " answer, event_id, link_id"
    ),
    "routing_proposal": (
        "rule_label, rule_version, matched, why, created_at, department_id, service_request_id,"
        " stopped_id, rule_id"
    ),
    "routing_look": "agent_id, event_id, service_request_id",
}
KEPT = 3650  # days: the longest that a city may keep a reporter's details
LINKS_LIVE, DRAFTS_LIVE = 90 * DAY, 7 * DAY
RETRY = 100  # seconds: when a mail would have gone again
SYSTEM = "request-system-2016"
N = "\\N"
_RESIDENTS = frozenset({"answer", "confirm", "dispute"})
_TRUTH = ("f", "t")
_DAYS = {}
_CLOCK = [f"{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}+00" for s in range(DAY)]


def moment(seconds):
    """Seconds since 1970 as COPY reads them."""
    if seconds is None:
        return N
    day, second = divmod(int(seconds), DAY)
    return f"{day_of(day)} {_CLOCK[second]}"


def day_of(number):
    if number is None:
        return N
    found = _DAYS.get(number)
    if found is None:
        found = _DAYS[number] = str(date.fromordinal(719_163 + number))
    return found


def _or_null(value):
    return N if value is None else value


class Rows:
    """Lines by table. `base` is where this process's own ids begin, `agents` who works the desk."""

    def __init__(self, world, dice, end, base):
        self.world, self.dice, self.end = world, dice, end
        self.agents = frozenset(world.agents)
        self.lines = {table: [] for table in COLUMNS}
        self.events = self.comments = self.links = self.mails = base
        self.is_forgotten = lambda story: (
            story.closed_at is not None and story.closed_at < end - KEPT * DAY
        )

    def add(self, table, *values):
        self.lines[table].append("\t".join(map(str, values)) + "\n")

    # The request as it stands at the end

    def request(self, s):
        s.is_written = True
        gone = self.is_forgotten(s)
        night = moment((s.closed_at + KEPT * DAY) // DAY * DAY + DAY) if gone else N
        silent = gone and s.is_private
        replies = "{}" if s.public_from is None else f'{{"{moment(s.public_from)}"}}'
        self.add(
            "requests_app_servicerequest", s.id, s.reference, "" if silent else s.description,
            f"{s.lat:.6f}", f"{s.lng:.6f}", s.location_text, s.location_relation,
            "" if silent else s.location_note, s.status, s.outcome, s.status_before_question,
            s.priority, s.channel, s.language, _TRUTH[s.is_private], _TRUTH[s.is_hidden],
            s.held_for, s.danger, s.priority_before_danger, day_of(s.scheduled_for),
            _TRUTH[s.dispute_used], _TRUTH[s.disputed_by_reporter], s.times_routed,
            "" if silent else s.digest, _or_null(s.filing_key), moment(s.filed_at),
            moment(s.clock_started), moment(s.due_at), _or_null(s.counted_days),
            moment(s.completed_at), moment(s.closed_at), moment(s.changed_at), night,
            night if silent else N, s.version, s.staff_version, replies, _or_null(s.agency),
            _or_null(s.assignee), s.kind.id, _or_null(s.completed_by), _or_null(s.decline),
            _or_null(s.department), _or_null(s.duplicate_of), _or_null(s.hold), s.zone,
        )  # fmt: skip
        if s.older:
            self.add("requests_app_olderrecord", SYSTEM, s.older, s.id)
        self._beside(s, gone)

    def _beside(self, s, gone):
        for asked, value, said in s.answers:
            if not (gone and s.is_private and not asked.choices):
                self.add("requests_app_answer", f'{{"{value}"}}', said, asked.id, s.id)
        if s.proposal:
            self._proposal(s)
        if gone:
            return
        if s.contact:
            self.add("requests_app_contact", *s.contact, normalize_email(s.contact[1]), s.id)
        if s.device:
            self.add("requests_app_reportersession", moment(s.filed_at), s.device, s.id)
        for device, at in s.followers:
            self.add("requests_app_follower", moment(at), device, s.id)
        if s.channel == "web" and not self._links_are_over(s):
            self._link(s, s.filing_key, s.filed_at)
        if s.channel == "web" and s.filed_at > self.end - DRAFTS_LIVE:
            self._draft(s)

    def _proposal(self, s):
        decision, at = s.proposal
        rule = decision.rule
        self.add(
            "routing_proposal", rule.label if rule else "", rule.version if rule else N,
            "{" + ",".join(decision.matched) + "}", rule.why if rule else "", moment(at),
            decision.department.id if decision.department else N, s.id,
            decision.stopped.id if decision.stopped else N, rule.id if rule else N,
        )  # fmt: skip

    def _draft(self, s):
        name, email, phone = s.contact or ("", "", "")
        answers = ", ".join(f'"{asked.code}": ["{value}"]' for asked, value, _said in s.answers)
        self.add(
            "requests_app_draft", s.filing_key, f"{s.lat:.6f}", f"{s.lng:.6f}", s.location_text,
            s.location_note, f"{{{answers}}}", s.description, name, email, phone, "t",
            moment(s.filed_at - 120), moment(s.filed_at), s.kind.id, s.device, s.id,
            normalize_email(email),
        )  # fmt: skip

    def device(self, number, key_hash, at):
        self.add("requests_app_device", number, key_hash, moment(at))

    # One event with what came with it, when its time has come

    def event(self, e, s):
        self.events += 1
        e.id = self.events
        about = e.about_comment.comment_id if e.about_comment else N
        key = self.world.app if (s.channel, e.verb) == ("api", "file") else N
        self.add(
            "requests_app_event", e.id, e.verb, moment(e.at), e.before, e.after,
            _TRUTH[e.on_behalf], e.code, day_of(e.day), moment(e.due), e.rule, _or_null(e.actor),
            _or_null(e.assignee), e.caused_by.id if e.caused_by else N, _or_null(e.department),
            _or_null(e.device), key, about, _or_null(e.other), s.id,
        )  # fmt: skip
        if e.words:
            self._words(e, s)
        if e.completion:
            department, resolution, why_none, metres = e.completion
            self.add(
                "requests_app_completion", _or_null(metres), "", self._uuid(), department,
                _or_null(why_none), resolution, e.id, s.id,
            )  # fmt: skip
        if e.rating:
            self.add("requests_app_feedback", e.rating, e.id, s.id)
        for position, (kind, number, _n) in enumerate(e.photos):
            self._photo(e, s, kind, number, position)
        for mail in e.mails:
            self._mail(e, mail)

    def _words(self, e, s):
        self.comments += 1
        e.comment_id = self.comments
        silent = s.is_private and e.verb in _RESIDENTS | {"comment"} and self.is_forgotten(s)
        silent = silent and (e.device is not None or e.verb in _RESIDENTS)
        self.add(
            "requests_app_comment", e.comment_id, "" if silent else e.words, _TRUTH[e.is_public],
            moment(e.public_from), _TRUTH[e.hidden_words], _TRUTH[bool(silent)], s.id, e.id,
        )  # fmt: skip
        for said, device, at in s.reports:
            if said is e:
                who = N if self.is_forgotten(s) else device
                self.add("requests_app_contentreport", "personal", "", moment(at), e.comment_id,
                         who, N, s.id)  # fmt: skip

    def _photo(self, e, s, kind, number, position):
        pk = uuid.UUID(int=number, version=4)
        digest = hashlib.sha256(pk.bytes).hexdigest()
        gone = self.is_forgotten(s)
        is_gone = gone and s.is_private and kind != "completion"
        tall = number % 3 == 0
        spot = (N, N, N) if is_gone or number % 2 else (f"{s.lat:.6f}", f"{s.lng:.6f}",
                                                       moment(e.at - 300))  # fmt: skip
        device = N if gone else _or_null(e.device)
        self.add(
            "requests_app_photo", pk, kind, "unreadable" if is_gone else "ready", position,
            f"originals/{pk}.jpg", digest, name_for(digest, self.world.secret, pk, []),
            3024 if tall else 4000, 4032 if tall else 3000, *spot, moment(e.at - 60), 1, "f", "[]",
            device, e.id, _or_null(e.actor), s.id,
        )  # fmt: skip

    def _mail(self, e, mail):
        kind, address, language, owner = mail
        self.mails += 1
        sent, link = told_at(e, self.agents) + 1, N
        if owner is not None:
            if self.is_forgotten(owner):
                address = f"deleted-{self.mails}"
            elif not self._links_are_over(owner):
                link = self._link(owner, uuid.UUID(self._uuid()), e.at)
        self.add(
            "notifications_delivery", self.mails, kind, address, "email", language, "sent",
            moment(e.at), moment(sent + RETRY), moment(sent), 1, "", e.id, link,
        )  # fmt: skip

    def _links_are_over(self, s):
        return s.status == CLOSED and s.closed_at < self.end - LINKS_LIVE

    def _link(self, s, nonce, at):
        """Its token is what the application would work out anew from the row."""
        self.links += 1
        text = f"access-link:{s.id}:{nonce}"
        token = hmac.new(self.world.secret.encode(), text.encode(), hashlib.sha256).hexdigest()
        hashed = hashlib.sha256(token.encode()).hexdigest()
        self.add("requests_app_accesslink", self.links, nonce, hashed, moment(at), s.id)
        return self.links

    def look(self, s, agent):
        """An agent saw the last of what is written there."""
        self.add("routing_look", agent, s.events[-1].id, s.id)

    def _uuid(self):
        return str(uuid.UUID(int=self.dice.getrandbits(128), version=4))
