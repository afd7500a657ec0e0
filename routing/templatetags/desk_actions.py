"""The tag of the forms of the desk's panel."""

from django import template
from django.urls import reverse

register = template.Library()


@register.inclusion_tag("routing/desk/posts.html", takes_context=True)
def posts(context, noun) -> dict:
    """`<form {% posts "routing" %}>`: the attributes that say where the form posts to.

    The request is the context's `reference`, or its `service_request`.
    """
    reference = context.get("reference") or context["service_request"].reference
    return {"to": reverse(f"desk_{noun}", args=[reference]), "query": context.get("query", "")}
