"""Inflected forms and misspellings of a word."""

from rapidfuzz.distance import OSA

MIN_LENGTH_FOR_TYPO = 4
MIN_LENGTH_FOR_CHANGED_LETTER = 6  # shorter words with one letter changed equal too many others
MAX_TYPOS = 2  # in one word
MIN_LENGTH_FOR_TWO_TYPOS = 8


def list_word_forms(word: str) -> list[str]:
    """Return the word, then its forms with English and Spanish endings, also wrong ones."""
    bare = word.removesuffix("e")
    endings = [f"{word}{ending}" for ending in ("s", "es")]
    endings += [f"{bare}{ending}" for ending in ("ed", "ing", "in")]
    if len(word) > 2 and word[-1] not in "aeiouwxy" and word[-2] in "aeiou":
        endings += [f"{word}{word[-1]}{ending}" for ending in ("ed", "ing")]
    if word.endswith("y"):
        endings += [f"{word[:-1]}{ending}" for ending in ("ies", "ied")]
    return [word, *endings]


def max_typos(word: str) -> int:
    """Return the number of typos that a word of the table may have: 0, 1, or 2 from 8 letters on.

    A word of less than four letters, or with other characters than letters, may have none.
    """
    if len(word) < MIN_LENGTH_FOR_TYPO or not word.isalpha():
        return 0
    return 1 if len(word) < MIN_LENGTH_FOR_TWO_TYPOS else MAX_TYPOS


def letter_bits(word: str) -> int:
    """Return a bit mask of the letters of a word.

    One typo changes at most two bits, so most words are ruled out without a comparison.
    """
    bits = 0
    for letter in word:
        bits |= 1 << ord(letter) % 26
    return bits


def is_typo(typed: str, form: str, limit: int) -> bool:
    """Return True if `typed` is `form` with at most `limit` typos and the same beginning.

    The first letter must be the same, or the first two may be swapped. In a word of less than six
    letters, a changed letter counts as two typos.
    """
    if abs(len(typed) - len(form)) > limit:
        return False
    if typed[0] != form[0] and typed[:2] != form[1::-1]:
        return False
    if OSA.distance(typed, form, score_cutoff=limit) > limit:
        return False
    return (
        len(form) >= MIN_LENGTH_FOR_CHANGED_LETTER or edit_distance(typed, form, change=2) <= limit
    )


def edit_distance(one: str, other: str, change: int) -> int:
    """Return the optimal string alignment distance of two words.

    A changed letter costs `change`; each other edit costs 1.
    """
    before: list[int] = []
    above = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, another in enumerate(other, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + change * (letter != another))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == another:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, above = above, row
    return above[-1]
