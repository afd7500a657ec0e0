"""What supervisors, leads and everybody see of the work in figures."""

from tools.bench.scale.scenes.scene import page

YEAR, FIGURES = (40, 40), (30, 20)

page("figures, 4 weeks", "stranger", "/figures/", FIGURES, rounds=5)
page("figures, a year", "stranger", "/figures/?period=year", FIGURES, rounds=5)
page(
    "figures, own dates", "stranger",
    lambda c, n: f"/figures/?from={2018 + n % 5}-03-01&to={2018 + n % 5}-05-31", FIGURES, rounds=5,
)  # fmt: skip
page("supervisor, overview", "supervisor", "/staff/overview/", YEAR, rounds=5)
page("supervisor, a year", "supervisor", "/staff/overview/?period=year", YEAR, rounds=5)
page("city, overview", "lead", "/staff/overview/city/", YEAR, rounds=5)
page("city, a year", "lead", "/staff/overview/city/?period=year", YEAR, rounds=5)
page(
    "city, own dates", "lead",
    lambda c, n: f"/staff/overview/city/?from={2018 + n % 5}-03-01&to={2018 + n % 5}-05-31",
    YEAR, rounds=5,
)  # fmt: skip
page("supervisor, jobs", "supervisor", "/staff/overview/jobs/", rounds=5)
