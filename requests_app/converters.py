"""References in addresses, as people write them."""

from requests_app import reference


class ReferenceConverter:
    """Gives the reference in its own form, however it was typed; what is none is a 404."""

    regex = r"[A-Za-z0-9-]{9,16}"

    def to_python(self, value):
        tidied = reference.tidy(value)
        if tidied is None:
            raise ValueError(value)
        return tidied

    def to_url(self, value):
        return str(value)
