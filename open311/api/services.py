"""What can be reported, and what each kind of request asks."""

from django.utils.translation import gettext as _

from city.models import Question
from city.translation import named, translated
from open311.formats import Listing, Refused, Single, answer
from requests_app.filing.forms import reportable
from requests_app.filing.questions import LISTS, questions_of

KEPT = 300  # seconds


def services(request):
    """Kinds of which every report would be stopped are none of them."""
    found = [_service(one) for one in reportable().values() if not _only_stops(one)]
    return answer(request, Listing("services", "service", found), max_age=KEPT)


def definition(request, service_code):
    category = offered(service_code)
    attributes = [
        _attribute(question, order) for order, question in enumerate(questions_of(category), 1)
    ]
    fields = {
        "service_code": category.service_code,
        "attributes": Listing("attributes", "attribute", attributes),
    }
    return answer(request, Single("service_definition", fields), max_age=KEPT)


def offered(service_code):
    """The Category of this code. Raises Refused where there is none that can be reported."""
    category = reportable().get(service_code)
    if category is None or _only_stops(category):
        words = _("There's no service with the service_code “%(code)s”.")
        raise Refused(404, words % {"code": service_code[:60]})
    return category


def _only_stops(category) -> bool:
    """Whether it asks something that must be answered, and each answer stops the report: a matter
    of another agency, or one for the emergency number.
    """
    return any(
        question.is_required and question.datatype in LISTS and _all_stop(question)
        for question in questions_of(category)
    )


def _all_stop(question):
    return all(choice.effect == "stop" for choice in _choices(question))


def _choices(question: Question):
    return [choice for choice in question.choices.all() if choice.is_active]


def _service(category):
    return {
        "service_code": category.service_code,
        "service_name": named(category),
        "description": translated(category.hint),
        "metadata": bool(questions_of(category)),
        "type": "realtime",
        "keywords": category.keywords,
        "group": named(category.group),
    }


def _attribute(question, order):
    values = [
        {"key": choice.key, "name": translated(choice.label)} for choice in _choices(question)
    ]
    return {
        "variable": True,
        "code": question.code,
        "datatype": question.datatype,
        "required": question.is_required,
        "datatype_description": translated(question.hint) or None,
        "order": order,
        "description": translated(question.label),
        "values": Listing("values", "value", values),
    }
