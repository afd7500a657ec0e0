"""Help texts of the city's configuration, for fields whose model has none."""

from django.utils.translation import gettext_lazy as _

from city import models
from city.admin.field_help import set_help_texts

set_help_texts(
    models.Agency,
    name=_("As residents see it: “Contact …”."),
    phone=_("As people write it; residents read it where a report isn't the city's."),
    phone_tel=_("Same number for dialing: +, country code and digits only."),
    url=_("The page on which the agency takes reports itself."),
    handles=_("What it takes care of, for the agents who pass requests on."),
)
set_help_texts(models.CannedText, use=_("Where at the desk the text is offered."))
set_help_texts(
    models.Category,
    group=_("Under which heading residents find it."),
    urgent_target_days=_("Working days for urgent work. Blank: the same as other work."),
)
set_help_texts(models.CategoryGroup, name=_("A heading under which residents find categories."))
set_help_texts(
    models.Question,
    category=_("The category that asks it."),
    code=_("The short name in the pack and in rules. It never changes."),
    label=_("As the resident reads it, as a question."),
    hint=_("One line under the question, where it helps to answer."),
    datatype=_("The kind of answer: text, a number, a date, or the choices below."),
    is_required=_(
        "Required: people can't continue without an answer. Keep required questions few."
    ),
)
set_help_texts(
    models.Choice,
    question=_("The question it answers."),
    key=_("The short name in the pack and in rules. It never changes."),
    label=_("As the resident reads it."),
    hint=_("One line under the answer, where it helps to choose."),
    effect=_("Urgent answers use the urgent target. A stop ends the report and shows a message."),
    stop_kind=_("Only for a stop: whether to call the emergency number, or another agency."),
    agency=_("Only for a stop that sends people to another agency."),
)
set_help_texts(
    models.City,
    name=_("The city's name as used in a sentence."),
    state=_("The state's name, where addresses need it."),
    email=_("Residents write to this address. It's at the bottom of every email."),
    address=_("Where to find the desk, in one line."),
    office_hours=_("When someone answers the phone, as people say it."),
    emergency_phone=_("The emergency number. Pages show it wherever it matters."),
    police_phone=_("Police non-emergency number. Leave blank to hide it."),
    police_label=_("The label for that number, such as “Police, non-emergency”."),
    website=_("The city's own site, with https://"),
    privacy_url=_("The city's privacy notice, linked at the bottom of every page."),
    accessibility_url=_("The city's statement on accessibility, linked at the bottom."),
    time_zone=_("Such as America/Los_Angeles. Every date and working hour is read in it."),
    alternate_weekday=_("A weekday on which the city works every second week; blank for none."),
    alternate_anchor=_("One date of that weekday on which the city is open."),
    opens_at=_("When the business day begins, for “within two working hours”."),
    closes_at=_("When it ends."),
    languages=_("Codes such as en, es. We offer a language only after all of it is translated."),
    accent=_("Buttons and links. It must be dark enough for white text on it."),
    accent_strong=_("The darker accent, for text on a tinted ground."),
    accent_deep=_("The darkest: the top of the home page, and the foot."),
    accent_tint=_("A very light tone behind chosen rows."),
    accent_line=_("Lines and edges on the tint."),
    sun=_("The one bright button on the home page."),
    center_lat=_("Latitude of the map's center, such as 34.0195."),
    center_lng=_("Longitude of the map's center, such as -118.4912."),
)
set_help_texts(
    models.DangerKind,
    language=_("The language of the phrases and of the advice: en, es."),
    second_label=_("Whom else to call, such as the gas company. Blank leaves the number out."),
    second_phone=_("As residents read it."),
    second_phone_tel=_("Same number for dialing: +, country code and digits only."),
)
set_help_texts(
    models.Department,
    division_of=_("The larger department it belongs to. Coworkers see it."),
    phone=_("For coworkers. Residents see the city's number."),
)
set_help_texts(
    models.Holiday,
    date=_("A day on which the city doesn't work; targets leave it out."),
    name=_("Such as Thanksgiving Day."),
)
set_help_texts(
    models.Place,
    name=_("As people say it, such as Palisades Park. Searched with typing mistakes forgiven."),
    kind=_("A landmark is named in “in front of …”."),
    lat=_("Latitude in degrees, such as 34.01842."),
    lng=_("Longitude in degrees, such as -118.48644."),
)
set_help_texts(
    models.Street,
    name=_("As it appears on signs and maps."),
    kind=_("Main streets are drawn wider and named from farther away."),
)
set_help_texts(models.Zone, name=_("As residents read it in filters and on pages."))
set_help_texts(
    models.DeclineReason, name=_("For staff, who choose it. The resident reads the text below.")
)
set_help_texts(models.HandBackReason, name=_("Shown at the desk and in the request's history."))
set_help_texts(
    models.HoldReason, name=_("Residents read it: “On hold: waiting for parts”. Small letters.")
)
set_help_texts(models.NoPhotoReason, name=_("Crew members choose it; supervisors read it."))
set_help_texts(models.ResolutionCode, name=_("Residents read it when the work is done."))
set_help_texts(
    models.RouteReason, name=_("Residents see it in the list of departments that had the request.")
)
set_help_texts(
    models.Translation,
    language=_("The code of the language, such as es."),
    words=_("What residents read in that language. Blank lines and placeholders stay."),
)
