"""The results of DMARC in the header fields Authentication-Results (RFC 8601) of one server."""

import re
from collections.abc import Iterator
from email.message import Message

PASS = "pass"  # noqa: S105 - a result
MISSING = "missing"
CONTRADICTORY = "contradictory"
_VERSION = re.compile(r"\s+\d+")
_RESULT = re.compile(r"dmarc(?:\s*/\s*\d+)?\s*=\s*([a-z]+)", re.ASCII)
_DOMAIN = re.compile(r"\bheader\.from\s*=\s*\"?([^\s;\"]+)", re.ASCII)


def find_dmarc_result(headers: Message, server: str, depth: int) -> tuple[str, str]:
    """Return (result, domain of From that was checked) by the server with this authserv-id.

    A field with another id is ignored, as is one below more than `depth` fields Received: the
    server's own trace stands above what a sender wrote. The result is MISSING without such a
    field, and CONTRADICTORY if two differ.
    """
    results: set[tuple[str, str]] = set()
    received = 0
    for name, value in headers.items():
        received += name.lower() == "received"
        if name.lower() == "authentication-results" and received <= depth:
            results.update(_parse_results(str(value), server))
    if not results:
        return MISSING, ""
    return results.pop() if len(results) == 1 else (CONTRADICTORY, "")


def _parse_results(value: str, server: str) -> Iterator[tuple[str, str]]:
    """Yield (result, domain) of each DMARC result, in lower case; none of another server."""
    server_id, *results = (part.strip().lower() for part in _split_outside_quotes(value))
    if not server or _VERSION.sub("", server_id).strip('"') != server.lower():
        return
    for result in results:
        if found := _RESULT.match(result):
            domain = _DOMAIN.search(result)
            yield found[1], domain[1] if domain else ""


def _split_outside_quotes(value: str) -> list[str]:
    """Split at semicolons outside quotes and comments; comments become a space."""
    parts, depth, is_quoted, is_escaped = [""], 0, False, False
    for char in value:
        if is_escaped:
            is_escaped = False
        elif char == "\\":
            is_escaped = True
            continue
        elif char == '"' and not depth:
            is_quoted = not is_quoted
        elif not is_quoted and char == "(":
            depth += 1
            continue
        elif not is_quoted and char == ")" and depth:
            depth -= 1
            parts[-1] += " "
            continue
        elif char == ";" and not depth and not is_quoted:
            parts.append("")
            continue
        if not depth:
            parts[-1] += char
    return parts
