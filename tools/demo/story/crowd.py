"""Random histories of requests: the usual one, and its variations."""

import math
from collections.abc import Iterator
from datetime import datetime, timedelta

from city.models import Agency, DeclineReason
from lib import clock
from requests_app.models import Channel, Priority
from requests_app.status import Status
from tools.demo.story.case import Case, Scene

DAYS_TO_ANSWER = timedelta(days=14, minutes=4)

# Outcomes of a request with the percentage of requests that have each of them.
_FATES = {"decline": 3, "transfer": 2, "withdraw": 2, "recategorise": 2, "work": 91}
_STRAYS = (
    "street-services", "facilities-maintenance", "public-landscape", "resource-recovery",
    "mobility", "water-resources",
)  # fmt: skip
_PARTS = ("parts", "The part is ordered and should be here within the week.")
_WET = ("weather", "Too wet for it. We come back when it is dry.")
_TRUCK = ("special-crew", "This needs the bucket truck, which is on another job.")
_GAS = ("another-agency", "The gas company has to mark its line first.")
_OWNER = ("owner", "We wait for the owner's word.")
# By topic: the reason for which work may be put on hold.
_HOLDS = {
    "pothole": _WET, "sidewalk-trip-hazard": _WET, "street-markings": _WET, "curb-ramp": _WET,
    "tree-trimming": _TRUCK, "tree-down": _TRUCK, "playground": _PARTS, "park-repair": _PARTS,
    "storm-drain": _GAS, "water-leak": _GAS, "streetlight": _PARTS, "traffic-signal": _PARTS,
    "parking-meter": _PARTS, "parking-structure": _PARTS, "bus-stop": _PARTS,
    "graffiti-private": _OWNER, "property-upkeep": _OWNER,
}  # fmt: skip
# By the category's group: the responsible agency, and why the city may not do the work.
_AGENCIES = {
    "streets-sidewalks": ("caltrans", "This stretch belongs to the state. They have your words."),
    "lights-signals": ("sce", "This pole is the power company's."),
    "graffiti": ("school-district", "This wall is on school grounds."),
    "trash-recycling": ("school-district", "This is on school grounds."),
}
_DECLINES = {
    "streets-sidewalks": "already-planned",
    "trees-parks": "private-property",
    "noise": "within-the-rules",
    "buildings": "within-the-rules",
    "parking": "within-the-rules",
}


def usual(case: Case, filed_at, catch_all) -> Iterator[datetime]:
    """Simulate a random history of a request, from the report to its current state.

    `catch_all` is the category "something else", under which some reports are filed by mistake.
    """
    scene, dice = case.scene, case.scene.dice
    fate = dice.choices(list(_FATES), list(_FATES.values()))[0]
    is_misfiled = fate == "recategorise" and not (
        case.report.category.is_private or case.report.category == catch_all
    )
    yield filed_at
    case.file(catch_all if is_misfiled else None)
    if not case.row.is_private and dice.random() < 0.16:
        scene.world.add(_neighbors(case))
    if fate == "withdraw" and case.report.channel == Channel.WEB:
        yield scene.hours.awake(clock.now() + timedelta(minutes=dice.uniform(8, 90)))
        case.withdraw()
        return
    yield _triage(scene)
    if is_misfiled:
        case.recategorise(case.report.category)
        yield clock.now() + timedelta(minutes=1)
    if fate == "decline" and case.is_with_the_desk:
        code = _DECLINES.get(case.report.category.group.slug, "not-enough-information")
        case.decline(DeclineReason.objects.get(code=code))
    elif (
        fate == "transfer"
        and case.is_with_the_desk
        and case.report.category.group.slug in _AGENCIES
    ):
        slug, words = _AGENCIES[case.report.category.group.slug]
        case.transfer(Agency.objects.get(slug=slug), words)
    else:
        yield from _routed(case)
        yield from work(case)


def _triage(scene) -> datetime:
    """Return when an agent handles the request: usually within about two working hours."""
    return scene.hours.worked(clock.now(), 6 + scene.dice.expovariate(1 / 55))


def _routed(case) -> Iterator[datetime]:
    """Route the request, usually to the right department; some are first routed wrongly.

    Do nothing if a rule has routed it already.
    """
    scene, dice = case.scene, case.scene.dice
    if not case.is_with_the_desk:  # a rule has routed it
        return
    proper = case.proposed
    if dice.random() < 0.03 and case.report.category.urgent_target_days:
        _hurry(case)
        yield clock.now() + timedelta(minutes=1)
    astray = [slug for slug in _STRAYS if slug != proper.slug]
    for turn in range(dice.choices([0, 1, 2], [91, 7, 2])[0]):
        case.route(astray[turn], words=_reason(case))
        yield scene.hours.worked(clock.now(), dice.uniform(30, 400))
        case.hand_back("not-ours", dice.choice(scene.talk["routing"]["given_back"]))
        yield _triage(scene)
    case.route(proper.slug, words=_reason(case))


def _hurry(case) -> None:
    """Make the request urgent, unless it already is."""
    if case.row.priority != Priority.URGENT:
        case.prioritise(Priority.URGENT)


def _reason(case) -> str:
    """Return the text for a route; "" for the first route, which needs none."""
    reasons = case.scene.talk["routing"]["rerouted"]
    return case.scene.dice.choice(reasons) if case.row.times_routed else ""


def work(case: Case) -> Iterator[datetime]:
    """Do the work, from the department's inbox to the completion and the resident's answer."""
    scene, dice, hours = case.scene, case.scene.dice, case.scene.hours
    days = _days_needed(case)
    begins = hours.crew_day(clock.now(), max(0, days - dice.choice([0, 0, 0, 1, 2])))
    done = max(hours.crew_day(clock.now(), days), hours.worked(begins, dice.uniform(15, 110)))
    yield hours.worked(clock.now(), dice.uniform(15, 300))
    yield from _plan_work(case, clock.localtime(begins).date())
    if dice.random() < 0.12:
        yield hours.worked(clock.now(), dice.uniform(5, 60))
        case.comment(dice.choice(scene.talk["comments"]["internal"]), case.crew, is_public=False)
    if case.row.status != Status.IN_PROGRESS and dice.random() < 0.8:
        yield max(begins, hours.worked(clock.now(), 20))
        case.start()
    yield max(done, hours.worked(clock.now(), dice.uniform(15, 110)))
    case.complete()
    yield from answer_completion(case)


def _plan_work(case, day) -> Iterator:
    """Let the crew ask a question, put the job on hold, schedule it, assign it, or do nothing."""
    dice = case.scene.dice
    chance = dice.random()
    if chance < 0.13:
        yield from _question(case)
    elif chance < 0.21:
        yield from _hold(case)
    elif chance < 0.55 and day > case.today:
        plans = case.report.topic.plans
        case.schedule(day, dice.choice(plans) if plans else "")
    elif chance < 0.75:
        case.assign()


def _days_needed(case) -> int:
    """Return the working days of the work: on average about half of the target.

    One in nine requests takes longer than promised.
    """
    category = case.report.category
    urgent = case.row.priority == Priority.URGENT and category.urgent_target_days
    pace = case.scene.dice.lognormvariate(math.log(0.5), 0.62)
    return round((urgent or category.target_days) * pace)


def _question(case) -> Iterator:
    """Ask the resident, who usually answers; do nothing for a topic without questions."""
    scene, dice = case.scene, case.scene.dice
    if not case.report.topic.asks or not case.report.resident:
        return
    question, answer = dice.choice(case.report.topic.asks)
    case.ask(question)
    if dice.random() < 0.8:
        yield scene.hours.awake(clock.now() + timedelta(hours=dice.expovariate(1 / 20)))
        case.answer(answer)
    else:
        calendar = scene.hours.calendar
        day = calendar.add_working_days(case.today, 6)
        yield calendar.opening_time(day)
        case.answer_nothing()


def _hold(case) -> Iterator:
    """Put the work on hold for some days, then start it; do nothing for most topics."""
    scene, dice = case.scene, case.scene.dice
    if case.report.topic.code not in _HOLDS:
        return
    case.hold(*_HOLDS[case.report.topic.code])
    yield scene.hours.crew_day(clock.now(), dice.randint(3, 9))
    case.start()


def answer_completion(case: Case) -> Iterator[datetime]:
    """Let the resident confirm, dispute or not answer; then close the request.

    After a dispute, again() continues.
    """
    scene, dice = case.scene, case.scene.dice
    is_reachable = case.report.channel != Channel.API
    chance = dice.random() if is_reachable else 1.0
    soon = scene.hours.awake(clock.now() + timedelta(hours=0.5 + dice.expovariate(1 / 22)))
    if chance < (0.5 if case.report.resident else 0.2):
        yield soon
        case.confirm(*praise(scene))
    elif chance < 0.6 and case.report.topic.again:
        yield soon
        case.dispute(dice.choice(case.report.topic.again), with_photo=dice.random() < 0.5)
        yield from again(case)
    else:
        yield clock.now() + DAYS_TO_ANSWER
        case.close_unanswered()


def again(case: Case) -> Iterator[datetime]:
    """Let the supervisor answer a dispute, or the crew work again and the resident answer again."""
    scene, dice, hours = case.scene, case.scene.dice, case.scene.hours
    yield hours.crew_day(clock.now(), dice.randint(1, 4))
    if dice.random() < 0.3:
        case.uphold(dice.choice(scene.talk["routing"]["upheld"]))
        return
    case.start()
    yield hours.worked(clock.now(), dice.uniform(20, 120))
    case.complete(dice.choice(scene.talk["routing"]["second"]))
    yield from answer_completion(case)


def praise(scene: Scene) -> tuple[int | None, str]:
    """Return (stars, words) for a confirmation; (None, "") for one in five."""
    dice = scene.dice
    if dice.random() < 0.2:
        return None, ""
    stars = dice.choices([5, 4, 3, 2, 1], [52, 27, 12, 6, 3])[0]
    return stars, dice.choice(scene.talk["praise"][str(stars)])


def same_again(case: Case, original: Case, filed_at) -> Iterator[datetime]:
    """Report the same problem as `original`, as another person.

    The agent marks the request as a duplicate, or routes it if the original is closed.
    """
    yield filed_at
    case.file()
    yield _triage(case.scene)
    if case.is_with_the_desk and original.row.status != Status.CLOSED:
        case.mark_duplicate(original.row)
    elif case.is_with_the_desk:
        yield from _routed(case)


def _neighbors(case) -> Iterator[datetime]:
    """Let one or two others follow the request until it is closed, and sometimes comment."""
    scene, dice = case.scene, case.scene.dice
    for resident in dice.sample(scene.residents, dice.randint(1, 2)):
        wait = timedelta(hours=dice.expovariate(1 / 18))
        yield scene.hours.awake(clock.now() + wait)
        if resident is case.report.resident or case.row.status == Status.CLOSED:
            return
        case.follow(resident)
        if dice.random() < 0.35:
            yield clock.now() + timedelta(minutes=2)
            words = scene.talk["comments"]["neighbors"]
            case.comment(dice.choice(words), resident.device)
            if dice.random() < 0.5:
                yield _triage(scene)
                case.comment(dice.choice(scene.talk["comments"]["desk"]), case.desk)
