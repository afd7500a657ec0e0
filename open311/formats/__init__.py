"""How the door speaks: XML and JSON with the same content, and errors in the same two shapes.

    return answer(request, Listing("services", "service", entries))
    raise Refused(400, "lat is not a number.", "service_code is missing.")

`ApiMiddleware` (santa311/web/api.py) calls the views and answers what they raise.
"""

from open311.formats.answers import (
    PREFIX,
    RequestRefused,
    build_refusal,
    is_api_request,
    render_document,
    render_refusal,
)
from open311.formats.document import Listing, Single
from open311.formats.endpoint import FormatConverter, build_endpoint, unknown_address
