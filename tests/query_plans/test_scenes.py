"""Tests for the query plans of all scenes of the bench, in a city of 200,000 requests.

`rules` has the rules for plans. The first test process fills the city, once per run of the tests.
The scenes are then requested from the application as in production, and PostgreSQL logs the plan of
each statement. PLANS_CITY names a folder in which the filled city is kept between runs. To show the
plans of one scene:

    ./run bench --size 200k --plan "desk, tab new"
"""

import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile

import pytest

from tests.query_plans import rules
from tests.query_plans.exceptions import NOT_YET, most_rows
from tools.bench.scale.place import Place
from tools.bench.scale.scenes import SCENES

pytestmark = pytest.mark.sweep

ROUNDS = 1
WELL = {200, 201, 204, 302}
NO_LISTS = {"health serving": "writes a temporary file to see that there is room for it"}


def params():
    for rule in rules.RULES:
        for scene in SCENES.values():
            if scene.has_plans and scene.name not in NO_LISTS:
                marks = []
                if why := NOT_YET.get((rule, scene.name)):
                    marks = [pytest.mark.xfail(reason=why, strict=True)]
                yield pytest.param(rule, scene.name, marks=marks, id=f"{rule}: {scene.name}")


@pytest.fixture(scope="session")
def seen(request, tmp_path_factory):
    """Return the violations and statuses of each scene, by its name."""
    names = [item.callspec.params["scene"] for item in request.session.items
             if item.module is sys.modules[__name__]]  # fmt: skip
    beginning = os.path.commonprefix(names)  # noqa: RUF071 - of letters
    folder = tmp_path_factory.getbasetemp()
    shared = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    answers = shared / "query-plans.json"
    with (shared / "query-plans.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not answers.exists():
            answers.write_text(json.dumps(visit(beginning)))
    return json.loads(answers.read_text())


def visit(beginning):
    """Fill the city and request the scenes whose names begin with `beginning`.

    Return the results by name.
    """
    folder = os.environ.get("PLANS_CITY") or tempfile.mkdtemp(prefix="s311-plans-")
    try:
        place = Place("200k", folder)
        assert place.count == rules.COUNT
        place.fill(is_checked=False)
        command = [sys.executable, "-m", "tools.bench.scale.measure", place.name]
        command += ["--folder", folder, "--scene", beginning, "--plans", str(ROUNDS)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            sizes = json.loads(process.stdout.readline())
            found = {one["scene"]: judged(one, sizes) for one in map(json.loads, process.stdout)}
        assert process.returncode == 0
        return found
    finally:
        if "PLANS_CITY" not in os.environ:
            shutil.rmtree(folder)


def judged(one, sizes):
    """Return the result of a scene as a dict of breaches, statuses and problem.

    The breaches are {rule: {words: rows}}, so equal words occur once.
    """
    found = {rule: {} for rule in rules.RULES}
    for plan in one["plans"]:
        for breach in rules.breaches(plan, sizes):
            found[breach.rule][breach.words] = breach.rows
    return {
        "breaches": found,
        "statuses": one["statuses"],
        "problem": one["problem"],
    }


@pytest.mark.parametrize("scene", SCENES)
def test_a_scene_comes_to_its_end(seen, scene):
    if SCENES[scene].has_plans:
        assert not seen[scene]["problem"]
        assert set(seen[scene]["statuses"]) <= WELL


@pytest.mark.parametrize(("rule", "scene"), list(params()))
def test_a_scene_keeps_to_the_rules(seen, rule, scene):
    most = most_rows(scene) if rule == "rows read" else -1
    found = [words for words, rows in seen[scene]["breaches"][rule].items() if rows > most]
    assert not found, "\n\n".join([scene, *found])
