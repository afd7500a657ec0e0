"""Tests that each list and filter of the pages has a scene, with a name derived from it."""

import pytest
from django.contrib import admin

from notifications.models import Delivery
from requests_app import models
from requests_app.browsing.states import SHOWS, STATES
from routing.desk.queue.tabs import Tab
from routing.models import Proposal
from staff_portal.inbox.filters import TABS
from staff_portal.overview.job_lists import LIST_TITLES
from tests.query_plans import exceptions
from tools.bench.scale.scenes import SCENES

# Models with few rows in any city
FEW = {"pendingevent", "undopoint", "followeraddress", "alert", "apikey", "pushendpoint"}
LISTED = [model._meta.model_name for model in vars(models).values()
          if isinstance(model, type) and model in admin.site._registry]  # fmt: skip
OFFERED = {
    "list, {}": SHOWS,
    "list, state {}": STATES,
    "desk, tab {}": Tab.values,
    "filter of the desk, {}": Tab.values,
    "inbox, {}": set(TABS) - {"todo"},
    "jobs of the supervisor, {}": LIST_TITLES,
    "jobs of the city, {}": LIST_TITLES,
    "list of the admin, {}": {*LISTED, Delivery._meta.model_name, Proposal._meta.model_name} - FEW,
}


@pytest.mark.parametrize("scene", OFFERED)
def test_every_filter_has_a_scene(scene):
    names = " ".join(SCENES)
    missing = [each for each in OFFERED[scene] if scene.format(each) not in names]
    assert missing == []


def test_every_scene_has_plans_or_times_and_each_exception_of_the_plans_is_a_scene():
    assert [
        scene.name for scene in SCENES.values() if not (scene.has_plans or scene.is_timed)
    ] == []
    assert exceptions.list_scenes() <= set(SCENES)


def test_memory_is_measured_after_many_different_pages_that_change_nothing():
    pages = [scene.name for scene in SCENES.values() if scene.is_page]
    assert len(pages) > 80
    assert not {"bare view", "desk, route and see the next", "desk, bulk of 100"} & set(pages)
