from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet

from city.models import Category, Department
from lib import security_log
from requests_app.models import ApiKey
from requests_app.models.api_key import DEPARTMENT_VERBS, FRONT_END_VERBS


class Command(BaseCommand):
    help = (
        "Create an API key and print it, once. Without --department it is for a front end for "
        "residents, which files, comments, confirms and disputes; with one it is for the system of "
        "that department, which starts, holds and finishes its work."
    )

    def add_arguments(self, parser) -> None:
        """Add the arguments of `create_api_key`: the key's name, and what it may do.

        --verb and --service can be repeated; without --verb, the usual verbs apply.
        """
        parser.add_argument("name", help="as residents read it in a request's history")
        parser.add_argument("--department", metavar="SLUG", help="whose system it is")
        parser.add_argument(
            "--verb", action="append", metavar="VERB", help="this one only; several times"
        )
        parser.add_argument(
            "--service", action="append", default=[], metavar="CODE", help="this one only"
        )
        parser.add_argument("--per-minute", type=int, default=60)
        parser.add_argument(
            "--exact-locations",
            action="store_true",
            help="it reads where exactly requests of sensitive kinds are, not only their block",
        )

    def handle(
        self,
        *,
        name: str,
        department: str | None,
        verb: list[str] | None,
        service: list[str],
        per_minute: int,
        exact_locations: bool,
        **_options,
    ) -> None:
        """Save an API key, log its issue, and print its secret.

        Raise CommandError for an unknown department or service, and for invalid values.
        """
        of = _find_department(department) if department else None
        services = [_find_category(code) for code in service]
        verbs = verb or list(DEPARTMENT_VERBS if of else FRONT_END_VERBS)
        key = ApiKey(
            name=name,
            department=of,
            verbs=verbs,
            per_minute=per_minute,
            sees_exact_locations=exact_locations,
        )
        secret = key.generate_secret()
        try:
            key.full_clean()
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        key.save()
        key.services.set(services)
        security_log.record_action("api_key.issued", target=f"key:{key.pk}")
        self.stdout.write(secret)


def _find_department(slug: str) -> Department:
    """Return the department with the slug. Raise CommandError with the known slugs."""
    try:
        return Department.objects.get(slug=slug)
    except Department.DoesNotExist as error:
        raise _unknown(Department.objects.active(), "slug", slug) from error


def _find_category(code: str) -> Category:
    """Return the category with the code. Raise CommandError with the known codes."""
    try:
        return Category.objects.get(service_code=code)
    except Category.DoesNotExist as error:
        raise _unknown(Category.objects.active(), "service_code", code) from error


def _unknown(rows: QuerySet, column: str, value: str) -> CommandError:
    """Return an error that lists the known values of the column."""
    known = ", ".join(rows.order_by(column).values_list(column, flat=True))
    name = rows.model._meta.verbose_name
    return CommandError(f"There is no {name} {value!r}. There are: {known}.")
