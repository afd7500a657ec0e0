"""The tasks on the front page of the administration, and the pages where they are done."""

from typing import NamedTuple

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CHANGE, ADD, IMPORT, DATES = "change", "add", "import", "dates"


class Task(NamedTuple):
    """A task on the front page. `model` is the label of the table where it is done.

    `act` adds a row, opens the table, imports a sheet, or moves dates to a changed calendar.
    `words` are further words for the search.
    """

    name: str | Promise
    model: str
    act: str = CHANGE
    words: str | Promise = ""


class TaskLink(NamedTuple):
    """The name of a task, and the URL of its page."""

    name: str
    url: str


TASKS = [
    Task(_("Add a category"), "city.Category", ADD, _("kind of request, problem, service")),
    Task(
        _("Change a category: department, target, photos, privacy"),
        "city.Category",
        words=_("due date, days, private, keywords, proof"),
    ),
    Task(
        _("Close a category for new requests"),
        "city.Category",
        words=_("turn off, stop, remove, delete"),
    ),
    Task(_("Change what a category asks"), "city.Question", words=_("questions, answers, choices")),
    Task(
        _("Change phrases of danger and what people are told"),
        "city.DangerKind",
        words=_("emergency, 911, advice, words"),
    ),
    Task(_("Invite someone"), "accounts.Invitation", ADD, _("new staff, user, account, person")),
    Task(
        _("Turn off the account of someone who left"),
        "accounts.User",
        words=_("remove, delete, staff, user"),
    ),
    Task(
        _("Change what someone may do, or where they work"),
        "accounts.User",
        words=_("role, permission, agent, supervisor, administrator, department"),
    ),
    Task(
        _("Help someone who lost their phone"),
        "accounts.User",
        words=_("password, two-step sign-in, second factor, code, locked out"),
    ),
    Task(_("Import staff from a spreadsheet"), "accounts.User", IMPORT, _("people, CSV, Excel")),
    Task(
        _("Change opening hours and working days"),
        "city.City",
        words=_("office hours, week, Friday, closed, time zone"),
    ),
    Task(_("Add a holiday"), "city.Holiday", ADD, _("closed, day off, calendar")),
    Task(
        _("Move expected dates after a holiday was added"),
        "city.City",
        DATES,
        _("due dates, working days, calendar"),
    ),
    Task(
        _("Change the city's phone numbers, email and address"),
        "city.City",
        words=_("contact, police, emergency, website"),
    ),
    Task(_("Change the logo and the colors"), "city.City", words=_("appearance, picture, SVG")),
    Task(
        _("Change the languages and the neighbor cities"),
        "city.City",
        words=_("Spanish, translation"),
    ),
    Task(
        _("Change how long personal details are kept"),
        "city.City",
        words=_("privacy, delete, retention, days"),
    ),
    Task(_("Translate a text"), "city.Translation", words=_("Spanish, language, words")),
    Task(_("Add a department"), "city.Department", ADD, _("team, crew, division")),
    Task(
        _("Change a department's name, email or phone"),
        "city.Department",
        words=_("close for new requests, turn off"),
    ),
    Task(
        _("Change the hour of a department's daily digest"),
        "city.Department",
        words=_("summary, email, time, staff"),
    ),
    Task(
        _("See whether an email arrived"),
        "notifications.Delivery",
        words=_("message, notification, not sent, bounced, failed, resend"),
    ),
    Task(
        _("Change where requests are routed"),
        "routing.RuleDraft",
        words=_("rules, automatic, assign, department"),
    ),
    Task(_("Add a text that the desk sends often"), "city.CannedText", ADD, _("canned, reply")),
    Task(
        _("Add a location that people know by name"),
        "city.Place",
        ADD,
        _("landmark, park, school, place"),
    ),
    Task(_("Connect another system"), "requests_app.ApiKey", ADD, _("Open311, API key, app")),
    Task(_("Send events to another system"), "open311.Webhook", ADD, _("webhook, notify")),
    Task(
        _("See who did what"),
        "accounts.SecurityRecord",
        words=_("security log, audit, history, sign-ins"),
    ),
]


def has_all_words(typed: str, *texts: str | Promise) -> bool:
    """Return True if each typed word begins a word of the texts, or none was typed.

    Case is ignored.
    """
    known = [word.strip("“”(),:.") for text in texts for word in str(text).casefold().split()]
    wanted = typed.casefold().split()
    return all(any(word.startswith(each) for word in known) for each in wanted)


def find_tasks(models: dict[str, dict], typed: str) -> list[TaskLink]:
    """Return the tasks that the user may perform and that match the search, in their order.

    `models` are the tables that the user may see, by label.
    """
    return [
        TaskLink(str(task.name), _task_url(task, models[task.model]))
        for task in TASKS
        if task.model in models
        and _may_perform(task, models[task.model])
        and has_all_words(typed, task.name, task.words)
    ]


def _may_perform(task: Task, model: dict) -> bool:
    """Return True if the user may do the task; the view permission is enough for CHANGE.

    IMPORT and DATES need the change permission.
    """
    right = "change" if task.act in {IMPORT, DATES} else task.act
    return model["perms"].get(right) or (task.act == CHANGE and model["perms"].get("view"))


def _task_url(task: Task, model: dict) -> str:
    """Return the URL of the page where the task is done: add, import, dates or list."""
    if task.act == ADD:
        return model["add_url"]
    if task.act == IMPORT:
        return reverse(f"admin:{task.model.lower().replace('.', '_')}_import")
    if task.act == DATES:
        return reverse("admin:requests_app_servicerequest_dates")
    return model["admin_url"]
