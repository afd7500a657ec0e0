"""Tests that each URL responds to each role and HTTP method as tests/access/addresses.csv says.

A URL pattern without a row is an error, and so is a row without a URL pattern.
"""

import re
from copy import copy
from itertools import product

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from tests import make
from tests.access.doors import ANY, DOORS, KEYS, ROLES, VERBS, met, rows
from tests.test_front_doors import ALL_ROUTES, address
from tests.visitors import browser, signed_in

pytestmark = pytest.mark.django_db

ROWS = rows()
DOORS_BY_PLACE = {
    "desk/": {"agents"},
    "staff/": {"crews", "crews' polls", "the department", "the department's polls", "overseers",
               "supervisors", "the city"},
    "staff/overview/": {"overseers", "supervisors", "the city"},
    "staff/overview/city/": {"the city"},
    "admin/": {"administrators", "administrators, to read", "administrators, closed",
               "administration's sign-in", "the way out"},
}  # fmt: skip
PARTS = 8  # parts of the table, to be tested in parallel
PEOPLE = {"crew": make.wes, "other crew": make.walt, "agent": make.omar, "supervisor": make.sue,
          "admin": make.ada}  # fmt: skip


def one_of_each_kind():
    """Return one row for each door: the row with the most methods."""
    return list({row.door: row for row in sorted(ROWS, key=lambda row: len(row.verbs))}.values())


@pytest.fixture
def reference():
    """Create a private request of Ana that the streets department holds; return its reference."""
    row = make.filed(by=make.ana(), category=make.category(is_private=True))
    make.route(row)
    return row.reference


@pytest.fixture
def visitors():
    """Return (cookies, headers) for requests of each role."""
    found = {role: (signed_in(person()).cookies, {}) for role, person in PEOPLE.items()}
    found |= {"stranger": (browser().cookies, {}), "reporter": (browser("ana").cookies, {})}
    for role, key in {
        "front end": make.front_end(),
        "work orders": make.department_system(),
    }.items():
        found[role] = (browser().cookies, {"Authorization": f"Bearer {make.secret_of(key.name)}"})
    return found


def ask(row, reference, verb, visitor):
    """Return the kind of the response to a request.

    Clear the cache before, and roll the transaction back, so that requests do not affect each
    other.
    """
    cookies, headers = visitor
    client = Client(raise_request_exception=False)
    client.cookies = copy(cookies)
    cache.clear()
    with transaction.atomic():
        path = address(_of_one_that_is_there(row.address), reference)
        response = getattr(client, verb.lower())(path, headers=headers)
        if response.streaming:
            response.getvalue()  # read it to the end, which closes the file
        transaction.set_rollback(True)
    return met(response)


def _of_one_that_is_there(route):
    """Return the route, with the id of an existing row if it is an admin page of a row.

    The admin responds alike to missing rows, whatever the role.
    """
    of_a_model = re.match(r"admin/(\w+)/(\w+)/<path:object_id>", route)
    if not of_a_model:
        return route
    first = apps.get_model(*of_a_model.groups())._default_manager.values_list("pk").first()
    return route.replace("<path:object_id>", str(first[0])) if first else route


def wrong_cells(some, reference, visitors, verbs=VERBS):
    """Return (address, role, method, actual, expected) of each response that is not as expected."""
    wrong = []
    for row, role, verb in product(some, ROLES, verbs):
        if _is_one(row, role):
            outcome, right = ask(row, reference, verb, visitors[role]), row.may_meet(role, verb)
            wrong += [(row.address, role, verb, outcome, right)] if outcome not in right else []
    return wrong


def _is_one(row, role):
    """Return True if this row is tested for this role.

    API keys are tested for the Open311 API only: other pages ignore the header.
    """
    return role not in KEYS or row.address.startswith("open311/")


def test_every_address_has_a_row_and_every_row_an_address():
    """For a new URL, add a row to tests/access/addresses.csv with its door and its methods."""
    named = [row.address for row in ROWS]
    assert sorted(set(ALL_ROUTES) - set(named)) == []
    assert sorted(set(named) - set(ALL_ROUTES)) == []
    assert len(named) == len(set(named))


def test_every_row_names_a_door_and_verbs_that_there_are():
    assert {row.door for row in ROWS} == set(DOORS)
    assert {verb for row in ROWS for verb in row.verbs} <= {*VERBS, ANY}


@pytest.mark.parametrize(("place", "doors"), DOORS_BY_PLACE.items(), ids=DOORS_BY_PLACE)
def test_every_address_of_a_place_has_a_door_of_that_place(place, doors):
    assert {row.door for row in ROWS if row.address.startswith(place)} == doors


def test_one_address_of_each_kind_opens_to_whom_it_should(reference, visitors):
    verbs = ["GET", "POST", "DELETE"]
    assert wrong_cells(one_of_each_kind(), reference, visitors, verbs) == []


@pytest.mark.sweep
@pytest.mark.parametrize("part", range(PARTS))
def test_all_addresses_open_to_whom_they_should(part, reference, visitors):
    assert wrong_cells(ROWS[part::PARTS], reference, visitors) == []


def test_a_door_that_opens_to_the_wrong_one_is_found(reference, visitors):
    """The table claims that the desk is for crews."""
    desk = next(row for row in ROWS if row.address == "desk/")
    wrong = wrong_cells([desk._replace(door="crews")], reference, visitors, ["GET"])
    assert ("desk/", "agent", "GET", "in", {"refused"}) in wrong
    assert ("desk/", "crew", "GET", "refused", {"in"}) in wrong
