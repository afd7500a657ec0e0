from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import (
    EmailValidator,
    MaxValueValidator,
    MinValueValidator,
    RegexValidator,
    URLValidator,
)
from django.db import models
from django.utils.translation import gettext_lazy as _

from city import cache
from city.calendar import WorkCalendar
from city.logo import validate_logo
from city.models.shared import NamedModel, name_field
from city.translation import find_languages_without_catalogue

COLOR_PATTERN = r"^#[0-9a-fA-F]{6}\Z"
COLOR = RegexValidator(COLOR_PATTERN, _("Write a color as #rrggbb."))


def _build_color_field(label) -> models.CharField:
    return models.CharField(label, max_length=7, blank=True, validators=[COLOR])


COUNTRY = RegexValidator(r"^[A-Z]{2}\Z", _("Use the two capital letters of a country, like US."))


def validate_way_to_report(value) -> None:
    """Raise ValidationError unless `value` is an email address or an https URL."""
    check = URLValidator(["https"]) if "://" in value else EmailValidator()
    check(value)


MAX_PERIOD_DAYS = 3650  # days
CONTACT_KEPT_DAYS = 180
MAX_READ_ONLY_WORDS = 300  # characters


def _build_period_field(label, help_text, **options) -> models.PositiveSmallIntegerField:
    """Return a field of 1 to MAX_PERIOD_DAYS days."""
    return models.PositiveSmallIntegerField(
        label,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_PERIOD_DAYS)],
        help_text=help_text,
        **options,
    )


def working_week() -> list[int]:
    return [0, 1, 2, 3, 4]


def only_english() -> list[str]:
    return ["en"]


class City(NamedModel):
    """The one city that this installation serves: its texts, contacts, outline and hours."""

    jurisdiction_id = models.CharField(
        _("jurisdiction id"), max_length=60, help_text=_("Open311's name for the city.")
    )
    name = name_field()
    service_name = models.CharField(
        _("service name"), max_length=80, help_text=_("Appears beside the logo on every page.")
    )
    reference_prefix = models.CharField(
        _("request number prefix"),
        max_length=4,
        validators=[RegexValidator(r"^[A-Z]{1,4}\Z", _("Use one to four capital letters."))],
        help_text=_("The first letters of a new request's number."),
    )
    state = models.CharField(_("state"), max_length=40, blank=True)
    country = models.CharField(
        _("country"),
        max_length=2,
        default="US",
        blank=True,
        validators=[COUNTRY],
        help_text=_(
            "Two letters. They say how phone numbers without a country code are read, and whether "
            "distances are in feet and miles (US) or in meters."
        ),
    )
    phone = models.CharField(
        _("phone, as people say it"), max_length=40, help_text=_("For example 3-1-1.")
    )
    phone_tel = models.CharField(
        _("phone, as a phone dials it"), max_length=20, help_text=_("Digits only, or +1…")
    )
    email = models.EmailField(_("email"))
    address = models.CharField(_("address"), max_length=200, blank=True)
    office_hours = models.CharField(_("office hours"), max_length=200, blank=True)
    emergency_phone = models.CharField(_("emergency phone"), max_length=20, default="911")
    police_phone = models.CharField(_("police phone"), max_length=20, blank=True)
    police_label = models.CharField(_("police phone's name"), max_length=80, blank=True)
    ada_contact = models.CharField(
        _("ADA coordinator"),
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text=_("How to reach the coordinator: a phone number, an email, a name."),
    )
    relay_phone = models.CharField(
        _("relay service"),
        max_length=20,
        blank=True,
        default="",
        db_default="",
        help_text=_("For callers who are deaf, hard of hearing or have a speech disability: 711."),
    )
    website = models.URLField(_("website"), blank=True)
    privacy_url = models.URLField(_("privacy page"), blank=True)
    accessibility_url = models.URLField(_("accessibility page"), blank=True)
    security_contact = models.CharField(
        _("security contact"),
        max_length=200,
        blank=True,
        default="",
        db_default="",
        validators=[validate_way_to_report],
        help_text=_(
            "Where to report weaknesses in this site: an email address, or a page that begins with "
            "https://. If blank, the email above."
        ),
    )
    data_license = models.CharField(
        _("license of the open data"),
        max_length=120,
        blank=True,
        default="",
        db_default="",
        help_text=_("Its name: “CC0 1.0”. If blank, the open data page says that none is set."),
    )
    data_license_url = models.URLField(
        _("license's address"),
        blank=True,
        default="",
        db_default="",
        help_text=_("Where people read it. The open data page links to it."),
    )
    time_zone = models.CharField(_("time zone"), max_length=60)
    languages = models.JSONField(_("languages"), default=only_english)
    neighbors = models.JSONField(
        _("neighbor cities"),
        default=list,
        db_default=[],
        blank=True,
        help_text=_("Names that end an address outside the city: “Main St, Los Angeles”."),
    )
    promise_triage = models.CharField(
        _("response time: first review"),
        max_length=80,
        blank=True,
        help_text=_("Completes “An agent reads it, usually …”. Left out where blank."),
    )
    logo = models.TextField(
        _("logo"),
        blank=True,
        validators=[validate_logo],
        help_text=_("A small SVG drawing of plain shapes."),
    )
    accent = _build_color_field(_("accent color"))
    accent_strong = _build_color_field(_("accent color, strong"))
    accent_deep = _build_color_field(_("accent color, deep"))
    accent_tint = _build_color_field(_("accent color, tint"))
    accent_line = _build_color_field(_("accent color, line"))
    sun = _build_color_field(_("call-to-action color on dark ground"))
    outline = models.JSONField(
        _("outline"), help_text=_("GeoJSON; the service area: the union of the areas.")
    )
    center_lat = models.FloatField(_("map center, latitude"))
    center_lng = models.FloatField(_("map center, longitude"))
    drawing = models.JSONField(
        _("base map"),
        default=dict,
        blank=True,
        help_text=_("GeoJSON; land, sand and parks around the streets. Without it all is land."),
    )
    working_weekdays = models.JSONField(
        _("working weekdays"), default=working_week, help_text=_("Monday is 0.")
    )
    alternate_weekday = models.PositiveSmallIntegerField(
        _("weekday worked every other week"), null=True, blank=True
    )
    alternate_anchor = models.DateField(_("a date the city is open"), null=True, blank=True)
    opens_at = models.TimeField(_("opens at"))
    closes_at = models.TimeField(_("closes at"))
    contact_kept_days = _build_period_field(
        _("days a reporter's details are kept"),
        _(
            "Counted from the closing of a request. Then name, email, phone, private links and "
            "followers are deleted; the request itself stays."
        ),
        default=CONTACT_KEPT_DAYS,
    )
    words_kept_days = _build_period_field(
        _("days the text of private requests is kept"),
        _(
            "Counted from the closing. Then description, answers, comments and photos of requests "
            "in private categories are deleted. Blank: together with the reporter's details."
        ),
        null=True,
        blank=True,
    )
    history_needed = models.PositiveSmallIntegerField(
        _("history needed for an expected date"),
        default=30,
        help_text=_(
            "If at least this many requests in a category are finished, new ones are expected "
            "by the time 9 out of 10 took. If not, the target is used. 0 means always use the "
            "target."
        ),
    )
    version = models.CharField(max_length=16, default="", editable=False)
    # The time of the last load; manual changes since then are not in the pack.
    loaded_at = models.DateTimeField(null=True, editable=False)
    # Maintenance: only `city.maintenance` writes these.
    read_only_since = models.DateTimeField(null=True, editable=False)
    read_only_until = models.DateTimeField(null=True, editable=False)
    read_only_words = models.CharField(
        max_length=MAX_READ_ONLY_WORDS, blank=True, default="", db_default="", editable=False
    )

    class Meta:
        verbose_name = _("city")
        verbose_name_plural = _("city")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="there_is_only_one_city"),
            models.CheckConstraint(
                condition=models.Q(alternate_weekday=None, alternate_anchor=None)
                | models.Q(alternate_weekday__range=(0, 6), alternate_anchor__isnull=False),
                name="an_alternate_weekday_has_an_anchor",
            ),
            models.CheckConstraint(
                condition=models.Q(opens_at__lt=models.F("closes_at")),
                name="the_city_opens_before_it_closes",
            ),
        ]

    def clean(self) -> None:
        """Raise ValidationError for a language without a catalogue."""
        if strange := find_languages_without_catalogue(self.languages):
            words = _("The product has no catalogue for: %(codes)s.")
            raise ValidationError({"languages": words % {"codes": ", ".join(strange)}})

    @staticmethod
    @cache.cache_per_version
    def current() -> "City":
        """Return the cached city, read-only. Raise City.DoesNotExist if none is loaded."""
        city = City.objects.first()
        if city is None:
            raise City.DoesNotExist("No city is loaded. Run: manage.py load_city")
        return city

    @property
    def measures_in_feet(self) -> bool:
        """True if distances are in feet and miles, not in metres: in the country US."""
        return self.country == "US"

    @property
    def is_read_only(self) -> bool:
        """True in read-only mode, until an operator ends it."""
        return self.read_only_since is not None

    @property
    def private_words_kept_days(self) -> int:
        """Days that texts of private requests stay after closing, or else contact_kept_days."""
        return self.words_kept_days or self.contact_kept_days

    @property
    def brand(self) -> tuple[str, str]:
        """The service's name without its last word, and the last word: (Springfield, 311).

        The second part is in the accent color; it is "" for a name of one word.
        """
        head, _space, tail = self.service_name.rpartition(" ")
        return (head, tail) if head else (tail, "")

    @property
    def has_ocean(self) -> bool:
        """True if the base map has an ocean; the home page's picture is then a coast."""
        kinds = {each["properties"].get("kind") for each in self.drawing.get("features", [])}
        return "ocean" in kinds

    def calendar(self) -> WorkCalendar:
        """Return the city's WorkCalendar with its holidays, cached like the city."""
        return _load_calendar()


@cache.cache_per_version
def _load_calendar() -> WorkCalendar:
    city = City.current()
    return WorkCalendar(
        weekdays=frozenset(city.working_weekdays),
        alternate_weekday=city.alternate_weekday,
        alternate_anchor=city.alternate_anchor,
        holidays=frozenset(Holiday.objects.values_list("date", flat=True)),
        opens_at=city.opens_at,
        closes_at=city.closes_at,
        tz=ZoneInfo(city.time_zone),
    )


class Holiday(models.Model):
    """A day on which the city does not work; targets in working days leave it out."""

    date = models.DateField(_("date"))
    name = name_field()

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ["date"]
        constraints = [
            models.UniqueConstraint(fields=["date"], name="a_day_is_a_holiday_only_once")
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"
