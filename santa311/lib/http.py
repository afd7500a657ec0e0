"""Small things about HTTP that belong to no app."""

from django.http import HttpResponseNotAllowed


def typed_in(request) -> list[tuple[str, str]]:
    """What a form brought along, as (name, value) pairs, so that it can be sent again."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken"
    ]


class RefuseTrace:
    """TRACE would echo a visitor's cookies; plain function views answer it with 200."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method == "TRACE":
            return HttpResponseNotAllowed(["GET", "HEAD", "POST", "OPTIONS"])
        return self.get_response(request)
