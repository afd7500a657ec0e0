"""Removal of quoted mails and signatures from the text of a reply.

Lines are compared as plain strings, so a hostile text costs no more than its length. What is not
recognized stays: a reply with too much text is better than one without its words. A closing with
short lines after it goes, since a signature has a name, an address and a phone number, and most
replies are public.
"""

from collections.abc import Collection

EARLIER_MAIL = "\ue000"  # a line before an earlier mail, from HTML; no keyboard has the character
_ATTRIBUTION_ENDS = ("wrote:", "escribió:", "escribio:", "a écrit :", "schrieb:")
_ATTRIBUTION_STARTS = ("on ", "el ", "le ", "am ")
_HEADER_STARTS = (
    "from:", "de:", "sent:", "enviado:", "enviado el:", "date:", "fecha:", "to:", "para:",
    "subject:", "asunto:",
)  # fmt: skip
_ORIGINAL = ("original message", "mensaje original", "forwarded message", "mensaje reenviado")
_DEVICE_STARTS = (
    "sent from", "enviado desde", "get outlook for", "obtener outlook para", "obtén outlook para",
    "yahoo mail:", "sent with", "enviado con",
)  # fmt: skip
_CLOSINGS = frozenset({
    "thanks", "thank you", "many thanks", "thanks again", "best", "all the best", "cheers",
    "best regards", "kind regards", "warm regards", "regards", "respectfully", "sincerely",
    "sincerely yours", "yours sincerely", "yours truly", "gracias", "muchas gracias", "saludos",
    "saludos cordiales", "un saludo", "un cordial saludo", "cordialmente", "atentamente", "atte",
    "muy atentamente",
})  # fmt: skip
_MAX_SIGNATURE_LINES = 8
_MAX_SIGNATURE_LINE = 80
_MIN_WORDS_OF_SENTENCE = 4
_MAX_ATTRIBUTION_LINES = 3
_MAX_DEVICE_LINE = 120


def extract_reply(text: str, own_addresses: Collection[str]) -> str:
    """Return the text without quoted mails, their first lines, and the signature.

    `own_addresses` are those from which the quoted mail came: the line with one begins a quote in
    every language. Lines after a quote whose lines begin with ">" stay, as some people write there.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at].strip()
        if line.startswith(">"):
            _drop_attribution(kept, own_addresses)
            while at < len(lines) and lines[at].strip().startswith(">"):
                at += 1
            continue
        if _begins_earlier_mail(lines, at, own_addresses):
            if _is_attribution(_normalize_line(line), own_addresses):
                kept.append(line)
            _drop_attribution(kept, own_addresses)
            break
        if line == "--":
            following = (n for n in range(at, len(lines)) if lines[n].strip().startswith(">"))
            at = next(following, len(lines))
            continue
        kept.append(lines[at].rstrip())
        at += 1
    _drop_device_line(kept)
    _drop_signature(kept)
    return "\n".join(kept).strip()


def _begins_earlier_mail(lines: list[str], at: int, own_addresses: Collection[str]) -> bool:
    """Return True if an earlier mail without signs of quoting begins at this line."""
    line = _normalize_line(lines[at])
    if line == EARLIER_MAIL or (line.startswith("-") and any(words in line for words in _ORIGINAL)):
        return True
    following = [_normalize_line(each) for each in lines[at + 1 : at + 6]]
    headers = sum(each.startswith(_HEADER_STARTS) for each in following)
    if line.startswith(("from:", "de:")) and headers >= 2:
        return True
    if not _is_attribution(line, own_addresses) or not _names_earlier_mail(
        lines[max(0, at - _MAX_ATTRIBUTION_LINES + 1) : at + 1], own_addresses
    ):
        return False
    rest = (found for n in range(at + 1, len(lines)) if (found := lines[n].strip()))
    return not next(rest, ">").startswith(">")


def _names_earlier_mail(lines: list[str], own_addresses: Collection[str]) -> bool:
    """Return True if a line begins as an attribution, or has an address of ours.

    “My neighbor wrote:” does neither: the person's own text follows.
    """
    return any(
        line.startswith(_ATTRIBUTION_STARTS) or any(own in line for own in own_addresses)
        for line in map(_normalize_line, lines)
    )


def _is_attribution(line: str, own_addresses: Collection[str]) -> bool:
    """Return True if the lower-case line says who wrote the quote that follows."""
    is_named = any(address in line for address in own_addresses)
    return line.endswith(_ATTRIBUTION_ENDS) or (
        is_named and (line.endswith(":") or line.startswith(("from:", "de:")))
    )


def _drop_attribution(kept: list[str], own_addresses: Collection[str]) -> None:
    """Remove blank lines, rules, and lines that say who wrote the quote, from the end of `kept`."""
    _drop_blank_lines(kept)
    if kept and _is_attribution(_normalize_line(kept[-1]), own_addresses):
        del kept[-_count_attribution_lines(kept) :]
    _drop_blank_lines(kept)


def _count_attribution_lines(kept: list[str]) -> int:
    """Return how many of the last lines say who wrote the quote: programs wrap long ones."""
    for count in range(1, min(_MAX_ATTRIBUTION_LINES, len(kept)) + 1):
        line = _normalize_line(kept[-count])
        if line.startswith(_ATTRIBUTION_STARTS):
            return count
        if not line or line.startswith(("from:", "de:")):
            break
    return 1


def _drop_signature(kept: list[str]) -> None:
    """Remove a closing such as “Best regards,” with the short lines after it.

    The text stays if nothing stands before the closing, or a line after it is a sentence.
    """
    for count in range(1, min(_MAX_SIGNATURE_LINES, len(kept) - 1) + 1):
        if _normalize_line(kept[-count]).rstrip(".,!- ") in _CLOSINGS:
            if count > 1 and any(line.strip() for line in kept[:-count]):
                del kept[-count:]
            return
        if len(kept[-count]) > _MAX_SIGNATURE_LINE or _is_sentence(kept[-count]):
            return


def _is_sentence(line: str) -> bool:
    """Return True if the line has several words, and ends as a sentence does."""
    return line.rstrip().endswith((".", "!", "?")) and len(line.split()) >= _MIN_WORDS_OF_SENTENCE


def _drop_device_line(kept: list[str]) -> None:
    """Remove a last line such as “Sent from my phone”."""
    _drop_blank_lines(kept)
    while (
        kept
        and len(kept[-1]) <= _MAX_DEVICE_LINE
        and _normalize_line(kept[-1]).startswith(_DEVICE_STARTS)
    ):
        kept.pop()
        _drop_blank_lines(kept)


def _drop_blank_lines(kept: list[str]) -> None:
    """Remove blank lines and rules of underscores from the end."""
    while kept and not kept[-1].strip(" _\xa0\u200b*"):
        kept.pop()


def _normalize_line(line: str) -> str:
    """Return the line in lower case, without blanks and bold signs around it."""
    return line.strip(" \t\xa0*").replace("*", "").lower()
