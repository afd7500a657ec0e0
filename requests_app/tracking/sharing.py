"""The address of a request that may be given to anybody, and what it is called there."""

from django.urls import reverse

from city.translation import translated


def shared(request, service_request) -> dict:
    """For a page's context: `public_url` is "" where not everybody may look, and then nothing is
    shared. A private link never is.
    """
    if not service_request.is_public:
        return {"public_url": ""}
    path = reverse("service_request", args=[service_request.reference])
    title = f"{translated(service_request.category.name)}, {service_request.reference}"
    return {"public_url": request.build_absolute_uri(path), "share_title": title}
