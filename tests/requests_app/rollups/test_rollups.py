"""Tests for the stored counts of public requests after every kind of change."""

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Sum

from requests_app import workflow
from requests_app.models import CategoryCount, CategoryTotal, CellCount, CellTotal, ServiceRequest
from requests_app.models.map_point import MapX, MapY
from requests_app.models.rollup import CATEGORY_ZOOM_LEVEL, ZOOM_LEVELS, RollupChange
from requests_app.rollups import folding, recounting
from requests_app.status import Outcome, Status
from tests import make
from tests.visitors import browser

pytestmark = pytest.mark.django_db

BEACH = ("34.006500", "-118.491500")


def load_counts(**which):
    """Return the counts by category and zone, and the counts of cells by level."""
    n = CategoryCount.objects.filter(**which).aggregate(n=Sum("n", default=0))["n"]
    cells = CellCount.objects.filter(category=0, **which).values("level").annotate(Sum("n"))
    return n, {each["level"]: each["n__sum"] for each in cells if each["n__sum"]}


def everywhere(n):
    return n, dict.fromkeys(ZOOM_LEVELS, n) if n else {}


@pytest.fixture(params=["at once", "folded"])
def check_and_count(request):
    """Return a function that checks the counts, before or after folding, and returns them."""

    def check_and_count(**which):
        if request.param == "folded":
            folding.fold_changes()
            assert not RollupChange.objects.exists()
        assert recounting.count_differences() == 0
        return load_counts(**which)

    return check_and_count


def test_a_request_is_counted_where_it_stands_all_its_way(check_and_count):
    row = make.filed()
    assert check_and_count() == check_and_count(status=Status.FILED) == everywhere(1)
    make.route(row)
    assert check_and_count(status=Status.FILED) == everywhere(0)
    assert check_and_count(status=Status.ROUTED) == check_and_count() == everywhere(1)
    make.service_request(Status.CLOSED, Outcome.CONFIRMED)
    assert check_and_count(outcome=Outcome.CONFIRMED) == everywhere(1)
    assert check_and_count() == everywhere(2)


def test_what_is_hidden_or_private_is_in_no_number(check_and_count):
    make.filed(category=make.category(is_private=True))
    assert check_and_count() == everywhere(0)
    row = make.filed()
    make.act(workflow.hide, row, make.omar(), words="A plate can be read.")
    assert check_and_count() == everywhere(0)
    make.act(workflow.unhide, row, make.omar())
    assert check_and_count() == everywhere(1)


def test_nothing_is_left_in_a_cell_of_what_was_hidden(check_and_count):
    make.filed(at=("34.011801", "-118.491701"))
    hidden = make.filed(at=("34.011900", "-118.491800"))
    check_and_count()
    make.act(workflow.hide, hidden, make.omar(), words="A plate can be read.")
    check_and_count()
    [cell] = CellCount.objects.filter(level=17, category=0).values("y", "x").annotate(
        n=Sum("n"), y_of_all=Sum("sum_y"), x_of_all=Sum("sum_x")
    )  # fmt: skip
    [spot] = ServiceRequest.objects.public().values_list(MapY(), MapX())
    assert (cell["y_of_all"], cell["x_of_all"]) == spot


def test_what_was_moved_deleted_or_written_at_once_is_counted_too(check_and_count):
    row = make.filed()
    ServiceRequest.objects.filter(pk=row.pk).update(latitude=BEACH[0], longitude=BEACH[1])
    assert check_and_count() == everywhere(1)
    ServiceRequest.objects.filter(pk=row.pk).update(latitude=None, longitude=None)
    assert check_and_count() == (1, {})
    make.imported()
    assert check_and_count(outcome=Outcome.IMPORTED)[0] == 1
    bare = ServiceRequest(reference="SM-1", category=row.category, status=Status.FILED)
    ServiceRequest.objects.bulk_create([bare])
    assert check_and_count()[0] == 3
    bare.delete()
    assert check_and_count()[0] == 2


def test_a_cell_is_kept_for_each_category_at_one_zoom():
    make.filed(category=make.pothole())
    own = CellCount.objects.filter(category=make.pothole().pk)
    assert [cell.level for cell in own] == [CATEGORY_ZOOM_LEVEL]


def test_several_of_one_kind_and_spot_are_one_row_of_changes():
    first = make.filed()
    RollupChange.objects.all().delete()
    rows = [ServiceRequest(reference=f"SM-{n}", category=first.category, zone=first.zone,
                           latitude=first.latitude, longitude=first.longitude,
                           status=Status.FILED) for n in range(3)]  # fmt: skip
    ServiceRequest.objects.bulk_create(rows)
    assert [change.n for change in RollupChange.objects.all()] == [3]


def test_what_changes_nothing_of_it_is_not_noted():
    row = make.filed()
    folding.fold_changes()
    ServiceRequest.objects.filter(pk=row.pk).update(description="Wider than it was.")
    assert not RollupChange.objects.exists()


def test_many_changes_are_folded_a_part_at_a_time(monkeypatch):
    monkeypatch.setattr(folding, "MAX_CHANGES_PER_TRANSACTION", 2)
    for n in range(5):
        make.route(make.filed(location_text=f"Corner {n}"))
    folding.fold_changes()
    assert not RollupChange.objects.exists()
    assert recounting.count_differences() == 0


def test_empty_totals_go():
    row = make.filed()
    folding.fold_changes()
    make.act(workflow.hide, row, make.omar(), words="A plate can be read.")
    folding.fold_changes()
    assert not CategoryTotal.objects.exists()
    assert not CellTotal.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_counting_anew_mends_what_was_changed_behind_the_databases_back(capsys):
    make.filed()
    make.route(make.filed(at=BEACH))
    folding.fold_changes()
    CategoryTotal.objects.update(n=7)
    CellTotal.objects.filter(level=15).delete()
    make.filed()
    with pytest.raises(CommandError):
        call_command("recount", "--check")
    call_command("recount")
    call_command("recount", "--check")
    assert "0 numbers and 0 days differ" in capsys.readouterr().out
    assert load_counts() == everywhere(3)
    assert browser().get("/requests/").context["total"].n == 3


@pytest.mark.django_db(transaction=True)
def test_two_do_not_fold_at_a_time():
    make.filed()
    with psycopg.connect(**_server()) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [folding.ADVISORY_LOCK_ID])
        folding.fold_changes()
        assert RollupChange.objects.exists()
    folding.fold_changes()
    assert not RollupChange.objects.exists()


def _server():
    given = connection.get_connection_params()
    return {name: given[name] for name in ("host", "port", "user", "password", "dbname")
            if given.get(name)}  # fmt: skip
