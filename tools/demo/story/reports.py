"""The reports of the story: text, reporter, place, answers and pictures."""

from collections import defaultdict
from dataclasses import dataclass, field, replace

from city.models import Category
from requests_app.filing.questions import get_questions
from requests_app.models import Channel
from tools.demo.story.pictures import SEEDS, View
from tools.demo.story.places import Places, Spot
from tools.demo.story.residents import Resident, make_caller
from tools.demo.story.words import NO_PICTURE, Saying, Topic

_BY_PHONE, _IN_PERSON, _BY_API = 0.08, 0.02, 0.02


@dataclass
class Report:
    """A report; `resident` is None if an agent or another system entered it.

    `view` is the photographed place, `after` the place on the crew's photo after the work. They are
    the same place if possible.
    """

    topic: Topic
    category: Category
    saying: Saying
    text: str
    spot: Spot
    resident: Resident | None
    channel: str = Channel.WEB
    contact: dict[str, str] = field(default_factory=dict)
    answers: dict[str, list[str]] = field(default_factory=dict)
    note: str = ""
    view: View | None = None
    after: View | None = None

    @property
    def by_an_agent(self) -> bool:
        return self.channel in (Channel.PHONE, Channel.WALK_IN)

    @property
    def language(self) -> str:
        return self.resident.language if self.resident else "en"


class Gallery:
    """Chooses pictures of subjects: new views, and those not shown for the longest time."""

    _EVERY = 3  # every third request shows a new view, while there are any

    def __init__(self) -> None:
        self._asked: defaultdict[str, int] = defaultdict(int)
        self._views: defaultdict[str, list[View]] = defaultdict(list)

    def view(self, subject) -> View:
        """Return a picture of the subject: every third time a new one, else the least recent."""
        views = self._views[subject]
        if self._asked[subject] % self._EVERY == 0 and len(views) < len(SEEDS):
            views.append(View(subject, SEEDS[len(views)]))
        else:
            views.append(views.pop(0))
        self._asked[subject] += 1
        return views[-1]


class Reports:
    """Creates reports.

    `dice` is a random.Random, `topics` the result of `words.topics()`, `taste` that of
    `words.places()`.
    """

    def __init__(self, dice, topics, talk, residents, taste=None) -> None:
        self.dice, self.talk, self.residents = dice, talk, residents
        self.topics = topics
        self.places = Places(dice, taste)
        self.gallery = Gallery()
        self._codes = list(topics)
        self._weights = [topic.weight for topic in topics.values()]
        self._unsaid: defaultdict[tuple[str, str], list[Saying]] = defaultdict(list)
        self._categories = _categories()

    def any(self) -> Report:
        """Return a random report; `add_pictures` adds its pictures later, in order of time."""
        topic = self.topics[self.dice.choices(self._codes, self._weights)[0]]
        resident, channel, contact = self._who()
        saying = self._deal(topic, resident.language if resident else "en")
        return Report(
            topic=topic,
            category=self._categories[topic.code],
            saying=saying,
            text=self._write_description(saying),
            spot=self.places.spot(topic.where),
            resident=resident,
            channel=channel,
            contact=contact,
            answers=self._answers(topic, saying),
            note=self.dice.choice(self.talk["notes"]) if self.dice.random() < 0.2 else "",
        )

    def about(self, code, start, *, spot, resident, **given) -> Report:
        """Return the report of topic `code` whose text begins with `start`.

        `given` are further fields of the Report; `text` and `contact` have defaults.
        """
        topic = self.topics[code]
        saying = topic.saying(start)
        return Report(
            topic=topic,
            category=self._categories[code],
            saying=saying,
            text=given.pop("text", saying.text),
            spot=spot,
            resident=resident,
            contact=given.pop("contact", resident.contact if resident else {}),
            answers=self._answers(topic, saying),
            **given,
        )

    def same(self, report: Report) -> Report:
        """Return a report of the same problem by another person, nearby and in other words."""
        resident = self.dice.choice(self.residents)
        words = self.talk["duplicates"]["says"]
        spot = self.places.beside(report.spot, 15)
        return replace(
            report,
            text=self.dice.choice(words),
            spot=spot,
            resident=resident,
            channel=Channel.WEB,
            contact=resident.contact,
            note="",
            view=None,
            after=None,
        )

    def category(self, code) -> Category:
        return self._categories[code]

    def add_pictures(self, report: Report, *, surely=False) -> Report:
        """Add the pictures before and after the work to a report, and return it.

        With `surely`, a report gets a picture regardless of chance and channel.
        """
        subject = report.saying.picture or self._one_of(report.topic.pictures)
        seen = subject and subject != NO_PICTURE
        if seen and (surely or self._sends_one(report)):
            report.view = report.after = self.gallery.view(subject)
            return report
        subject = self._one_of(report.topic.after) if not seen else subject
        report.after = self.gallery.view(subject) if subject else None
        return report

    def _sends_one(self, report) -> bool:
        """Return True by chance if the reporter sends a picture; only reports by web have one."""
        return report.channel == Channel.WEB and self.dice.random() < report.topic.photo

    def _one_of(self, subjects) -> str:
        """Return a random subject of pictures, or "" if there is none."""
        return self.dice.choice(subjects) if subjects else ""

    def _who(self) -> tuple[Resident | None, Channel, dict[str, str]]:
        """Return (resident, channel, contact) by chance; the resident is None unless by web."""
        chance = self.dice.random()
        if chance < _BY_PHONE + _IN_PERSON:
            channel = Channel.PHONE if chance < _BY_PHONE else Channel.WALK_IN
            return None, channel, make_caller(self.dice, self.talk["names"])
        if chance < _BY_PHONE + _IN_PERSON + _BY_API:
            return None, Channel.API, {}
        resident = self.dice.choice(self.residents)
        return resident, Channel.WEB, resident.contact

    def _deal(self, topic, language) -> Saying:
        """Return the next saying of a shuffled list; a saying repeats only after all others."""
        unsaid = self._unsaid[topic.code, language]
        if not unsaid:
            unsaid += [saying for saying in topic.sayings if saying.language == language]
            self.dice.shuffle(unsaid)
        return unsaid.pop()

    def _write_description(self, saying) -> str:
        """Return the description: the saying alone, or with another sentence."""
        chance = self.dice.random()
        if chance < 0.1 and saying.answers:
            return ""
        if chance < 0.65:
            return saying.text
        tails = self.talk["tails" if saying.language == "en" else "dice_tails"]
        text = saying.text if saying.text[-1] in ".!?" else f"{saying.text}."
        return f"{text} {self.dice.choice(tails)}"

    def _answers(self, topic, saying) -> dict[str, list[str]]:
        """Return the answers by question code: fitting the text, or else without effect."""
        answers = {}
        for question in get_questions(self._categories[topic.code]):
            if question.code in saying.answers:
                answers[question.code] = [saying.answers[question.code]]
            elif question.is_required or self.dice.random() < 0.4:
                answers[question.code] = self._some_answer(topic, question)
        return {code: given for code, given in answers.items() if given}

    def _some_answer(self, topic, question) -> list:
        """Return [one random answer] that has no effect, [] if there is none."""
        if texts := topic.answers.get(question.code):
            return [self.dice.choice(texts)]
        calm = [choice.key for choice in question.choices.all() if not choice.effect]
        return [self.dice.choice(calm)] if calm else []


def _categories() -> dict[str, Category]:
    """Return the active categories by service code, each with its questions."""
    categories = Category.objects.active()
    return {
        category.service_code: category
        for category in categories.prefetch_related("questions__choices__agency")
    }
