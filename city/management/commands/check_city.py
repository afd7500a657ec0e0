from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from city.pack import check_pack, missing_translations_as_csv
from city.pack.report import format_count


class Command(BaseCommand):
    help = (
        "Look through a city's folder and say every problem with its file, line and reason; then "
        "what else one would want to know before residents see it. Changes nothing and needs no "
        "database. Ends with 1 where a pack could not be loaded, with 0 where it can."
    )
    requires_system_checks = []

    def add_arguments(self, parser) -> None:
        """Add the pack's folder, --strict and --words LANGUAGE for the check of a city."""
        parser.add_argument("folder", help="The folder that holds city.toml.")
        parser.add_argument(
            "--strict", action="store_true", help="End with 1 where there are warnings too."
        )

        parser.add_argument(
            "--words",
            metavar="LANGUAGE",
            help="Print the texts that the LANGUAGE file does not translate yet, as lines for it.",
        )

    def handle(self, *args, folder, strict, words, **options) -> None:
        """Check a folder and print its problems, then its warnings or untranslated texts.

        `words` is a language code; its missing translations are printed as CSV if the pack has no
        problem. Raise CommandError if there are problems, and with `strict` also for warnings.
        """
        folder = Path(folder).resolve()
        report = check_pack(folder)
        for problem in report.problems:
            self.stderr.write(str(problem))
        if words and not report.problems:
            self.stdout.write(missing_translations_as_csv(folder, words), ending="")
            return
        for warning in report.warnings:
            self.stdout.write(f"{warning.file}:{warning.line}: warning: {warning.reason}")
        if report.problems:
            raise CommandError(f"{_format_counts(report)}. The city can't be loaded yet.")
        self.stdout.write(f"{_format_counts(report)}. The city can be loaded.")
        if strict and report.warnings:
            raise CommandError("With --strict the warnings count too.")


def _format_counts(report) -> str:
    """Return the numbers of problems and warnings in words."""
    return f"{format_count(report.problems, 'problem')}, {format_count(report.warnings, 'warning')}"
