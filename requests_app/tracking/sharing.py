"""The address of a request that may be given to anybody, and what it is called there."""

from django.urls import reverse

from city.translation import translate


def shared(request, service_request, photo=None) -> dict:
    """Return the context of a page that is shared, with its public `photo` if there is one.

    `public_url` is "" where not everybody may look, and then nothing is shared. A private link
    never is. `share_image` is "" without a photo whose public sizes are made.
    """
    if not service_request.is_public:
        return {"public_url": ""}
    path = reverse("service_request", args=[service_request.reference])
    title = f"{translate(service_request.category.name)}, {service_request.reference}"
    is_shown = photo is not None and photo.is_ready
    return {
        "public_url": request.build_absolute_uri(path),
        "share_title": title,
        "share_image": request.build_absolute_uri(photo.medium) if is_shown else "",
    }
