"""What the stories of the fill are told about: the loaded city as plain values.

Read once with Django, then handed to the processes that write, which need no database for it.
"""

import json
import random
from bisect import bisect
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from pathlib import Path

FIGURES = json.loads((Path(__file__).parent / "figures.json").read_text())
SPOTS = 8000
RARE_SHARE = 3  # of ten thousand: a kind that the records of 2016 do not have
URGENT_SHARE = 0.03
_CITY = random.Random(311)


class Weighted:
    """Draws from `values` with the chances `weights`; faster than random.choices with weights."""

    def __init__(self, values, weights):
        self.values = list(values)
        self._sums = list(accumulate(weights))

    def draw(self, dice):
        return self.values[bisect(self._sums, dice.random() * self._sums[-1])]


@dataclass(slots=True)
class Kind:
    """A category. `days` are the quantiles of the days that its work takes."""

    id: int
    code: str
    group: str
    share: int
    days: list
    target: int
    urgent_target: int | None
    is_private: bool
    needs_proof: bool
    destination: object
    nouns: list
    questions: list


@dataclass(slots=True)
class Asked:
    """A question; `choices` are (key, label, effect) without those that stop a report."""

    id: int
    code: str
    datatype: str
    is_required: bool
    choices: list


@dataclass
class World:
    prefix: str
    calendar: object
    desk_email: str
    kinds: list
    spots: list
    rules: list
    departments: dict
    crews: dict
    leads: dict
    agents: list
    resolutions: list
    no_photo: list
    holds: list
    declines: list
    hand_backs: list
    reroutes: list
    agencies: list
    details: list
    dangers: list
    secret: str
    app: int  # the key of the system that files by Open311
    supervisors: dict = field(default_factory=dict)
    desk_leads: list = field(default_factory=list)

    @cached_property
    def some_kind(self):
        return Weighted(self.kinds, [kind.share for kind in self.kinds])

    @cached_property
    def some_spot(self):
        return Weighted(self.spots, [spot[-1] for spot in self.spots])


def read(texts) -> World:
    """The city that is loaded in the database of the settings; `texts` are `texts.json`'s."""
    from django.conf import settings

    from accounts.models import Membership, User
    from city.models import (
        Agency,
        City,
        DeclineReason,
        Department,
        HandBackReason,
        HoldReason,
        NoPhotoReason,
        ResolutionCode,
        RouteReason,
    )
    from requests_app.models import ApiKey
    from routing.models import RoutingRule

    city = City.current()
    crews, leads = {}, {}
    for member in Membership.objects.select_related("user").order_by("pk"):
        group = leads if member.role == "supervisor" else crews
        group.setdefault(member.department_id, []).append((member.user_id, member.user.email))
    agents = User.objects.filter(is_agent=True, is_staff=False).order_by("pk")

    def pairs(model, name="code"):
        return list(model.objects.active().values_list("pk", name))

    return World(
        prefix=city.reference_prefix,
        calendar=city.calendar(),
        desk_email=(settings.DESK_EMAIL or city.email).lower(),
        kinds=_kinds(),
        spots=_spots(),
        rules=[rule.as_value() for rule in RoutingRule.objects.in_order()],
        departments={one.pk: (one.slug, one.email.lower()) for one in Department.objects.active()},
        crews={key: [pk for pk, _email in each] for key, each in crews.items()},
        leads={key: [pk for pk, _email in each] for key, each in leads.items()},
        supervisors={
            key: sorted(mail.lower() for _pk, mail in each) for key, each in leads.items()
        },
        desk_leads=sorted(
            each.email.lower() for each in User.objects.filter(is_active=True, is_lead=True)
        ),
        agents=list(agents.values_list("pk", flat=True)),
        resolutions=pairs(ResolutionCode),
        no_photo=pairs(NoPhotoReason),
        holds=pairs(HoldReason),
        declines=pairs(DeclineReason),
        hand_backs=pairs(HandBackReason),
        reroutes=pairs(RouteReason),
        agencies=pairs(Agency, "slug"),
        details=_harmless(texts["details"]),
        dangers=_dangerous(texts["dangers"]),
        secret=settings.LINK_SECRET,
        app=ApiKey.objects.get().pk,
    )


def _kinds():
    from city.models import Category
    from routing.models.conditions import destination

    known = FIGURES["categories"]
    total = sum(each["count"] for each in known.values())
    found = []
    rows = Category.objects.active().select_related("group", "department")
    for row in rows.prefetch_related("questions__choices").order_by("pk"):
        counted = known.get(row.service_code, {})
        found.append(
            Kind(
                row.pk,
                row.service_code,
                row.group.slug,
                counted.get("count") or max(1, total * RARE_SHARE // 10_000),
                counted.get("days") or FIGURES["days_of_all"],
                row.target_days,
                row.urgent_target_days,
                row.is_private,
                row.needs_proof,
                destination(row.department),
                _nouns(row.keywords) or [row.name],
                [_asked(question) for question in row.questions.all() if question.is_active],
            )
        )
    return found


def _asked(question):
    choices = [
        (choice.key, choice.label, choice.effect)
        for choice in question.choices.all()
        if choice.is_active and choice.effect != "stop"
    ]
    return Asked(question.pk, question.code, question.datatype, question.is_required, choices)


def _nouns(keywords):
    """Those that name no danger, also not in a sentence."""
    words = [word.strip() for word in keywords.split(",")]
    return [word for word in words if word and _harmless([f"There is a {word} here."])]


def _harmless(texts):
    from city import danger

    return [text for text in texts if text and not danger.find(text)]


def _dangerous(texts):
    """(words, kind of danger) of those that the city's table knows."""
    from city import danger

    found = [(text, danger.find(text)) for text in texts]
    return [(text, each.kind) for text, each in found if each]


def _spots():
    """(latitude, longitude, zone id, its slug, text, relation, weight) of places by streets."""
    from city import geo
    from city.models import AddressRange
    from city.search.spots import place_words_of

    cell, counts = FIGURES["cell_degrees"], {(a, b): n for a, b, n in FIGURES["cells"]}
    points = [_along(block.line) for block in AddressRange.objects.order_by("pk")][:SPOTS]
    cells = {}
    for _round in range(-(-SPOTS // len(points))):
        for draw in points:
            lat, lng = draw(_CITY)
            zone = geo.zone_at(lat, lng)
            if zone and all(geo.zone_at(lat + d, lng + e) == zone for d in _EDGE for e in _EDGE):
                key = (int(lat // cell), int(lng // cell))
                cells.setdefault(key, []).append((lat, lng, zone))
    spots = []
    for key, inside in cells.items():
        weight = counts.get(key, 0.5) / len(inside)
        for lat, lng, zone in inside:
            words = place_words_of(lat, lng)
            spots.append((lat, lng, zone.pk, zone.slug, words.text, words.relation, weight))
    return spots


_EDGE = (-0.00006, 0.00006)  # a request lies so near to its spot, in the spot's zone


def _along(line):
    def draw(dice):
        n = dice.randrange(len(line) - 1)
        (a, b), (c, d), part = line[n], line[n + 1], dice.random()
        side = dice.uniform(-0.0001, 0.0001)
        return round(a + (c - a) * part + side, 6), round(b + (d - b) * part - side, 6)

    return draw
