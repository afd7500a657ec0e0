"""Template tags for the links and forms of the desk's panel."""

from django import template
from django.urls import reverse
from django.utils.http import urlencode

register = template.Library()


@register.inclusion_tag("routing/desk/post_attributes.html", takes_context=True)
def post_attributes(context, noun: str) -> dict:
    """Render the attributes of a form for an action: `<form {% post_attributes "routing" %}>`.

    The request is the context's `reference`, or its `service_request`. The context's `query` (the
    queue's filters) is kept.
    """
    reference = context.get("reference") or context["service_request"].reference
    return {"to": reverse(f"desk_{noun}", args=[reference]), "query": context.get("query", "")}


@register.inclusion_tag("routing/desk/link_attributes.html", takes_context=True)
def link_attributes(context, name: str, *arguments, **values) -> dict:
    """Render the attributes of a link that opens the URL `name` in the panel.

    `<a {% link_attributes "desk_request" reference pop="routing" %}>`. `values` are put into the
    query, before the filters of the queue.
    """
    query = "&".join(filter(None, [urlencode(values), str(context.get("query", ""))]))
    return {"to": f"{reverse(name, args=arguments)}?{query}"}
