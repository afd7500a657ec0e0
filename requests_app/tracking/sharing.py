"""Context for sharing a request's page."""

from django.urls import reverse

from city.translation import translate
from requests_app.models import Photo, ServiceRequest


def build_share_context(
    request, service_request: ServiceRequest, photo: Photo | None = None
) -> dict[str, str]:
    """Return the public URL, the title and the image URL of a page that can be shared.

    `public_url` is "" for a request that is not public; then there is nothing else. `share_image`
    is "" if there is no `photo` or its sizes are not ready. `photo` must be public. `poster_url` is
    "" without an exact public location, or if its category cannot be reported today.
    """
    if not service_request.is_public:
        return {"public_url": ""}
    path = reverse("service_request", args=[service_request.reference])
    title = f"{translate(service_request.category.name)}, {service_request.reference}"
    image = photo.medium if photo and photo.is_ready else ""
    return {
        "public_url": request.build_absolute_uri(path),
        "share_title": title,
        "share_image": request.build_absolute_uri(image) if image else "",
        "poster_url": _build_poster_url(service_request),
    }


def _build_poster_url(service_request: ServiceRequest) -> str:
    """Return the URL of a poster for more reports there; "" without an exact public location."""
    category = service_request.category
    if service_request.latitude is None or category.is_location_sensitive:
        return ""
    if not category.is_offered:
        return ""
    query = {
        "category": category.service_code,
        "latitude": service_request.latitude,
        "longitude": service_request.longitude,
    }
    return reverse("poster", query=query)
