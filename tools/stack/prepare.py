"""Prepare a stack as the containers migrate and bucket do: tables, city, static files, bucket."""

import django
from django.core.management import call_command


def main() -> None:
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_city", first=True, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("write_outage_pages")
    call_command("prepare_bucket", verbosity=0)


if __name__ == "__main__":
    main()
