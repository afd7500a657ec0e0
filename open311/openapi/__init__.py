"""The OpenAPI document of the door, for who writes a client or has one written by a program.

Addresses and methods come from `open311.urls`, limits from the code that reads the parameters, and
the shapes of the answers are the JSON Schemas in `schemas/`. Written by hand is what a parameter
or an address is for.
"""

from open311.openapi.document import document, openapi
