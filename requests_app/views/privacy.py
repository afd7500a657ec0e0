"""What is kept, how long, and who sees it, in plain words with this city's own figures."""

from django.conf import settings
from django.shortcuts import render
from django.views.decorators.http import require_safe

from city.models import Category
from requests_app import data_links, sweeping


@require_safe
def privacy(request):
    private = Category.objects.active().filter(is_private=True).order_by("position", "name")
    context = {
        "private": private,
        "link_days": settings.DAYS_A_LINK_LIVES_AFTER_CLOSING,
        "draft_days": sweeping.DRAFTS_LIVE.days,
        "data_link_hours": int(data_links.LIVES.total_seconds()) // 3600,
    }
    return render(request, "your_data/privacy.html", context)
