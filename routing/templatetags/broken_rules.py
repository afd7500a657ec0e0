"""`{% broken_rules as rules %}`: what administrators are told on every page of theirs."""

from django import template

from routing import lists

register = template.Library()


@register.simple_tag
def broken_rules():
    """Rules in use that cannot do what they say, each with its `problem`; remembered."""
    return lists.broken_rules()
