"""Context for sharing a request's page."""

from django.urls import reverse

from city.translation import translate
from requests_app.models import Photo, ServiceRequest


def build_share_context(
    request, service_request: ServiceRequest, photo: Photo | None = None
) -> dict[str, str]:
    """Return the public URL, the title and the image URL of a page that can be shared.

    `public_url` is "" for a request that is not public; then there is nothing else. `share_image`
    is "" if there is no `photo` or its sizes are not ready. `photo` must be public.
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
    }
