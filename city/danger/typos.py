"""How a word is typed: its endings, and its misspellings."""

from rapidfuzz.distance import OSA

SHORTEST = 4  # letters below which a word is found only as it is
CHANGED = 6  # letters from which one of them may be another: shorter ones are too many words then
MOST = 2  # typos in one word
LONG = 8  # letters from which two typos are still one word


def forms_of(word: str) -> list[str]:
    """The word with the endings that English and Spanish put to it; the table has it bare."""
    bare = word.removesuffix("e")
    endings = [f"{word}{ending}" for ending in ("s", "es")]
    endings += [f"{bare}{ending}" for ending in ("ed", "ing", "in")]
    if len(word) > 2 and word[-1] not in "aeiouwxy" and word[-2] in "aeiou":
        endings += [f"{word}{word[-1]}{ending}" for ending in ("ed", "ing")]
    if word.endswith("y"):
        endings += [f"{word[:-1]}{ending}" for ending in ("ies", "ied")]
    return [word, *endings]


def typos_in(word: str) -> int:
    """How many typos a word of the table may have."""
    if len(word) < SHORTEST or not word.isalpha():
        return 0
    return 1 if len(word) < LONG else MOST


def letters_in(word: str) -> int:
    """One bit for each letter: a typo changes two at the most, so most words need no comparing."""
    bits = 0
    for letter in word:
        bits |= 1 << ord(letter) % 26
    return bits


def is_typo(typed: str, form: str, most: int) -> bool:
    """Whether a typed word is `form` with at most `most` typos, and begins as it does."""
    if abs(len(typed) - len(form)) > most:
        return False
    if typed[0] != form[0] and typed[:2] != form[1::-1]:
        return False
    if OSA.distance(typed, form, score_cutoff=most) > most:
        return False
    return len(form) >= CHANGED or distance(typed, form, change=2) <= most


def distance(one: str, other: str, change: int) -> int:
    """Letters to change, add, leave out or swap with the next (optimal string alignment).

    `change` is what another letter costs; the rest costs 1.
    """
    before, above = [], list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, another in enumerate(other, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + change * (letter != another))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == another:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, above = above, row
    return above[-1]
