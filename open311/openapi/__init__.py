"""The OpenAPI document of the API.

Addresses and methods come from `open311.urls`, limits from the code that reads the parameters, and
the schemas of responses are files in `schemas/`. The descriptions of parameters and addresses are
written by hand.
"""

from open311.openapi.document import build_document, openapi_document
