"""Tests for the sums, shares and averages of a period, without database queries."""

import pytest

from staff_portal.overview.daily_sums import Figures
from staff_portal.overview.share_and_median import Median, Share


def test_figures_of_nothing_are_zero_and_have_no_medians():
    assert set(Figures()._asdict().values()) == {0, None}
    assert (Figures().days, Figures().tenths) == (None, None)
    assert Figures().median_days == Figures().median_desk_hours == Median(None, 0)
    assert (Figures().rated, Figures().average_stars) == (0, None)


def test_each_number_of_stars_counts_as_many_points():
    for stars in range(1, 6):
        figures = Figures(**{f"stars_{stars}": 2})
        assert (figures.rated, figures.average_stars) == (2, stars)
    figures = Figures(stars_1=1, stars_4=2)
    assert figures.ratings == {5: 0, 4: 2, 3: 0, 2: 0, 1: 1}
    assert figures.average_stars == 3


def test_finished_jobs_are_divided_by_what_became_of_them():
    figures = Figures(finished=20, confirmed=9, disputed=3, unanswered=4, waiting=2)
    assert (figures.answered, figures.other) == (12, 2)
    assert figures.share_confirmed == Share(9, 12)


def test_medians_are_of_finished_work_and_of_requests_routed_by_hand():
    figures = Figures(days=2.5, finished=7, tenths=15, desk_by_hand=3, desk_routed=9)
    assert figures.median_days == Median(2.5, 7)
    assert figures.median_desk_hours == Median(1.5, 3)


@pytest.mark.parametrize(
    ("measure", "whole"),
    [
        ("by_rule", 40), ("rerouted", 40), ("returned", 40), ("declined", 50), ("duplicates", 50),
        ("transferred", 50), ("bounced", 30),
    ],
)  # fmt: skip
def test_each_share_of_the_desk_is_of_its_own_whole(measure, whole):
    figures = Figures(desk_filed=50, desk_routed=40, desk_mailed=30, **{f"desk_{measure}": 12})
    assert figures.desk_share(measure) == Share(12, whole)
