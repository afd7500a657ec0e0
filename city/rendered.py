"""Parts of pages that are the same until the city's configuration changes."""

from city import cache
from city.models import City
from lib.rendered import RenderedOnce


class RenderedOfCity(RenderedOnce):
    """Its template may also read `city`, and what else this process remembers of its configuration:
    each version of that is rendered anew.
    """

    def __call__(self, **values):
        version = cache.current_version() or object()  # without a city nothing is kept
        return super().__call__(version=version, **values)

    def _render(self, language, **values):
        return super()._render(language, city=City.current(), **values)
