"""Tests that migrations work with both old and new code, which run side by side in an update.

The linter finds columns that are renamed, dropped, or not filled by old code, changed types, and
constraints that existing rows violate. Split such a migration over two versions: first add the new
form and write both, then remove the old form. docs/howto/install.md describes this.
"""

import pytest
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import models
from django.db.migrations import AddConstraint, AddIndex, Migration
from django.db.migrations.loader import MigrationLoader
from django_migration_linter import MigrationLinter

from lib.postgresql.indexes import AddIndexConcurrently

APPS = ["accounts", "city", "notifications", "open311", "requests_app", "routing", "staff_portal"]


@pytest.mark.django_db(transaction=True)  # some create an index outside of a transaction
def test_a_migration_suits_old_code_and_new():
    linter = MigrationLinter(
        str(settings.BASE_DIR),
        include_apps=APPS,
        analyser_string="postgresql",
        no_cache=True,
        no_output=True,
    )
    names = [(each.app_label, each.name) for each in linter._gather_all_migrations()]
    wrong = []
    for app, name in names:
        if app in APPS:
            errors = linter.nb_erroneous
            linter.lint_migration(linter.migration_loader.get_migration(app, name))
            wrong += [(app, name)] if linter.nb_erroneous > errors else []
    assert wrong == []


def test_an_index_on_a_table_in_use_is_made_beside_the_people_who_use_it():
    added = [
        (name, type(operation))
        for name, migration in MigrationLoader(None).disk_migrations.items()
        for operation in migration.operations
        if name[0] in APPS and not migration.initial and isinstance(operation, AddIndex)
    ]
    assert [(name, kind) for name, kind in added if kind is not AddIndexConcurrently] == []


def find_locking_constraints(migrations: dict) -> list[tuple[str, str]]:
    """Return the non-initial migrations that lock a table for writes while they check all rows.

    AddConstraintNotValid adds a constraint without checking the rows. A ValidateConstraint in a
    later migration checks them without blocking writes.
    """
    return [
        name
        for name, migration in migrations.items()
        for operation in migration.operations
        if name[0] in APPS
        and not migration.initial
        and isinstance(operation, AddConstraint)
        and not isinstance(operation, AddConstraintNotValid)
    ]


def test_a_constraint_is_checked_beside_the_people_who_write():
    assert find_locking_constraints(MigrationLoader(None).disk_migrations) == []


def test_a_constraint_that_would_lock_a_table_is_found():
    constraint = models.CheckConstraint(condition=models.Q(version__gt=0), name="a_rule")
    migration = Migration("0002_a_rule", "requests_app")
    migration.operations = [AddConstraint("servicerequest", constraint)]
    name = ("requests_app", "0002_a_rule")
    assert find_locking_constraints({name: migration}) == [name]
    migration.operations = [AddConstraintNotValid("servicerequest", constraint)]
    assert find_locking_constraints({name: migration}) == []


def test_each_app_begins_with_one_migration():
    disk = MigrationLoader(None).disk_migrations
    initial = [name for name, migration in disk.items() if migration.initial and name[0] in APPS]
    assert sorted(initial) == [(app, "0001_initial") for app in APPS]
