from allauth.account.adapter import DefaultAccountAdapter


class StaffOnly(DefaultAccountAdapter):
    """Accounts are for staff and made by an admin: nobody signs up."""

    def is_open_for_signup(self, request):
        return False
