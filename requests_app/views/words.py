"""While somebody is still writing: what in their words tells of a person."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from requests_app import hints
from santa311.lib.words import clean, clean_line

MOST_WORDS = 4000
LONGEST_NAME = 120


@never_cache
@require_POST
def words(request):
    """The hint about `words` as a fragment, 204 where there is nothing to say. Nothing is kept."""
    field = clean_line(request.POST.get("field", ""))[:20]
    text = clean(request.POST.get("words", "").replace("\0", ""))[:MOST_WORDS]
    reporter = clean_line(request.POST.get("name", ""))[:LONGEST_NAME]
    hint = hints.about(field, text, reporter)
    if hint is None:
        return HttpResponse(status=204)
    return render(request, "components/personal.html", {"hint": hint})
