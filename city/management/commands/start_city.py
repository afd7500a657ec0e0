from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from city.pack import check_pack
from city.pack.start import CannotCreateFolder, create_city_folder

PACKS = Path(settings.BASE_DIR) / "city" / "packs"


class Command(BaseCommand):
    help = (
        "Make a folder for a new city: every file with its columns explained, and a set of "
        "departments and categories to begin with. It can be loaded at once; ./run check-city "
        "says what is still an example. docs/tutorials/your-city.md goes on from here."
    )
    requires_system_checks = []

    def add_arguments(self, parser) -> None:
        """Add the new city's name, --dir for its folder, and --center LAT,LNG."""
        parser.add_argument("name", help="The city's name, as it is said: “Spring Falls”.")
        parser.add_argument(
            "--dir", type=Path, default=PACKS, help=f"Where the folder is made ({PACKS})."
        )
        parser.add_argument(
            "--center",
            default="",
            metavar="LAT,LNG",
            help="The middle of the city in degrees, written with =: --center=34.02,-118.48",
        )

    def handle(self, *args, name, dir, center, **options) -> None:  # noqa: A002 - the option's name
        """Create a folder for the city `name` in `dir`, and print what to do next.

        Raise CommandError if it cannot be created. `center` is `lat,lng` or "".
        """
        try:
            folder = create_city_folder(name, dir, center)
        except CannotCreateFolder as problem:
            raise CommandError(str(problem)) from problem
        found = len(check_pack(folder).warnings)
        self.stdout.write(f"Made {folder}")
        self.stdout.write(f"  {found} things in it are still an example or missing. See them with")
        self.stdout.write(f"    ./run check-city {folder}")
        self.stdout.write("  and the city itself with")
        self.stdout.write(f"    ./run demo --pack {folder}")
