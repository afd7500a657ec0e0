"""Helpers for lives that were written by hand, in `ana.py` and `cast.py`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from tools.demo.story.case import Case, Scene
from tools.demo.story.hours import Hours
from tools.demo.story.places import spot_at
from tools.demo.story.reports import Reports
from tools.demo.story.residents import Resident


@dataclass
class Stage:
    scene: Scene
    reports: Reports
    ana: Resident
    spots: dict[str, list[float]]

    @property
    def hours(self) -> Hours:
        return self.scene.hours

    def case(self, code, start, where, *, resident=None, **given) -> Case:
        """Return a case of topic `code` with the saying that begins with `start`, at spot `where`.

        The reporter is `resident`. Without one it is a random resident, or nobody if a `channel` is
        given.
        """
        if resident is None and "channel" not in given:
            resident = self.someone()
        spot = spot_at(*self.spots[where])
        report = self.reports.about(code, start, spot=spot, resident=resident, **given)
        return Case(self.scene, self.reports.add_pictures(report, surely=True))

    def by_ana(self, code, start, where, **given) -> Case:
        return self.case(code, start, where, resident=self.ana, **given)

    def someone(self) -> Resident:
        """Return a random resident who reads English."""
        english = [each for each in self.scene.residents if each.language == "en"]
        return self.scene.dice.choice(english)

    def done(self, case, *, filed, routed, done, by="") -> Iterator[datetime]:
        """File, route and complete a case at these (working days ago, hour) pairs.

        Yield the times of the next actions. `by` is the username of the worker, by default a random
        one.
        """
        yield self.hours.days_ago(*filed)
        case.file()
        yield self.hours.days_ago(*routed)
        if case.is_with_the_desk:
            case.route()
        yield self.hours.days_ago(done[0], done[1] - 0.8)
        if by:
            case.worked_by(by)
        case.start()
        yield self.hours.days_ago(*done)
        case.complete()
