"""The `Link` header of a list that has several pages."""

from django.conf import settings
from django.http import HttpRequest

from open311.api.parameters import MAX_PAGE

MAX_QUERY_LENGTH = 1_000  # letters; the header repeats them four times


def find_page_links(page: int, page_size: int, total: int, *, is_estimate: bool) -> dict[str, int]:
    """Return the numbers of the first, previous, next and last page by their relation.

    The keys are first, prev, next and last; those that do not exist are missing. {} for a single
    page. An estimated total has no last page.
    """
    if total <= page_size and page == 1:
        return {}
    last = min(MAX_PAGE, max(1, -(-total // page_size)))
    pages = {
        "first": 1,
        "prev": min(page - 1, last),
        "next": page + 1 if page < last else 0,
        "last": 0 if is_estimate else last,
    }
    return {name: number for name, number in pages.items() if number}


def find_next_page(page: int, *, has_next: bool) -> dict[str, int]:
    """Return the numbers of the first, previous and next page by their relation.

    The keys are first, prev and next; those that do not exist are missing. The list is not
    counted, so the last page is unknown. After MAX_PAGE, `next` is still given; its response is an
    error that says how to read on.
    """
    links = {"first": 1, "prev": page - 1} if page > 1 else {}
    return links | ({"next": page + 1} if has_next else {})


def format_link_header(request: HttpRequest, pages: dict[str, int]) -> dict[str, str]:
    """Return {"Link": …} for these pages of the address that was asked for.

    Return {} without pages, and for a query longer than MAX_QUERY_LENGTH, whose header proxies
    refuse.
    """
    if not pages or len(request.META["QUERY_STRING"]) > MAX_QUERY_LENGTH:
        return {}
    links = (
        f'<{_build_page_url(request, number)}>; rel="{name}"' for name, number in pages.items()
    )
    return {"Link": ", ".join(links)}


def _build_page_url(request: HttpRequest, number: int) -> str:
    """Return the absolute URL of the request with another `page`."""
    query = request.GET.copy()
    query["page"] = str(number)
    return f"{settings.BASE_URL}{request.path}?{query.urlencode()}"
