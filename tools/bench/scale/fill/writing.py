"""From seed to tables: processes that tell their share of the stories and COPY them as they go."""

import heapq
import random
from collections import deque
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import accumulate
from math import exp

import psycopg

from requests_app.reference import ALPHABET
from tools.bench.scale.fill.plots import IMPORTED, Teller
from tools.bench.scale.fill.story import DAY, Story
from tools.bench.scale.fill.tables import COLUMNS, Rows
from tools.bench.scale.fill.world import FIGURES, Weighted

YEARS = 12
OPEN = {50_000: 5_000}  # of the other sizes 30,000
STUCK = Weighted(  # in what state of work those are that wait for long
    ["filed", "routed", "assigned", "scheduled", "in_progress", "on_hold", "awaiting_resident",
     "disputed"],
    [6, 34, 12, 16, 14, 9, 4, 5],
)  # fmt: skip
WAIT, MOST = 180.0, 0.65  # days: the mean age of what is stuck; the largest share of a day's
RECENT = 3000  # stories whose rows can still change: another one is found to be the same
FLUSHED = 4000  # lines
SPREAD = 92_821_318_977  # shares no factor with 26
IDS = 16  # so many of each table's ids a request has at most, on average
DEVICES_ANEW = 0.6


class Devices:
    """Browsers of residents. Most report once; some again soon."""

    def __init__(self, rows, dice, base):
        self.rows, self.dice, self.last = rows, dice, base
        self.recent = deque(maxlen=2000)

    def one(self, at):
        if self.recent and self.dice.random() > DEVICES_ANEW:
            return self.dice.choice(self.recent)
        self.last += 1
        self.rows.device(self.last, f"{self.dice.getrandbits(256):064x}", at)
        self.recent.append(self.last)
        return self.last


def target_open(count):
    return OPEN.get(count, min(30_000, count // 10))


def days_of(count, end):
    """(day since 1970, requests filed on it) of the years before `end`, by weekday and month."""
    last = end // DAY - 1
    days = range(last - int(YEARS * 365.25) + 1, last + 1)
    weights = []
    for day in days:
        when = datetime.fromtimestamp(day * DAY, UTC)
        weights.append(FIGURES["weekdays"][when.weekday()] * FIGURES["months"][when.month - 1])
    sums = list(accumulate(weights))
    upto = [count * each // sums[-1] for each in sums]
    return list(zip(days, (b - a for a, b in zip([0, *upto], upto, strict=False)), strict=True))


def stuck_share(count):
    """age in days -> the chance that one so old is stuck, so that in all `target_open` are."""
    a_day = count / (YEARS * 365.25)
    goal = target_open(count) * 0.93  # what is on its way is open too
    wait = max(WAIT, goal / (a_day * MOST))
    top = goal / (a_day * wait)
    return lambda age: top * exp(-age / wait)


def write_share(url, world, texts, count, seed, end, share, shares):
    """This process's share of `count` requests; returns how many rows it wrote by table."""
    dice = random.Random(f"{seed}:{share}")
    days = days_of(count, end)
    first, last = len(days) * share // shares, len(days) * (share + 1) // shares
    number = sum(n for _day, n in days[:first])
    rows = Rows(world, dice, end, number * IDS)
    writer = Writer(url, world, texts, dice, rows, end, Devices(rows, dice, number * 3), seed)
    stuck = stuck_share(count)
    hours = Weighted(range(24), FIGURES["hours"])
    imported = int(count * IMPORTED)
    with writer:
        for day, filed in days[first:last]:
            moments = sorted(
                day * DAY + hours.draw(dice) * 3600 + dice.randrange(3600) + 8 * 3600
                for _ in range(filed)
            )
            chance = stuck((end // DAY) - day)
            for at in moments:
                number += 1
                writer.tell(number, min(at, end), chance, number <= imported)
    return writer.written


class Writer:
    """Writes events in the order of time, whoever's they are, as a city's database has them."""

    def __init__(self, url, world, texts, dice, rows, end, devices, seed):
        self._url, self.world, self.dice, self.rows, self.end = url, world, dice, rows, end
        self.teller = Teller(world, texts, dice, end, devices)
        self._ahead, self._turn, self._recent = [], 0, deque()
        self._ended, self.written = ExitStack(), dict.fromkeys(COLUMNS, 0)
        self._offset = seed * 1_000_003

    def __enter__(self):
        self._copies = {}
        for table, columns in COLUMNS.items():
            connection = self._ended.enter_context(psycopg.connect(self._url))
            connection.execute("SET synchronous_commit = off")
            names = ", ".join(f'"{name.strip()}"' for name in columns.split(","))
            copy = connection.cursor().copy(f"COPY {table} ({names}) FROM STDIN")
            self._copies[table] = self._ended.enter_context(copy)
        return self

    def __exit__(self, kind, *failure):
        try:
            if kind is None:
                self._write_until(None)
                while self._recent:
                    self._leave()
                self._flush(0)
        finally:
            self._ended.__exit__(kind, *failure)

    def tell(self, number, at, chance, is_imported):
        story = Story(number, self.world, self.world.calendar, self.end)
        story.reference = self._reference(number)
        if is_imported:
            self.teller.imported(story, at, number)
        else:
            plot = STUCK.draw(self.dice) if self.dice.random() < chance else ""
            self.teller.tell(story, at, plot)
        for event in story.events:
            self._turn += 1
            heapq.heappush(self._ahead, (event.at, self._turn, event, story))
        self._recent.append(story)
        if not is_imported:
            self.teller.by_kind.setdefault(story.kind.id, deque(maxlen=20)).append(story)
        self._write_until(at)
        if len(self._recent) > RECENT:
            self._leave()
        self._flush(FLUSHED)

    def _write_until(self, moment):
        ahead, write = self._ahead, self.rows.event
        while ahead and (moment is None or ahead[0][0] < moment):
            _at, _turn, event, story = heapq.heappop(ahead)
            write(event, story)
            if event is story.events[-1]:
                self._looked_at(story)

    def _looked_at(self, story):
        """What residents wrote on open requests was seen by somebody, more often than not."""
        spoke = any(event.device and event.words for event in story.events)
        if spoke and story.closed_at is None and self.dice.random() < 0.6:
            self.rows.look(story, self.dice.choice(self.world.agents))

    def _leave(self):
        self.rows.request(self._recent.popleft())

    def _reference(self, number):
        """Each number has its own, and none tells which number that was."""
        left, letters = (number * SPREAD + self._offset) % len(ALPHABET) ** 8, ""
        for _letter in range(8):
            left, letter = divmod(left, len(ALPHABET))
            letters += ALPHABET[letter]
        return f"{self.world.prefix}-{letters[:4]}-{letters[4:]}"

    def _flush(self, least):
        for table, lines in self.rows.lines.items():
            if len(lines) > least:
                self._copies[table].write("".join(lines))
                self.written[table] += len(lines)
                lines.clear()
