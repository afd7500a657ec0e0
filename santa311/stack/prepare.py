"""Tables, the city, the pages' files and the bucket: what the container `migrate` does."""

import runpy
from pathlib import Path

import django
from django.core.management import call_command

BUCKET = Path(__file__).resolve().parents[2] / "docker" / "bucket.py"


def main():
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_city", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    runpy.run_path(str(BUCKET), run_name="__main__")


if __name__ == "__main__":
    main()
