"""How long a draft of the rules takes to be tried on 10,000 requests: facts, decisions, whole page.

Run it against the demo while it runs: `./run manage shell < tools/bench/rule_simulation.py`. It
files the requests straight into the tables, in a transaction that is rolled back, with an answer
where the category asks for one; then it prints the queries and the seconds of the page's parts.
"""

import random
import time
from datetime import timedelta

from django.db import connection, transaction
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from city.models import Category, Department, Zone
from lib import clock
from requests_app.models import Answer, ServiceRequest
from requests_app.status import Status
from routing.models import RuleDraft
from routing.rules import drafts, simulation
from routing.rules.simulation_page import SimulationPage

COUNT = 10_000
dice = random.Random(311)


def rows():
    """Requests of the last 80 days, each with a department that has it."""
    categories = list(Category.objects.active())
    zones, departments = list(Zone.objects.active()), list(Department.objects.active())
    for number in range(COUNT):
        category = dice.choice(categories)
        yield ServiceRequest(
            reference=f"BENCH-{number}",
            category=category,
            zone=dice.choice(zones),
            channel=dice.choice(["web", "web", "phone", "api"]),
            priority=dice.choice(["normal"] * 9 + ["urgent"]),
            status=Status.ROUTED,
            department=category.department or dice.choice(departments),
            filed_at=clock.now() - timedelta(minutes=dice.randrange(80 * 24 * 60)),
        )


def answers(requests):
    """One choice for the first question of each category that offers some."""
    offers = {}
    for category in Category.objects.active().prefetch_related("questions__choices"):
        asked = [(q, c) for q in category.questions.all() for c in q.choices.all()]
        offers[category.pk] = asked
    for row in requests:
        if offered := offers[row.category_id]:
            question, choice = dice.choice(offered)
            yield Answer(
                service_request=row, question=question, values=[choice.key], said=choice.label
            )


def draft():
    """Today's rules the other way round, so that much changes."""
    one = RuleDraft.objects.create(name="Bench")
    drafts.fill(one)
    for rule in one.rules.all():
        rule.position = 1000 - rule.position
        rule.save()
    return one


def timed(name, function):
    started = time.perf_counter()
    with CaptureQueriesContext(connection) as queries:
        answer = function()
    print(f"{name}: {time.perf_counter() - started:.2f} s, {len(queries)} queries")
    return answer


with transaction.atomic():
    filed = ServiceRequest.objects.bulk_create(rows(), batch_size=2000)
    Answer.objects.bulk_create(answers(filed), batch_size=2000)
    page = SimulationPage(draft())
    past = timed("facts", simulation.past)
    today = [rule.as_value() for rule in page.today]
    timed("decisions", lambda: simulation.compare(today, page.values, past))
    whole = {"page": page, "draft": page.draft}
    timed("whole page", lambda: render_to_string("admin/routing/ruledraft/simulation.html", whole))
    print(f"{page.total} requests, {page.changed} of them changed, {len(page.drafted)} rules")
    transaction.set_rollback(True)
