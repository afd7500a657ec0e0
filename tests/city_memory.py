"""What the application remembers about the city, from one test to the next.

Each test begins as a process that knows nothing. What was made of the city's rows once is not read
again as long as the city is the one that was loaded: each test has a copy of its own, for it may
change the rows. What takes long to build, and holds no rows, is shared.
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
    """The store of `city.cache`, by the functions that made what is in it."""

    def __init__(self):
        super().__init__()
        self.version = None  # of the city as it was loaded
        self.built = {}  # of SLOW, which read the city's tables alone
        self.pickled = {}  # of other functions
        self.is_changed = False  # somebody in this process wrote to the city's tables
        self.same = set()  # `version`, and those that other rows than the city's made of it

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
            ):  # is read anew each time
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
        """Restore the memory at the beginning of a test."""
        self.is_changed = False
        self.same = {self.version}

    def watch(self, execute, sql, params, many, context):
        """Watch the statements of a connection, as an execute wrapper."""
        if sql == _OUTDATED:
            self.same.update(params)
        else:
            self.is_changed = self.is_changed or bool(_WRITE.match(str(sql)))
        return execute(sql, params, many, context)


kept = Kept()
cache.use_store(kept)
# No test meets the look that is due every few seconds, which would be a query too many on a slow
# machine; `test_cache` says what a look does.
cache.VERSION_CHECK_SECONDS = 3600


def watch_connection(connection, **kwargs):
    if kept.watch not in connection.execute_wrappers:
        connection.execute_wrappers.append(kept.watch)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    connection_created.connect(watch_connection)
    with django_db_blocker.unblock():
        kept.build()
    gc.freeze()  # it stays until the end


@pytest.fixture(autouse=True)
def nothing_is_remembered():
    kept.begin()
    cache.clear_process_cache()
    clear_table_cache()
