"""`{% broken_rules as rules %}`: what administrators are told on every page of theirs."""

from django import template

from routing import lists

register = template.Library()
register.simple_tag(lists.broken_rules)
