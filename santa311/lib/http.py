"""Small things about HTTP that belong to no app."""

from django.http import HttpResponseNotAllowed


class RefuseTrace:
    """TRACE would echo a visitor's cookies; plain function views answer it with 200."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method == "TRACE":
            return HttpResponseNotAllowed(["GET", "HEAD", "POST", "OPTIONS"])
        return self.get_response(request)
