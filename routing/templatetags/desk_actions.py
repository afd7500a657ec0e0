"""Template tags for the links and forms of the desk's panel."""

from django import template
from django.urls import reverse
from django.utils.http import urlencode

register = template.Library()


@register.inclusion_tag("routing/desk/posts.html", takes_context=True)
def posts(context, noun) -> dict:
    """`<form {% posts "routing" %}>`: the attributes that say where the form posts to.

    The request is the context's `reference`, or its `service_request`.
    """
    reference = context.get("reference") or context["service_request"].reference
    return {"to": reverse(f"desk_{noun}", args=[reference]), "query": context.get("query", "")}


@register.inclusion_tag("routing/desk/opens.html", takes_context=True)
def opens(context, name, *arguments, **values) -> dict:
    """`<a {% opens "desk_request" reference pop="routing" %}>`: the attributes of a link that opens
    the address of that name in the panel.

    `values` stand in its query, before the filters of the queue.
    """
    query = "&".join(filter(None, [urlencode(values), str(context.get("query", ""))]))
    return {"to": f"{reverse(name, args=arguments)}?{query}"}
