"""What each field of an account is for, said under it in the administration."""

from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User
from city.admin.explained import explain

explain(
    User,
    username=_("For signing in, besides the e-mail address. Letters, digits and @ . + - _"),
    first_name=_("As colleagues read it. Residents never see it."),
    last_name=_("As colleagues read it. Residents never see it."),
    is_active=_(
        "Switch off who has left: they are signed out at once. Work that is assigned to them must "
        "be handed over first."
    ),
    is_staff=_("Opens this administration."),
    is_superuser=_("May change everything in it, and sees the whole city's figures."),
)
explain(
    Membership,
    user=_("Who works there. Type a part of the name."),
    department=_("Which jobs this person sees and does."),
)
