"""Help texts of account fields in the administration."""

from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User
from city.admin.field_help import set_help_texts

set_help_texts(
    User,
    username=_("For signing in, besides the email address. Letters, digits and @ . + - _"),
    first_name=_("As coworkers read it. Residents never see it."),
    last_name=_("As coworkers read it. Residents never see it."),
    is_active=_(
        "Turn off accounts of people who have left. They're signed out right away. Reassign "
        "their work first."
    ),
)
set_help_texts(
    Membership,
    user=_("People who work there. Type part of the name."),
    department=_("Which jobs this person sees and does."),
)
