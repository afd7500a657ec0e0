"""Cache of values computed from the city's rows, kept across tests.

Each test begins with an empty process cache, like a new process. As long as the city is unchanged
since it was loaded, cached values are not computed again. Each test gets its own copy, because it
may change the rows. Values that take long to build and contain no rows are shared (`SLOW`).
"""

import gc
import pickle
import re
from contextlib import suppress

import pytest
from django.db.backends.signals import connection_created

from city import cache, danger
from city.base_map import drawing, headline
from city.search import blocks, corners, places, point_description
from routing.desk.queue.loading import clear_table_cache

SLOW = [
    blocks.load_blocks, blocks.load_blocks_by_street, blocks._block_tree,
    corners.street_lines, corners.load_corners, corners.load_streets,
    places._name_index, places._street_index, point_description._landmark_and_corner_trees,
    headline._render_all_sizes, drawing.load_figures, drawing.load_depth_lines, danger.load_table,
]  # fmt: skip
_WRITE = re.compile(
    r"\s*(INSERT|UPDATE|DELETE|TRUNCATE|MERGE)\b.*\b(city_|routing_routingrule)",
    re.IGNORECASE | re.DOTALL,
)
_OUTDATED = 'UPDATE "city_city" SET "version" = %s'


class Kept(dict):
    """Store for `city.cache` that maps a function to its cached return value."""

    def __init__(self):
        super().__init__()
        self.version = None  # version of the city when it was loaded
        self.built = {}  # values of SLOW, which read only the city's tables
        self.pickled = {}  # pickled values of other functions
        self.is_changed = False  # True if this process wrote to the city's tables
        self.same = set()  # `version`, and later versions with unchanged rows of the city

    def __contains__(self, function):
        if function not in self.keys():
            if function in self.built and self._is_loaded_city:
                super().__setitem__(function, self.built[function])
            elif function in self.pickled and self._is_as_loaded:
                super().__setitem__(function, pickle.loads(self.pickled[function]))
        return function in self.keys()

    def __setitem__(self, function, answer):
        super().__setitem__(function, answer)
        if self._is_as_loaded and function not in self.pickled:
            with suppress(
                pickle.PicklingError, AttributeError, TypeError
            ):  # a value that cannot be pickled is computed in each test
                self.pickled[function] = pickle.dumps(answer)

    @property
    def _is_as_loaded(self):
        return cache.last_known_version() == self.version and not self.is_changed

    @property
    def _is_loaded_city(self):
        return cache.last_known_version() in self.same and not self.is_changed

    def build(self):
        self.version = cache.current_version()
        self.built = {each.__wrapped__: each() for each in SLOW}

    def begin(self):
        """Reset the state at the beginning of a test."""
        self.is_changed = False
        self.same = {self.version}

    def watch(self, execute, sql, params, many, context):
        """Record writes to the city's tables; an execute wrapper of a database connection."""
        if sql == _OUTDATED:
            self.same.update(params)
        else:
            self.is_changed = self.is_changed or bool(_WRITE.match(str(sql)))
        return execute(sql, params, many, context)


kept = Kept()
cache.use_store(kept)
# Disable the version check that is due every few seconds: on a slow machine it would add a query
# to tests that count queries. `test_cache` tests the check itself.
cache.VERSION_CHECK_SECONDS = 3600


def watch_connection(connection, **kwargs):
    if kept.watch not in connection.execute_wrappers:
        connection.execute_wrappers.append(kept.watch)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    connection_created.connect(watch_connection)
    with django_db_blocker.unblock():
        kept.build()
    gc.freeze()  # these objects live until the end of the run


@pytest.fixture(autouse=True)
def clear_process_memory():
    kept.begin()
    cache.clear_process_cache()
    clear_table_cache()
