"""Scenes of the figures for supervisors, leads and the public."""

from functools import partial
from typing import TYPE_CHECKING

from tools.bench.scale.scenes.scene import page

if TYPE_CHECKING:
    from tools.bench.scale.cast import Cast

FIGURES, DEPARTMENT, CITY, CITY_DATES = (25, 25), (40, 30), (60, 40), (80, 60)
figures = partial(page, who="stranger", wanted=FIGURES)
supervisor = partial(page, who="supervisor", wanted=DEPARTMENT)
lead = partial(page, who="lead", wanted=CITY)


def spring(cast: "Cast", n: int) -> str:
    """Return the query of a spring, another one for each `n`."""
    return f"from={2018 + n % 5}-03-01&to={2018 + n % 5}-05-31"


figures("figures, 4 weeks", path="/figures/")
figures("figures, a year", path="/figures/?period=year")
figures("figures, own dates", path=lambda c, n: f"/figures/?{spring(c, n)}")
supervisor("supervisor, overview", path="/staff/overview/")
supervisor("supervisor, a year", path="/staff/overview/?period=year")
supervisor("supervisor, own dates", path=lambda c, n: f"/staff/overview/?{spring(c, n)}")
lead("city, overview", path="/staff/overview/city/")
lead("city, a year", path="/staff/overview/city/?period=year")
lead(
    "city, own dates",
    path=lambda c, n: f"/staff/overview/city/?{spring(c, n)}",
    wanted=CITY_DATES,
)
supervisor("supervisor, jobs", path="/staff/overview/jobs/", wanted=None)
