"""What the crew's pages show: one builder for each page."""

from staff_portal.pages.completion import completion_page
from staff_portal.pages.inbox import Card, inbox_news, inbox_page
from staff_portal.pages.job import (
    Told,
    act_forms,
    job_news,
    job_page,
    photos_wait,
)
from staff_portal.pages.moved import holder, moved_page
from staff_portal.pages.plan import plan_page

__all__ = [
    "Card",
    "Told",
    "act_forms",
    "completion_page",
    "holder",
    "inbox_news",
    "inbox_page",
    "job_news",
    "job_page",
    "moved_page",
    "photos_wait",
    "plan_page",
]
