"""Template tags for the links and forms of the desk's panel."""

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def form_attributes(context: Context, to: str) -> SafeString:
    """Render the attributes of a form that is sent to the URL `to` and answered in the panel.

    The context's `query` (the queue's filters) is kept.
    """
    return format_html(
        'method="post" action="{to}" hx-post="{to}" hx-target="#panel" hx-sync="#panel:drop" '
        'hx-status:422="swap:innerHTML" hx-status:409="swap:innerHTML"',
        to=f"{to}?{context.get('query', '')}",
    )


@register.simple_tag(takes_context=True)
def post_attributes(context: Context, noun: str) -> SafeString:
    """Render the attributes of a form for an action: `<form {% post_attributes "routing" %}>`.

    The request is the context's `reference`, or its `service_request`.
    """
    reference = context.get("reference") or context["service_request"].reference
    return form_attributes(context, reverse(f"desk_{noun}", args=[reference]))


@register.simple_tag(takes_context=True)
def link_attributes(context: Context, name: str, *arguments, **values) -> SafeString:
    """Render the attributes of a link that opens the URL `name` in the panel.

    `<a {% link_attributes "desk_request" reference pop="routing" %}>`. `values` are put into the
    query, before the filters of the queue.
    """
    return panel_link(context, reverse(name, args=arguments), **values)


@register.simple_tag(takes_context=True)
def panel_link(context: Context, url: str, **values) -> SafeString:
    """Render the attributes of a link that opens `url` in the panel, with `values` in its query."""
    query = "&".join(filter(None, [urlencode(values), str(context.get("query", ""))]))
    return format_html('href="{to}" hx-get="{to}" hx-target="#panel"', to=f"{url}?{query}")


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
    title: str = "",
    words: str = "",
    words_name: str = "words",
    words_label: str = "",
    is_optional: bool = False,
    hint: str = "",
    layout: str = "",
    is_main: bool = False,
    is_first: bool = False,
    has_files: bool = False,
) -> SafeString:
    """Render the form of an action around its fields, behind the button that opens it.

    `{% action_form "routing" label=label send=send %}fields{% endaction_form %}`. It is in the
    toolbar, or in the menu `group`. form.html explains the other values.
    """
    state = context["panel"].forms.get(noun)
    values = {
        "noun": noun,
        "group": group,
        "state": state,
        "fields": content,
        "label": label,
        "icon": icon,
        "key": key,
        "says": says,
        "send": send,
        "title": title,
        "words": words,
        "words_name": words_name,
        "words_label": words_label,
        "words_value": state.values.get(words_name, "") if state else "",
        "is_optional": is_optional,
        "hint": hint,
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

    form.html explains the values.
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
    return _render(context, "routing/desk/actions/form.html#button", values)


def _render(context: Context, name: str, values: dict) -> SafeString:
    """Return a template rendered with the context and the values."""
    assert context.template is not None  # a tag is rendered as part of one
    with context.push(**values):
        return context.template.engine.get_template(name).render(context)
