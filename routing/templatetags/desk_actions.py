"""Template tags for the links and forms of the desk's panel."""

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString

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


@register.simple_block_tag(takes_context=True)
def action_form(
    context: Context,
    content: SafeString,
    noun: str,
    group: str = "pop",
    *,
    label: str,
    icon: str = "",
    key: str = "",
    says: str = "",
    send: str = "",
    layout: str = "",
    is_main: bool = False,
    is_first: bool = False,
    has_files: bool = False,
) -> SafeString:
    """Render the form of an action around its fields, behind the button that opens it.

    `{% action_form "routing" label=label send=send %}fields{% endaction_form %}`. It is in the
    toolbar, or in the menu `group`. form.html and summary.html explain the other values.
    """
    values = {
        "noun": noun,
        "group": group,
        "state": context["panel"].forms.get(noun),
        "fields": content,
        "label": label,
        "icon": icon,
        "key": key,
        "says": says,
        "send": send,
        "layout": layout,
        "is_main": is_main,
        "is_first": is_first,
        "has_files": has_files,
    }
    return _render(context, "routing/desk/actions/form.html", values)


@register.simple_tag(takes_context=True)
def action_button(
    context: Context,
    noun: str,
    label: str,
    icon: str,
    key: str = "",
    *,
    says: str = "",
    form_class: str = "",
    button_class: str = "",
    name: str = "",
    value: str | int = "",
    title: str = "",
) -> SafeString:
    """Render an action that needs no form: `{% action_button "release" label "check" %}`.

    button.html explains the values.
    """
    values = {
        "noun": noun,
        "label": label,
        "icon": icon,
        "key": key,
        "says": says,
        "form_class": form_class,
        "button_class": button_class,
        "name": name,
        "value": value,
        "title": title,
    }
    return _render(context, "routing/desk/actions/button.html", values)


def _render(context: Context, name: str, values: dict) -> SafeString:
    """Return a template rendered with the context and the values."""
    assert context.template is not None  # a tag is rendered as part of one
    with context.push(**values):
        return context.template.engine.get_template(name).render(context)
