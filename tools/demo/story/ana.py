"""The requests of Ana, the resident of the role switcher."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from lib import clock
from tools.demo.story.stage import Stage


def drain(stage: Stage) -> Iterator[datetime]:
    """Simulate a drain that was first sent to the wrong department; a crew works on it now.

    Yield the times of the next actions.
    """
    hours = stage.hours
    case = stage.by_ana(
        "storm-drain",
        "One bar of the drain",
        "Wilshire & 14th",
        text="One bar of the drain is missing, right where bikes turn. My wheel got caught in it.",
    )
    yield hours.days_ago(3, 18.3)
    case.file()
    yield hours.days_ago(2, 8.6)
    case.route("street-services")
    yield hours.days_ago(2, 10.2)
    case.worked_by("wes")
    case.hand_back("not-ours", "The grate itself is with Water Resources.")
    yield hours.days_ago(2, 10.9)
    case.route("water-resources", reason="belongs-elsewhere")
    yield hours.days_ago(2, 12.1)
    case.follow(neighbor := stage.someone())
    case.comment("I had to swerve around it on my bike this morning.", neighbor.device)
    yield hours.days_ago(2, 13.4)
    case.worked_by("walt")
    begins = hours.worked_ago(50)
    case.schedule(clock.localtime(begins).date(), "You may see cones in the right lane.")
    yield begins
    case.start()


def pothole(stage: Stage) -> Iterator[datetime]:
    """Simulate a repaired hole; Ana is asked whether it is fixed.

    Yield the times of the next actions.
    """
    case = stage.by_ana("pothole", "Hole in the road", "Main & Hill")
    yield from stage.done(case, filed=(4, 8.1), routed=(4, 9.2), done=(1, 10.7), by="wes")


def tree(stage: Stage) -> Iterator[datetime]:
    """Simulate a tree about which the crew has a question. Yield the times of the next actions."""
    hours = stage.hours
    case = stage.by_ana("tree-trimming", "Branches hide the stop sign", "Washington & 11th")
    yield hours.days_ago(2, 17.8)
    case.file()
    yield hours.days_ago(1, 8.9)
    if case.is_with_the_desk:
        case.route("public-landscape")
    yield hours.days_ago(1, 11.2)
    case.ask("Which tree is it, counted from the corner?")


def couch(stage: Stage) -> Iterator[datetime]:
    """Simulate a couch that Ana has just reported. Yield the times of the next actions."""
    case = stage.by_ana("bulky-items", "Somebody left a couch", "Ocean Park & 6th")
    yield stage.hours.now - timedelta(minutes=25)
    case.file()


def sidewalk(stage: Stage) -> Iterator[datetime]:
    """Simulate a sidewalk that is scheduled for the next working day.

    Yield the times of the next actions.
    """
    hours = stage.hours
    case = stage.by_ana("sidewalk-trip-hazard", "The ficus has pushed", "Pearl & 14th")
    yield hours.days_ago(5, 19.2)
    case.file()
    yield hours.days_ago(4, 9.3)
    case.route()
    yield hours.days_ago(2, 14.1)
    case.worked_by("wes")
    day = hours.calendar.next_working_day(clock.localtime(hours.now).date())
    case.schedule(day, "We pour concrete that day: please do not park in front until the evening.")


def crosswalk(stage: Stage) -> Iterator[datetime]:
    """Simulate a crosswalk that is closed and was confirmed by Ana.

    Yield the times of the next actions.
    """
    case = stage.by_ana("street-markings", "You can hardly see", "Ocean Park & Lincoln")
    yield from stage.done(case, filed=(24, 16.4), routed=(23, 9.1), done=(13, 11.3))
    yield clock.now() + timedelta(hours=6)
    case.confirm(5, "They even did the one across. Thank you!")


LIVES = [drain, pothole, tree, couch, sidewalk, crosswalk]
