"""What an agent's words may mean while a request is put right."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from city import search
from city.models import Category
from lib.text import line_of
from requests_app.models import ServiceRequest
from routing import lists
from routing.agents_only import agents_only

MOST = 5
LONGEST = 200  # characters of a search that are looked at


def similar_categories(service_request, typed: str) -> list[Category]:
    """Other categories that `typed` may mean; before anything is typed, those of the same group."""
    words = line_of(typed, LONGEST)
    own = service_request.category
    found = search.find_categories(words) if words else lists.categories_of(own.group_id)
    return [category for category in found if category != own][:MOST]


@require_safe
@agents_only
def kinds(request, reference):
    row = get_object_or_404(ServiceRequest, reference=reference)
    typed = request.GET.get("q", "")
    context = {"kinds": similar_categories(row, typed), "typed": typed}
    return render(request, "routing/desk/actions/kinds.html", context)
