"""The people of the demo: an account for each role, and colleagues. Residents need no account."""

from dataclasses import dataclass

PASSWORD = "santa311-demo"

ANA = "ana"
ANA_NAME = "Ana Reyes"
ANA_KEY = "the-phone-of-ana-in-the-demo"  # the value of the device cookie of her browser
ANA_EMAIL = "ana@demo.example"

APP_NAME = "City app"  # another system that files some of the reports
APP_KEY = "s311_the-city-app-of-the-demo"


@dataclass(frozen=True)
class Person:
    """A member of staff.

    `department` is the slug of a department in the city's pack; it is empty for the desk and the
    admin. `lands_on` names the start page of this person.
    """

    username: str
    name: str
    role: str
    lands_on: str = "inbox"
    department: str = ""
    is_agent: bool = False
    is_supervisor: bool = False
    is_lead: bool = False
    is_admin: bool = False

    @property
    def first_name(self) -> str:
        return self.name.split()[0]

    @property
    def last_name(self) -> str:
        return self.name.split()[-1]

    @property
    def email(self) -> str:
        return f"{self.username}@demo.example"


# One person per role, listed in the greeting and in the role switcher.
PEOPLE = [
    Person("omar", "Omar Haddad", "311 agent", "desk", is_agent=True),
    Person("wes", "Wes Carter", "crew member", department="street-services"),
    Person("sue", "Sue Nakamura", "supervisor", "overview", "street-services", is_supervisor=True),
    Person("ada", "Ada Min", "admin", "admin:index", is_agent=True, is_admin=True),
]


def _agent(username, name) -> Person:
    return Person(username, name, "311 agent", "desk", is_agent=True)


def _crew(department, username, name) -> Person:
    return Person(username, name, "crew member", department=department)


def _lead(department, username, name) -> Person:
    return Person(username, name, "supervisor", "overview", department, is_supervisor=True)


# These accounts have the same password.
COLLEAGUES = [
    Person("lena", "Lena Brandt", "lead of the desk", "desk", is_agent=True, is_lead=True),
    _agent("nora", "Nora Lindqvist"),
    _agent("hugo", "Hugo Salinas"),
    _crew("street-services", "tomas", "Tomás Rivera"),
    _crew("street-services", "keisha", "Keisha Brown"),
    _crew("water-resources", "walt", "Walt Jensen"),
    _crew("water-resources", "lupe", "Lupe Ortega"),
    _lead("water-resources", "irene", "Irene Castillo"),
    _crew("resource-recovery", "manny", "Manny Delgado"),
    _crew("resource-recovery", "tasha", "Tasha Greene"),
    _lead("resource-recovery", "bill", "Bill Okafor"),
    _crew("public-landscape", "rosa", "Rosa Jiménez"),
    _crew("public-landscape", "finn", "Finn Gallagher"),
    _lead("public-landscape", "mei", "Mei Tanaka"),
    _crew("facilities-maintenance", "otis", "Otis Walker"),
    _crew("facilities-maintenance", "carla", "Carla Mendes"),
    _lead("facilities-maintenance", "gwen", "Gwen Hollis"),
    _crew("mobility", "ravi", "Ravi Shah"),
    _crew("mobility", "elena", "Elena Popova"),
    _lead("mobility", "dev", "Devon Price"),
    _crew("parking-operations", "sam", "Sam Whitfield"),
    _crew("parking-enforcement", "luis", "Luis Herrera"),
    _crew("code-enforcement", "joan", "Joan Abbott"),
    _crew("big-blue-bus", "marcus", "Marcus Hill"),
    _crew("animal-control", "tess", "Tess Moran"),
    _crew("patrol-services", "kim", "Kim Park"),
    _crew("building-safety", "aldo", "Aldo Ricci"),
    _crew("homeless-outreach", "maya", "Maya Thompson"),
    _crew("fire-prevention", "cole", "Cole Bennett"),
    _crew("airport", "pete", "Pete Larsen"),
    _crew("sustainability", "ines", "Inés Vega"),
]

EVERYONE = [*PEOPLE, *COLLEAGUES]
