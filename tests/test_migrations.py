"""Old and new code run side by side while a city updates: a migration must suit both.

What the linter finds (a column that is renamed, dropped, or that old code would not fill; a type
that changes; a constraint that old rows break) is split over two versions: first widen and write
both, then narrow. docs/operations.md says how.
"""

import pytest
from django.conf import settings
from django.contrib.postgres import operations
from django.db.migrations.loader import MigrationLoader
from django_migration_linter import MigrationLinter

from santa311.lib.postgresql.indexes import AddIndexConcurrently

APPS = ["accounts", "city", "notifications", "requests_app", "routing", "staff_portal"]

# Made before anybody ran this product in two versions at once.
BEFORE_THE_RULE = {
    ("accounts", "0002_leads_of_the_desk"),
    ("city", "0002_rules_of_proof"),
    ("city", "0004_history_needed"),
    ("city", "0007_periods"),
    ("requests_app", "0004_keys_promises_and_likeness"),
    ("routing", "0002_rule_times_and_drafts"),
}


@pytest.mark.django_db(transaction=True)  # some make their index outside of a transaction
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
        if app in APPS and (app, name) not in BEFORE_THE_RULE:
            errors = linter.nb_erroneous
            linter.lint_migration(linter.migration_loader.get_migration(app, name))
            wrong += [(app, name)] if linter.nb_erroneous > errors else []
    assert wrong == []


def test_an_index_that_is_made_beside_people_waits_for_them():
    found = [
        (name, operation)
        for name, migration in MigrationLoader(None).disk_migrations.items()
        for operation in migration.operations
        if name[0] in APPS and isinstance(operation, operations.AddIndexConcurrently)
    ]
    assert found
    assert [name for name, each in found if not isinstance(each, AddIndexConcurrently)] == []


@pytest.mark.parametrize("old", sorted(BEFORE_THE_RULE))
def test_what_is_spared_exists(old):
    app, name = old
    assert (settings.BASE_DIR / app / "migrations" / f"{name}.py").exists()
