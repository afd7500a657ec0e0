"""XML and JSON responses with the same content, and errors in the same formats.

    return render_document(request, Listing("services", "service", entries))
    raise RequestRefused(400, "lat is not a number.", "service_code is missing.")

`ApiMiddleware` (santa311/web/api.py) calls the views and converts the exceptions that they raise.
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
