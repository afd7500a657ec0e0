"""Tests for the list of services, and for their definitions."""

import pytest

from city import cache
from city.models import Category, Choice, Question
from requests_app.filing.questions import get_questions
from tests import make
from tests.open311.door import convert_to_text, get_api, get_json, list_problems, parse_xml

pytestmark = pytest.mark.django_db


def test_every_kind_in_use_is_a_service():
    codes = [one["service_code"] for one in get_json("v2/services.json")]
    assert codes == list(Category.objects.active().values_list("service_code", flat=True))


def test_a_service_says_all_that_there_is_to_say():
    [pothole] = [one for one in get_json("v2/services.json") if one["service_code"] == "pothole"]
    category = make.pothole()
    assert pothole == {
        "service_code": "pothole",
        "service_name": "Pothole",
        "description": category.hint,
        "metadata": True,
        "type": "realtime",
        "keywords": category.keywords,
        "group": "Streets and sidewalks",
    }


def test_private_kinds_begin_their_keywords_with_private_and_no_others_do():
    kinds = {one.service_code: one for one in Category.objects.active()}
    assert any(kind.is_private for kind in kinds.values())
    for one in get_json("v2/services.json"):
        kind = kinds[one["service_code"]]
        # FixMyStreet splits at commas
        assert ("private" in one["keywords"].split(",")) == kind.is_private
        assert one["keywords"].endswith(kind.keywords)


def test_a_service_without_questions_has_no_metadata():
    Question.objects.filter(category=make.pothole()).update(is_active=False)
    cache.invalidate_cache()
    found = {one["service_code"]: one["metadata"] for one in get_json("v2/services.json")}
    assert found["pothole"] is False
    assert True in found.values()
    assert get_json("v2/services/pothole.json")["attributes"] == []


def test_what_is_switched_off_is_no_service():
    Category.objects.filter(service_code="pothole").update(is_active=False)
    cache.invalidate_cache()
    assert "pothole" not in {one["service_code"] for one in get_json("v2/services.json")}
    assert get_api("v2/services/pothole.json").status_code == 404


def all_stop(question):
    choices = Choice.objects.filter(question=question)
    choices.update(effect="stop", stop_kind="call_911", stop_text="Call 911.", agency=None)
    cache.invalidate_cache()


def test_a_kind_of_which_every_report_is_stopped_is_no_service():
    all_stop(make.pothole().questions.get(code="place"))
    assert "pothole" not in {one["service_code"] for one in get_json("v2/services.json")}
    assert get_api("v2/services/pothole.xml").status_code == 404


def test_a_question_that_need_not_be_answered_stops_nobody():
    question = make.pothole().questions.get(code="place")
    Question.objects.filter(pk=question.pk).update(is_required=False)
    all_stop(question)
    assert "pothole" in {one["service_code"] for one in get_json("v2/services.json")}

    assert "place" not in {
        one["code"] for one in get_json("v2/services/pothole.json")["attributes"]
    }


def test_no_value_of_any_definition_is_refused():
    for category in Category.objects.active():
        path = f"v2/services/{category.service_code}.json"
        if get_api(path).status_code == 404:
            continue
        offered = {
            (one["code"], value["key"]): one for one in get_json(path)["attributes"]
            for value in one["values"]
        }  # fmt: skip
        for question in get_questions(category):
            for choice in question.choices.all():
                stops = choice.effect == "stop"
                assert stops != ((question.code, choice.key) in offered)


def test_a_definition_costs_no_query_once_it_is_remembered(django_assert_num_queries):
    get_json("v2/services/pothole.json")
    with django_assert_num_queries(0):
        get_json("v2/services/pothole.json")


def test_a_definition_has_each_question_in_order():
    for code in [one["service_code"] for one in get_json("v2/services.json")]:
        found = get_json(f"v2/services/{code}.json")
        asked = get_questions(Category.objects.get(service_code=code))
        assert found["service_code"] == code
        assert [each["code"] for each in found["attributes"]] == [each.code for each in asked]
        assert [each["order"] for each in found["attributes"]] == list(range(1, len(asked) + 1))


def test_an_attribute_says_what_may_be_answered():
    first = get_json("v2/services/pothole.json")["attributes"][0]
    agency = Choice.objects.get(key="state-highway", question__category=make.pothole()).agency
    caltrans = " ".join(filter(None, [agency.name, agency.phone, agency.url]))
    place = make.pothole().questions.get(code="place")
    Choice.objects.filter(question=place, key="alley").update(is_active=False)
    values = first.pop("values")
    assert first == {
        "variable": True,
        "code": "place",
        "datatype": "singlevaluelist",
        "required": True,
        "datatype_description": (
            "Pacific Coast Highway, a freeway or a ramp: The state looks after these roads. "
            f"Caltrans takes reports online. {caltrans}"
        ),
        "order": 1,
        "description": "Which part of the street?",
    }
    assert {"key": "bike-lane", "name": "Bike lane"} in values
    cache.invalidate_cache()
    again = get_json("v2/services/pothole.json")["attributes"][0]["values"]
    assert [one for one in values if one not in again] == [{"key": "alley", "name": "Alley"}]


def test_an_unknown_service_is_told_by_name():
    assert list_problems(get_api("v2/services/zeppelin.xml")) == [
        ("404", "There's no service with the service_code “zeppelin”.")
    ]


def test_both_formats_say_the_same():
    assert parse_xml(get_api("v2/services.xml")) == convert_to_text(get_json("v2/services.json"))
    for code in [one["service_code"] for one in get_json("v2/services.json")]:
        path = f"v2/services/{code}"
        assert parse_xml(get_api(f"{path}.xml")) == convert_to_text(get_json(f"{path}.json"))


def test_names_are_in_the_language_that_was_asked_for():
    headers = {"Accept-Language": "es"}
    [pothole] = [
        one
        for one in get_json("v2/services.json", headers=headers)
        if one["service_code"] == "pothole"
    ]
    assert pothole["service_name"] == "Bache"
    assert pothole["group"] != "Streets and sidewalks"
    first = get_json("v2/services/pothole.json", headers=headers)["attributes"][0]
    assert first["description"] != "Which part of the street?"
