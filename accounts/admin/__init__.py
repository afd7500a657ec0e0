"""Staff in the administration: accounts, what they may do, and invitations."""

from accounts.admin import help_texts, invitations, users
