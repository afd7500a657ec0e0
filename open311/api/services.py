"""The list of services, and the definitions of their questions."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from city.models import Category, Choice, Question
from city.translation import translate, translate_name
from open311.formats import Listing, RequestRefused, Single, render_document
from requests_app.filing.forms import reportable_categories
from requests_app.filing.questions import CHOICE_DATATYPES, get_questions

MAX_AGE_SECONDS = 300  # seconds
PRIVATE = "private"


def services(request) -> HttpResponse:
    """Return the list of services, without those of which every report would be stopped."""
    found = [
        _describe_service(one)
        for one in reportable_categories().values()
        if not _is_always_stopped(one)
    ]
    return render_document(request, Listing("services", "service", found), max_age=MAX_AGE_SECONDS)


def definition(request, service_code) -> HttpResponse:
    """Return the questions of a service, without those that would stop every report.

    Raise RequestRefused (404) if the service is unknown.
    """
    category = get_reportable_category(service_code)
    asked = _list_questions(category)
    attributes = [_describe_question(question, order) for order, question in enumerate(asked, 1)]
    fields = {
        "service_code": category.service_code,
        "attributes": Listing("attributes", "attribute", attributes),
    }
    return render_document(request, Single("service_definition", fields), max_age=MAX_AGE_SECONDS)


def get_reportable_category(service_code) -> Category:
    """Return the active category with this code. Raise RequestRefused (404) if there is none.

    A category of which every report would be stopped is a 404, too.
    """
    category = reportable_categories().get(service_code)
    if category is None or _is_always_stopped(category):
        words = _("There's no service with the service_code “%(code)s”.")
        raise RequestRefused(404, words % {"code": service_code[:60]})
    return category


def _is_always_stopped(category) -> bool:
    """Return True if the category has a required question whose every answer stops a report.

    Such a matter is another agency's, or one for the emergency number.
    """
    return any(
        question.is_required and _always_stops(question) for question in get_questions(category)
    )


def _always_stops(question: Question) -> bool:
    """Return True if the question has choices, and each active one stops the report."""
    return question.datatype in CHOICE_DATATYPES and not _list_choices(question, is_stop=False)


def _list_choices(question: Question, *, is_stop: bool) -> list[Choice]:
    """Return the active choices that stop a report, or with `is_stop=False` the other ones."""
    active = (choice for choice in question.choices.all() if choice.is_active)
    return [choice for choice in active if (choice.effect == "stop") == is_stop]


def _list_questions(category: Category) -> list[Question]:
    """Return the questions of a category, without those of which every choice stops the report."""
    return [question for question in get_questions(category) if not _always_stops(question)]


def format_stop(choice: Choice) -> str:
    """Return the choice's text about what to do instead of a report, and the agency to contact."""
    words, agency = [translate(choice.stop_text)], choice.agency
    if agency:
        words += [translate_name(agency), agency.phone, agency.url]
    return " ".join(filter(None, words))


def _describe_service(category) -> dict[str, Any]:
    """Return the entry of a category in the list of services."""
    return {
        "service_code": category.service_code,
        "service_name": translate_name(category),
        "description": translate(category.hint),
        "metadata": bool(_list_questions(category)),
        "type": "realtime",
        "keywords": _format_keywords(category),
        "group": translate_name(category.group),
    }


def _format_keywords(category: Category) -> str:
    """Return the keywords, comma-separated; a private category's begin with “private”.

    FixMyStreet splits at each comma and keeps the blanks, so the word must be the first.
    """
    words = [PRIVATE, category.keywords] if category.is_private else [category.keywords]
    return ", ".join(filter(None, words))


def _describe_question(question: Question, order: int) -> dict:
    """Return the attribute of one question. Choices that stop the report are in the hint only."""
    values = [
        {"key": choice.key, "name": translate(choice.label)}
        for choice in _list_choices(question, is_stop=False)
    ]
    stops = [
        f"{translate(choice.label)}: {format_stop(choice)}"
        for choice in _list_choices(question, is_stop=True)
    ]
    hints = [translate(question.hint), *stops]
    return {
        "variable": True,
        "code": question.code,
        "datatype": question.datatype,
        "required": question.is_required,
        "datatype_description": " ".join(filter(None, hints)) or None,
        "order": order,
        "description": translate(question.label),
        "values": Listing("values", "value", values),
    }
