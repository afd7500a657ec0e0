"""A pack that is only looked at: everything `load` would refuse, and what else one would want to
know. No database is needed.

Other rooms take part through `settings.CITY_CHECKERS`: dotted paths of functions called with
`(folder, report, contents)`, as they do in the loading through `CITY_LOADERS`.
"""

from pathlib import Path

from django.conf import settings
from django.utils.module_loading import import_string

from city.pack import contents, translations, warnings
from city.pack.export import as_csv
from city.pack.read import separator_of
from city.pack.report import Report


def check(folder) -> Report:
    """The pack's problems, in the order of its files, and its warnings. Changes nothing."""
    report, folder = Report(), Path(folder)
    pack = contents.read(report, folder)
    for path in settings.CITY_CHECKERS:
        import_string(path)(folder, report, pack)
    if pack.rows:
        warnings.add(report, folder, pack)
    return report


def words_to_translate(folder, language: str) -> str:
    """A table like words.<language>.csv of what is not in there yet, the second column empty."""
    pack = contents.read(Report(), Path(folder))
    sources = translations.untranslated(language, pack.rows)
    separator = separator_of(Path(folder) / translations.file_of(language))
    return as_csv(([source, ""] for source in sources), separator)
