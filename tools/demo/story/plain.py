"""A story for any pack: requests of its categories on its streets, from report to answer.

It uses only the city's tables, so its texts cannot contradict the city.
"""

from collections.abc import Iterator

from city.models import Category, NoPhotoReason, Question
from lib import clock
from requests_app.models import Channel
from tools.demo.story.case import Case
from tools.demo.story.reports import Reports
from tools.demo.story.words import Saying, Topic

_ANAS = 4  # number of newest requests that are Ana's
_BACK = 30  # reports are made in so many days before now
_SAID = [
    "Please have a look.", "It has been like this for about a week.", "Right by the corner.",
    "Several people have told me about it.", "I noticed it this morning.", "It gets worse daily.",
]  # fmt: skip
_DICHO = ["Por favor, revísenlo.", "Lleva así una semana.", "Está justo en la esquina."]
_DONE = ["Done. Thank you for telling us.", "We were there and it is done.", "All done, and swept."]
_OPEN = {  # an answer without effect, by the question's datatype
    Question.Datatype.STRING: "Hard to say",
    Question.Datatype.TEXT: "Hard to say",
    Question.Datatype.NUMBER: "1",
    Question.Datatype.DATETIME: "2026-01-15 10:00",
}
# Subject of pictures by the category's icon; other categories have no pictures.
PICTURES = {
    "hole": "pothole", "walk": "slab", "lamp": "streetlight", "tree": "branch", "sofa": "sofa",
    "bin": "bin", "spray": "graffiti", "sign": "sign", "bench": "bench", "meter": "meter",
}  # fmt: skip


class PlainCase(Case):
    """A case that uses the first active reason of the pack's lists."""

    def _no_photo_reason(self):
        return NoPhotoReason.objects.active().first() if self.report.category.needs_proof else None


def families(scene, ana, count) -> list:
    """Return families of `count` lives in total; the first has the newest, which are Ana's."""
    reports = Reports(scene.dice, _topics(scene), scene.talk, scene.residents)
    dice = scene.dice
    moments = [scene.hours.report_time(dice.uniform(0, _BACK)) for _n in range(count)]
    hers, others = [], []
    for number, moment in enumerate(sorted(moments)):
        report = reports.add_pictures(reports.any())
        if is_hers := number >= count - _ANAS:
            report.resident, report.contact = ana, ana.contact
            report.channel = Channel.WEB
        begins = scene.hours.filed_by_an_agent(moment) if report.by_an_agent else moment
        life = _life(PlainCase(scene, report), begins)
        hers.append(life) if is_hers else others.append([life])
    return [hers, *others]


def _life(case, filed_at) -> Iterator:
    """File a request, route it, complete it and usually confirm it.

    Stop if the category has no department, or if the department has no crew.
    """
    scene, dice = case.scene, case.scene.dice
    yield filed_at
    case.file()
    yield scene.hours.worked(clock.now(), dice.uniform(10, 200))
    if case.is_with_the_desk:
        if not case.report.category.department:  # only an agent could choose a department
            return
        case.route()
    if not scene.staff.has_crew(case.row.department):
        return
    yield scene.hours.worked(clock.now(), dice.uniform(60, 900))
    case.start()
    days = dice.uniform(0.2, 1.1) * case.report.category.target_days
    yield scene.hours.crew_day(clock.now(), int(days))
    case.complete()
    yield scene.hours.awake(clock.now() + (clock.now() - filed_at) / 10)
    if dice.random() < 0.7 and case.report.resident:
        case.confirm(dice.choice([5, 5, 4, 4, 3]))


def _topics(scene) -> dict[str, Topic]:
    """Return a topic for each active category, by service code."""
    done = [code.code for code in scene.resolutions.values() if not code.is_no_fault]
    resolution = (done or list(scene.resolutions))[0]
    categories = Category.objects.active().prefetch_related("questions__choices")
    return {each.service_code: _topic(each, resolution) for each in categories}


def _topic(category, resolution) -> Topic:
    """Return the topic of a category, with texts that fit any category."""
    subject = PICTURES.get(category.icon)
    return Topic(
        code=category.service_code,
        weight=3 if category.is_popular else 1,
        where="street",
        sayings=(*(Saying(text) for text in _SAID), *(Saying(text, "es") for text in _DICHO)),
        notes=tuple(_DONE),
        resolution=resolution,
        photo=0.7 if subject else 0.0,
        pictures=(subject,) if subject else (),
        answers={question.code: _choose_answers(question) for question in category.questions.all()},
    )


def _choose_answers(question) -> list[str]:
    """Return the possible answers of a question, without those that stop the report.

    Choices that make the request urgent are included only if there is no other.
    """
    if question.datatype in _OPEN:
        return [_OPEN[question.datatype]]
    choices = [choice for choice in question.choices.all() if choice.is_active]
    calm = [choice.key for choice in choices if not choice.effect]
    return calm or [choice.key for choice in choices if choice.effect != "stop"]
