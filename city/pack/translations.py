"""words.<language>.csv: translations of the pack's texts, keyed by the text."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from city.models import Translation
from city.models.canned_text import find_placeholders
from city.pack import cells
from city.pack.file_reader import PackRow, read_table
from city.pack.report import PackReport
from city.pack.sync import select_valid_rows
from city.pack.tables import Table
from lib.tabular import Column, Schema

# The schema of one file, and the table of the files of all languages.
SCHEMA = Schema(
    [Column("english", cells.parse_paragraphs), Column("translation", cells.parse_paragraphs)],
    ["english"],
)
TRANSLATIONS = Table(
    "words.*.csv",
    Translation,
    "translations",
    ["language", "source", "words"],
    ["language", "source"],
    is_ordered=False,
)

# Columns that residents read. Other columns are for staff, who use the city's own language.
COLUMNS_FOR_RESIDENTS = {
    "groups.csv": ["name"],
    "categories.csv": ["name", "hint"],
    "questions.csv": ["label", "hint"],
    "choices.csv": ["label", "hint", "stop_text"],
    "departments.csv": ["name", "handles"],
    "agencies.csv": ["handles"],
    "decline_reasons.csv": ["name", "words"],
    "hold_reasons.csv": ["name"],
    "hand_back_reasons.csv": ["name"],
    "route_reasons.csv": ["name"],
    "resolutions.csv": ["name"],
    "canned_texts.csv": ["body"],
    "city.toml": ["office_hours", "promise_triage", "police_label"],
}

# Proper names, for which a missing translation is no problem.
NAME_COLUMNS = {
    "zones.geojson": ["name"],
    "agencies.csv": ["name", "phone"],
    "places.csv": ["name"],
    "city.toml": ["name", "service_name", "state", "address"],
}


def translation_file(language: str) -> str:
    return f"words.{language}.csv"


def read_translations(report: PackReport, folder: Path) -> list[PackRow]:
    """Return the valid translations of every words.<language>.csv; report the others.

    The files of `folder` come in order of name; each row has `language`, `source` and `words`.
    """
    return [
        row for path in sorted(folder.glob(TRANSLATIONS.file)) for row in _read_file(report, path)
    ]


def _read_file(report: PackReport, path: Path) -> list[PackRow]:
    """Return the valid rows of one file, with the language of its name; report the others."""
    language = path.name.removeprefix("words.").removesuffix(".csv")
    rows = [
        PackRow(
            line, {"language": language, "source": given["english"], "words": given["translation"]}
        )
        for line, given in read_table(report, path, SCHEMA)
    ]
    return select_valid_rows(report, path.name, rows, Translation, _find_placeholder_mismatches)


def _find_placeholder_mismatches(values: dict[str, Any]) -> Iterator[str]:
    """Yield a reason for each placeholder that only one of the two texts has."""
    for name in sorted(find_placeholders(values["source"]) ^ find_placeholders(values["words"])):
        yield f"translation: {{{name}}} stands in one text only"


def warn_of_mismatches(
    report: PackReport, city: dict[str, Any], rows: dict[str, list[PackRow]]
) -> None:
    """Add warnings for texts without a translation, and for translations without a text.

    The languages are those that the city offers, without the default one, and those with a file.
    """
    needed, names = (
        set(_collect_texts(COLUMNS_FOR_RESIDENTS, rows)),
        set(_collect_texts(NAME_COLUMNS, rows)),
    )
    offered = set(city.get("languages", [])) - {settings.LANGUAGE_CODE}
    for language in sorted(offered | {row.values["language"] for row in rows[TRANSLATIONS.file]}):
        _warn_of_language(report, language, needed, names, _find_lines(language, rows))


def list_untranslated(language: str, rows: dict[str, list[PackRow]]) -> list[str]:
    """Return the texts that residents would read in English, each once, in the files' order.

    Proper names (NAME_COLUMNS) need no translation and are left out.
    """
    known = _find_lines(language, rows)
    needed = dict.fromkeys(_collect_texts(COLUMNS_FOR_RESIDENTS, rows))
    return [source for source in needed if source not in known]


def _find_lines(language: str, rows: dict[str, list[PackRow]]) -> dict[str, int]:
    """Return the line in its file of each source text that has a translation into `language`."""
    return {
        row.values["source"]: row.line
        for row in rows[TRANSLATIONS.file]
        if row.values["language"] == language
    }


def _warn_of_language(
    report: PackReport, language: str, needed: set[str], names: set[str], lines: dict[str, int]
) -> None:
    """Add a warning for each obsolete translation into a language, and one for all missing ones.

    A proper name in `names` is neither missing nor obsolete. `lines` are those of the translated
    texts.
    """
    file = translation_file(language)
    for source in sorted(lines.keys() - needed - names, key=lines.__getitem__):
        report.add_warning(file, lines[source], f"the pack no longer has “{shorten(source)}”")
    missing = sorted(needed - lines.keys())
    if missing:
        said = ", ".join(f"“{shorten(source)}”" for source in missing[:5])
        more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
        report.add_warning(
            file, 1, f"{len(missing)} of {len(needed)} texts are missing: {said}{more}"
        )


def _collect_texts(columns: dict[str, list[str]], rows: dict[str, list[PackRow]]) -> Iterator[str]:
    """Yield the nonblank texts in the columns of each file."""
    for file, names in columns.items():
        for row in rows[file]:
            yield from (row.values[name] for name in names if row.values[name])


def shorten(text: str, longest: int = 60) -> str:
    """Return `text` on one line, cut to `longest` characters and “…” if it is longer."""
    line = text.replace("\n", " ")
    return line if len(line) <= longest else f"{line[:longest]}…"
