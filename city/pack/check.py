"""Check of a pack without loading it: all that `load_pack` would refuse, and warnings.

It needs no database. Other apps take part through `settings.CITY_CHECKERS`: dotted paths of
functions called with `(folder, report, contents)`, like `CITY_LOADERS` when loading.
"""

from pathlib import Path

from django.conf import settings
from django.utils.module_loading import import_string

from city.pack import contents, translations, warnings
from city.pack.export import format_csv
from city.pack.file_reader import find_separator
from city.pack.report import PackReport


def check_pack(folder: str | Path) -> PackReport:
    """Return a report of the pack's problems, in the order of its files, and its warnings.

    Nothing is raised for a broken pack. A folder without a pack has no warnings.
    """
    report, folder = PackReport(), Path(folder)
    pack = contents.read_pack(report, folder)
    for path in settings.CITY_CHECKERS:
        import_string(path)(folder, report, pack)
    if pack.rows:
        warnings.add_warnings(report, folder, pack)
    return report


def missing_translations_as_csv(folder: str | Path, language: str) -> str:
    """Return CSV of the texts without translation into `language`; the second column is empty.

    There is no header. The cells are separated as in the existing file of the language.
    """
    pack = contents.read_pack(PackReport(), Path(folder))
    sources = translations.list_untranslated(language, pack.rows)
    separator = find_separator(Path(folder) / translations.translation_file(language))
    return format_csv(([source, ""] for source in sources), separator)
