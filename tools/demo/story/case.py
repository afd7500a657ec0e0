"""A simulated request and its people, with a method for each verb of the workflow.

Every step is a verb of `requests_app.workflow`, by a person who has seen all earlier events. No
method changes rows directly.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from random import Random

from accounts.models import User
from city import emergency_number
from city.models import Department, HandBackReason, HoldReason, NoPhotoReason, ResolutionCode
from lib import clock
from requests_app import workflow
from requests_app.filing import questions
from requests_app.models import Channel, Photo, ServiceRequest
from requests_app.permissions import SYSTEM
from requests_app.status import Status
from routing.models import Proposal
from tools.demo.story.hours import Hours
from tools.demo.story.pictures import Camera
from tools.demo.story.reports import Report
from tools.demo.story.residents import Resident
from tools.demo.story.staff import Staff
from tools.demo.story.world import World

_SAY_EVERY = 100
_UNSEEN = {"water-drains": "underground", "noise": "privacy", "people-in-need": "privacy"}


@dataclass
class Scene:
    """The shared context of all cases: clock, people, random numbers, texts and camera.

    `processes` is the number of processes, each of which creates about as many requests.
    """

    world: World
    hours: Hours
    staff: Staff
    dice: Random
    talk: dict
    residents: list[Resident]
    say: Callable[[str], None]
    processes: int = 1
    filed: int = 0
    camera: Camera | None = None

    def note_filed(self) -> None:
        """Count a filed request once per process; print the number at every hundredth."""
        self.filed += self.processes
        if self.filed % _SAY_EVERY == 0:
            self.say(f"{self.filed} requests …")

    @cached_property
    def departments(self) -> dict[str, Department]:
        """Return all departments by slug."""
        return {department.slug: department for department in Department.objects.all()}

    @cached_property
    def departments_by_id(self) -> dict[int | None, Department]:
        return {department.pk: department for department in self.departments.values()}

    @cached_property
    def resolutions(self) -> dict[str, ResolutionCode]:
        return {code.code: code for code in ResolutionCode.objects.all()}


class Case:
    """A request and the people involved; `row` is set once the request is filed."""

    row: ServiceRequest

    def __init__(self, scene: Scene, report: Report) -> None:
        self.scene, self.report = scene, report
        self._workers: dict[int | None, User] = {}

    @property
    def reporter(self):
        """Return the reporter's device, or the agent for a report that an agent entered."""
        resident = self.report.resident
        return resident.device if resident else self.desk

    @cached_property
    def desk(self):
        """Return the agent who handles the request: chosen at random, then always the same."""
        return self.scene.staff.agent()

    @property
    def crew(self):
        """Return the member of the current department who does the work, always the same."""
        holder = self.row.department_id
        if holder not in self._workers:
            self._workers[holder] = self.scene.staff.crew(self.scene.departments_by_id[holder])
        return self._workers[holder]

    def worked_by(self, username) -> None:
        """Choose the user with this name for the work of the current department."""
        self._workers[self.row.department_id] = self.scene.staff.named(username)

    def file(self, category=None) -> None:
        """File the report and set `row`; a given `category` is a wrong one and gets no answers."""
        report, spot = self.report, self.report.spot
        answers = {} if category else report.answers
        category = category or report.category
        by = self.scene.staff.app if report.channel == Channel.API else self.reporter
        filed = workflow.Report(
            category=category,
            latitude=spot.latitude,
            longitude=spot.longitude,
            location_text=spot.text,
            location_note=report.note,
            description=report.text,
            answers=questions.validate_answers(category, answers),
            contact=report.contact,
            photos=self._photos(Photo.Kind.REPORT, fixed=False, device=self._device),
            channel=report.channel,
            language=report.language,
        )
        self.row = workflow.file(filed, by=by)
        self.scene.note_filed()

    def import_closed(self, filed_at, **older) -> None:
        """Import the report as closed by an older system; set `row`.

        `older` are further fields of the ClosedRecord.
        """
        report, spot = self.report, self.report.spot
        record = workflow.ClosedRecord(
            category=report.category,
            filed_at=filed_at,
            closed_at=clock.now(),
            department=report.category.department,
            latitude=spot.latitude,
            longitude=spot.longitude,
            location_text=spot.text,
            description=report.text,
            **older,
        )
        self.row = workflow.import_closed(record, by=SYSTEM)

    def route(self, to="", *, words="", reason="") -> None:
        """Route to the department `to` (a slug), or to the proposed department."""
        self._do(
            workflow.route,
            self.desk,
            to=self.scene.departments[to] if to else self.proposed,
            words=words,
            reason=reason,
        )

    @property
    def proposed(self) -> Department:
        """Return the department proposed by the rules, or else that of the category or topic."""
        proposal = Proposal.objects.filter(service_request=self.row).first()
        if proposal and proposal.department:
            return proposal.department
        return self.report.category.department or self.scene.departments[self.report.topic.to]

    @property
    def is_with_the_desk(self) -> bool:
        """Return True if neither a person nor a rule has routed the request; reload its row."""
        self.row.refresh_from_db(fields=["department", "status"])
        return self.row.status == Status.FILED

    def hand_back(self, reason="not-ours", words="") -> None:
        """Hand the request back to the desk; `reason` is a code."""
        reason = HandBackReason.objects.get(code=reason)
        self._do(workflow.hand_back, self.crew, reason=reason, words=words)

    def assign(self) -> None:
        self._do(workflow.assign, self.crew, to=self.crew)

    def schedule(self, day, words="") -> None:
        """Schedule the work for `day`; a day after the promised date needs words."""
        if workflow.is_later_than_promised(self.row, day, clock.now()):
            words = words or self.scene.dice.choice(self.scene.talk["plans"]["later"])
        self._do(workflow.schedule, self.crew, day=day, words=words)

    def start(self) -> None:
        self._do(workflow.start, self.crew)

    def hold(self, reason, words="") -> None:
        """Put the work on hold; `reason` is a code."""
        reason = HoldReason.objects.get(code=reason)
        self._do(workflow.hold, self.crew, reason=reason, words=words)

    def ask(self, question, *, by=None) -> None:
        self._do(workflow.ask, by or self.crew, question=question)

    def answer(self, words) -> None:
        self._do(workflow.answer, self.reporter, words=words)

    def answer_nothing(self) -> None:
        """Take the system's action after the resident has not answered."""
        self._do(workflow.answer, SYSTEM, words="")

    def complete(self, note="") -> None:
        """Complete the work, near the pin, with a photo or a reason for its absence."""
        report, dice = self.report, self.scene.dice
        photos = self._photos(Photo.Kind.COMPLETION, fixed=True, user=self.crew)
        given = {"no_photo_reason": self._no_photo_reason()} if not photos else {"photos": photos}
        self._do(
            workflow.complete,
            self.crew,
            resolution=self.scene.resolutions[report.topic.resolution],
            note=note or report.saying.note or dice.choice(report.topic.notes),
            here=self._beside_the_pin(),
            **given,
        )

    def _beside_the_pin(self) -> tuple[float, float]:
        """Return the position of the crew's phone, ten or twenty metres from the pin."""
        assert self.row.coordinates, "The request has no point."
        latitude, longitude = self.row.coordinates
        east, north = (self.scene.dice.gauss(0, 0.00009) for _ in range(2))
        return latitude + north, longitude + east

    def _no_photo_reason(self):
        """Return the reason for a missing photo; None if the category needs no photo."""
        category = self.report.category
        if not category.needs_proof:
            return None
        return NoPhotoReason.objects.get(code=_UNSEEN.get(category.group.slug, "camera"))

    def confirm(self, rating=None, words="") -> None:
        self._do(workflow.confirm, self.reporter, rating=rating, words=words)

    def dispute(self, words, *, with_photo=False) -> None:
        photos: list[Photo] = []
        if with_photo and self._device:
            photos = self._photos(Photo.Kind.DISPUTE, fixed=False, device=self._device)
        self._do(workflow.dispute, self.reporter, words=words, photos=photos)

    def uphold(self, words) -> None:
        """Answer a dispute and close the request, as the department's supervisor."""
        by = self.scene.staff.answers_for(self.row.department)
        self._do(workflow.uphold, by, words=words)

    def close_unanswered(self) -> None:
        self._do(workflow.close_unanswered, SYSTEM)

    def decline(self, reason, words="") -> None:
        """Decline the request with a DeclineReason, by default with the text of the reason."""
        standard = emergency_number.fill_placeholder(reason.words)
        self._do(workflow.decline, self.desk, reason=reason, words=words or standard)

    def transfer(self, agency, words="") -> None:
        self._do(workflow.transfer, self.desk, agency=agency, words=words)

    def mark_duplicate(self, original) -> None:
        self._do(workflow.mark_duplicate, self.desk, original=original)

    def withdraw(self) -> None:
        self._do(workflow.withdraw, self.reporter)

    def reopen(self, words) -> None:
        self._do(workflow.reopen, self.desk, words=words)

    def recategorise(self, category) -> None:
        self._do(workflow.recategorise, self.desk, category=category)

    def prioritise(self, priority) -> None:
        self._do(workflow.prioritise, self.desk, priority=priority)

    def comment(self, words, by, *, is_public=True):
        return self._do(workflow.comment, by, words=words, is_public=is_public)

    def follow(self, resident) -> None:
        workflow.follow(self.row, by=resident.device)

    def hide(self, words, **subject) -> None:
        self._do(workflow.hide, self.desk, words=words, **subject)

    def redact(self, words, **subject) -> None:
        self._do(workflow.redact, self.desk, words=words, **subject)

    def undo(self, event) -> None:
        workflow.undo(self.row, event=event, by=self.desk)

    @property
    def _device(self):
        return self.report.resident.device if self.report.resident else None

    def _photos(self, kind, *, fixed, **owner) -> list[Photo]:
        """Return [a photo of the place], after the work if `fixed`; [] without a view."""
        view = self.report.after if fixed else self.report.view
        if view is None or self.scene.camera is None:
            return []
        return [self.scene.camera.photo(view, fixed=fixed, kind=kind, **owner)]

    def _do(self, verb, by, **given):
        """Call a verb of the workflow for a person who has seen all events; return its event."""
        if by is not SYSTEM:
            given["seen"] = self.scene.world.seen[self.row.pk]
        return verb(self.row, by=by, **given)

    @property
    def today(self):
        return clock.localtime(clock.now()).date()
