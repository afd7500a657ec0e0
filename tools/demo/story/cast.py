"""Histories written by hand, so that every status, outcome and special case occurs."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from city.models import Agency, DeclineReason
from lib import clock
from requests_app.models import Channel, Priority
from tools.demo.story.crowd import DAYS_TO_ANSWER
from tools.demo.story.residents import make_caller
from tools.demo.story.stage import Stage


def hole_in_the_bike_lane(stage: Stage) -> Iterator[datetime]:
    """Simulate an urgent hole that is routed and not begun, and was reported by a second person."""
    case = stage.case(
        "pothole",
        "My son fell",
        "Lincoln & Pico",
        text="My son fell off his bike here. The hole is bigger than his wheel.",
    )
    case.report.answers = {"place": ["bike-lane"], "size": ["wheel"]}
    yield stage.hours.worked_ago(150)
    case.file()
    stage.scene.world.add(_reported_again(stage, case))
    yield stage.hours.worked_ago(110)
    case.route()


def _reported_again(stage, original) -> Iterator:
    """Simulate a second report of the hole, which the desk marks as a duplicate of `original`."""
    case = stage.case("pothole", "pothole. hit it", "Lincoln & Pico")
    case.report.spot = stage.reports.places.beside(original.report.spot, 20)
    yield stage.hours.worked_ago(70)
    case.file()
    yield stage.hours.worked_ago(55)
    case.mark_duplicate(original.row)


def wall_under_way(stage: Stage) -> Iterator[datetime]:
    """Simulate a wall that Wes is working on now."""
    case = stage.case("graffiti-public", "Graffiti on the retaining", "Pico & 20th")
    yield stage.hours.days_ago(2, 9.7)
    case.file()
    yield stage.hours.days_ago(2, 11.0)
    case.route()
    yield stage.hours.worked_ago(35)
    case.worked_by("wes")
    case.start()


def disputed_twice(stage: Stage) -> Iterator[datetime]:
    """Simulate a sidewalk that was ground, disputed, ground again, and disputed again."""
    hours = stage.hours
    case = stage.case("sidewalk-trip-hazard", "Raised concrete", "Arizona & 9th")
    yield from stage.done(case, filed=(15, 12.2), routed=(15, 14.0), done=(8, 9.9), by="tomas")
    yield hours.days_ago(8, 18.5)
    case.dispute("There is still a lip you catch your foot on.", with_photo=True)
    yield hours.days_ago(5, 8.4)
    case.start()
    yield hours.days_ago(5, 9.6)
    case.complete("Ground again, two feet further on both sides.")
    yield hours.days_ago(1, 17.2)
    case.dispute("Better on the left. On the right my walker still stops.", with_photo=True)


def lamp_without_parts(stage: Stage) -> Iterator[datetime]:
    """Simulate a street light that is on hold until parts arrive."""
    case = stage.case("streetlight", "Streetlight out", "California & 17th")
    yield stage.hours.days_ago(6, 20.2)
    case.file()
    yield stage.hours.days_ago(5, 8.8)
    case.route()
    yield stage.hours.days_ago(3, 10.4)
    case.hold("parts", "The new lamp head is ordered and should be here within the week.")


def nobody_answered(stage: Stage) -> Iterator[datetime]:
    """Simulate a bin that was emptied and closed without an answer by the resident."""
    case = stage.case("public-bin", "The bin by the bus stop", "Broadway & 5th")
    yield from stage.done(case, filed=(20, 11.5), routed=(20, 12.3), done=(18, 8.2))
    yield clock.now() + DAYS_TO_ANSWER
    case.close_unanswered()


def upheld(stage: Stage) -> Iterator[datetime]:
    """Simulate a dip that was disputed, inspected again by the supervisor, and answered."""
    case = stage.case("pothole", "Dip in the road", "Montana & 7th")
    yield from stage.done(case, filed=(19, 9.3), routed=(19, 10.1), done=(12, 13.5), by="keisha")
    yield stage.hours.days_ago(11, 7.3)
    case.dispute("You can still feel the bump.")
    yield stage.hours.days_ago(9, 15.2)
    case.uphold(
        "We went back with the supervisor and measured. It is level within the rule, so we leave "
        "it as it is; the whole block is repaved next year."
    )


def declined_and_disputed(stage: Stage) -> Iterator[datetime]:
    """Simulate a tree that the desk declines as private, which the resident disputes."""
    case = stage.case("tree-trimming", "Ficus touches our roof", "Georgina & 14th")
    yield stage.hours.days_ago(6, 13.1)
    case.file()
    yield stage.hours.days_ago(6, 14.3)
    case.decline(DeclineReason.objects.get(code="private-property"))
    yield stage.hours.days_ago(2, 19.6)
    case.dispute("The trunk stands on the parkway, in front of the fence. That is the city's.")


def declined(stage: Stage) -> Iterator[datetime]:
    """Simulate leaf blowers, which the desk declines because the rules allow them."""
    case = stage.case("leaf-blower", "Gardeners use blowers", "Ashland & 16th")
    yield stage.hours.days_ago(7, 9.1)
    case.file()
    yield stage.hours.days_ago(7, 10.7)
    reason = DeclineReason.objects.get(code="within-the-rules")
    case.decline(reason, "These were electric ones, which the rules allow. Thank you for asking.")


def transferred(stage: Stage) -> Iterator[datetime]:
    """Simulate a sign on a highway, which another agency is responsible for."""
    case = stage.case("street-sign", "Sign is hidden", "Palisades Beach Road")
    yield stage.hours.days_ago(4, 10.2)
    case.file()
    yield stage.hours.days_ago(4, 10.9)
    words = "This sign stands on the state's highway. They have your words and the place."
    case.transfer(Agency.objects.get(slug="caltrans"), words)


def withdrawn(stage: Stage) -> Iterator[datetime]:
    """Simulate a request that its reporter withdraws."""
    case = stage.case("bulky-items", "Please pick up my old armchair", "Idaho & 16th")
    yield stage.hours.days_ago(3, 18.1)
    case.file()
    yield stage.hours.days_ago(3, 18.6)
    case.withdraw()


def older_system(stage: Stage) -> Iterator[datetime]:
    """Simulate a request that was imported as closed from an older system."""
    case = stage.case("street-sign", "Pole bent", "Main & Ashland")
    yield stage.hours.now - timedelta(days=63)
    case.import_closed(clock.now() - timedelta(days=8))


def sent_around(stage: Stage) -> Iterator[datetime]:
    """Simulate a request that four departments hand back, so that the desk sees a warning."""
    hours = stage.hours
    case = stage.case("blocked-way", "Cones and a plank", "Colorado & 11th")
    yield hours.days_ago(4, 9.0)
    case.file()
    routes = [
        ("street-services", "", "not-ours", "The trench is for a water line."),
        ("water-resources", "The trench is for a water line.", "not-ours", "A private line."),
        ("mobility", "They set the cones.", "not-ours", "Our cones were borrowed; not our trench."),
    ]
    for days, (slug, words, reason, answer) in zip([4, 3, 2], routes, strict=True):
        yield hours.days_ago(days, 10.3)
        case.route(slug, words=words)
        yield hours.days_ago(days, 14.6)
        case.hand_back(reason, answer)
    yield hours.days_ago(1, 9.4)
    case.route("building-safety", words="A private line needs a permit: please see who has one.")
    yield hours.worked_ago(95)
    case.hand_back("needs-answer", "We need the house number. Please ask.")


def by_phone(stage: Stage) -> Iterator[datetime]:
    """Simulate a request that Omar entered for a caller, and confirms for her."""
    contact = make_caller(stage.scene.dice, stage.scene.talk["names"])
    case = stage.case(
        "missed-pickup",
        "Green bin skipped",
        "Virginia & 21st",
        channel=Channel.PHONE,
        contact=contact,
        note="Caller uses a walker: please put the bin back at the door.",
    )
    case.desk = stage.scene.staff.named("omar")
    yield from stage.done(case, filed=(6, 9.6), routed=(6, 9.7), done=(5, 13.0))
    yield stage.hours.days_ago(4, 11.2)
    case.confirm(4, "She called: all good, and the driver was very kind.")


def with_a_phone_number(stage: Stage) -> Iterator[datetime]:
    """Simulate a reporter whose phone number was public until the desk redacted it."""
    case = stage.case(
        "dangerous-crossing",
        "Cars fly down",
        "Ocean Park & 21st",
        text="Cars fly down the hill and nobody stops. Call me at 310-555-0144, I have a video.",
    )
    yield stage.hours.days_ago(3, 16.0)
    case.file()
    yield stage.hours.days_ago(2, 8.5)
    case.redact(
        "Your phone number stood in the public text, so we took it out. We have it.",
        body="Cars fly down the hill and nobody stops. I have a video.",
    )
    yield stage.hours.days_ago(2, 8.7)
    case.route()


def rude_comment(stage: Stage) -> Iterator[datetime]:
    """Simulate a comment that the desk hides."""
    case = stage.case("scooter", "Four scooters", "Third Street Promenade")
    yield stage.hours.days_ago(1, 12.4)
    case.file()
    yield stage.hours.days_ago(1, 13.1)
    case.follow(neighbor := stage.someone())
    event = case.comment("Whoever rides these is an idiot, starting with you.", neighbor.device)
    yield stage.hours.days_ago(1, 13.6)
    case.hide("Please keep to the matter; insults are not shown.", comment=event.words)
    yield stage.hours.days_ago(1, 13.8)
    case.route()


def sorted_anew(stage: Stage) -> Iterator[datetime]:
    """Simulate a leak filed under another category, which an agent corrects and makes urgent."""
    case = stage.case("water-leak", "Leak in the middle", "Boulevard & 20th")
    yield stage.hours.days_ago(1, 14.4)
    case.file(stage.reports.category("other"))
    yield stage.hours.days_ago(1, 14.9)
    case.recategorise(case.report.category)
    yield stage.hours.days_ago(1, 15.0)
    case.prioritise(Priority.URGENT)
    yield stage.hours.days_ago(1, 15.1)
    case.route()
    yield stage.hours.worked_ago(80)
    case.start()


def taken_back(stage: Stage) -> Iterator[datetime]:
    """Simulate a routing by mistake, which the agent undoes at once."""
    case = stage.case("park-repair", "Bench by the big tree", "Reed Park")
    yield stage.hours.days_ago(2, 15.5)
    case.file()
    yield stage.hours.days_ago(2, 16.1)
    case.route("parking-operations")
    event = case.row.events.last()
    with clock.freeze_time(clock.now() + timedelta(seconds=9)):
        case.undo(event)
    yield stage.hours.days_ago(2, 16.2)
    case.route()
    yield stage.hours.days_ago(1, 9.0)
    day = stage.hours.calendar.next_working_day(clock.localtime(stage.hours.now).date())
    case.schedule(day)


def opened_again(stage: Stage) -> Iterator[datetime]:
    """Simulate a confirmed request that the desk reopens."""
    case = stage.case("street-sweeping", "The sweeper did not come", "Marine & 4th")
    yield from stage.done(case, filed=(9, 8.4), routed=(9, 9.0), done=(7, 8.1))
    yield stage.hours.days_ago(6, 12.0)
    case.confirm(2, "Wrong street, I think, but thanks.")
    yield stage.hours.days_ago(5, 9.3)
    case.reopen("The crew had been to the wrong block. Opened again, sorry.")


def _leave_at_desk(code, start, where, minutes) -> Callable:
    """Return a life that files a report `minutes` ago and leaves it at the desk.

    `code` is its topic, `start` the beginning of its text, `where` a spot of the pack.
    """

    def life(stage: Stage) -> Iterator[datetime]:
        case = stage.case(code, start, where)
        yield stage.hours.now - timedelta(minutes=minutes)
        case.file()

    return life


_WAITING = [
    ("illegal-dumping", "Pile of trash bags", "Olympic & 20th", 12),
    ("bus-stop", "The back wall of", "Wilshire & 26th", 38),
    ("graffiti-public", "Fresh tags on the utility", "Pico & Cloverfield", 51),
    ("beach-cleaning", "Bottles and cups", "Beach Lot 4 South", 67),
    ("parking-meter", "Screen is black", "Main & Ocean Park", 84),
    ("tree-down", "Large branch came down", "Alta & 17th", 106),
    ("street-markings", "The zebra in front", "Franklin Elementary School", 133),
    ("sidewalk-trip-hazard", "I run here", "Montana & 17th", 171),
    ("person-in-need", "Young man without shoes", "Colorado & 4th", 205),
]

LIVES = [
    hole_in_the_bike_lane, wall_under_way, disputed_twice, lamp_without_parts, nobody_answered,
    upheld, declined_and_disputed, declined, transferred, withdrawn, older_system, sent_around,
    by_phone, with_a_phone_number, rude_comment, sorted_anew, taken_back, opened_again,
    *(_leave_at_desk(*each) for each in _WAITING),
]  # fmt: skip
