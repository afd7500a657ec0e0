"""Tests for the validation of the form for bulk actions."""

import uuid

import pytest
from django.http import QueryDict

from requests_app.status import Verb
from routing.desk.queue.selection import SelectionForm
from routing.models import Batch
from tests import make

pytestmark = pytest.mark.django_db
ROUTE = {"verb": Verb.ROUTE, "route-department": "street-services"}


def submit(**values) -> SelectionForm:
    """Return the form with one selected request and a key; `values` override the defaults."""
    data = QueryDict(mutable=True)
    ticked = f"{make.filed().pk}:1"
    for name, value in ({"key": uuid.uuid4(), "row": ticked} | values).items():
        data.setlist(name, value if isinstance(value, list) else [str(value)])
    return SelectionForm(data)


@pytest.mark.parametrize(
    ("values", "is_valid"),
    [
        (ROUTE, True),
        ({"verb": Verb.ROUTE, "route-each": "on"}, True),
        ({"verb": Verb.ROUTE}, False),
        (ROUTE | {"route-department": "no-such"}, False),
        (ROUTE | {"key": "x"}, False),
        (ROUTE | {"verb": "no-such"}, False),
        (ROUTE | {"row": []}, False),
        (ROUTE | {"row": "7"}, False),
        (ROUTE | {"row": f"{2**53}:1"}, False),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_submission_needs_a_key_ticks_a_verb_and_what_the_verb_needs(values, is_valid):
    form = submit(**values)
    assert form.is_valid() is is_valid
    assert bool(form.problems) is not is_valid


def test_the_suggested_department_wins_over_a_chosen_one():
    form = submit(**ROUTE | {"route-each": "on"})
    assert form.is_valid()
    assert form.action_form.verb_arguments()["to"] is None
    assert str(form.action_form.goal) == "the suggested department"


@pytest.mark.parametrize(("extra", "code"), [(0, "unknown"), (1, "many")])
def test_at_most_the_limit_of_requests_is_ticked(extra, code):
    form = submit(**ROUTE | {"row": [f"{n}:1" for n in range(1, Batch.MAX_REQUESTS + 1 + extra)]})
    assert not form.is_valid()
    assert [error.code for error in form.errors.as_data()["row"]] == [code]


def test_of_a_request_ticked_twice_the_last_tick_counts():
    row = make.filed()
    form = submit(**ROUTE | {"row": [f"{row.pk}:1", f"{row.pk}:9"]})
    assert form.is_valid()
    assert form.cleaned_data["row"] == [(row.pk, 9)]
    assert form.ticked_ids == {row.pk}
