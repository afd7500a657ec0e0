"""Staff in the administration: accounts, what they may do, and invitations."""

from accounts.admin import invitations, users, words

__all__ = ["invitations", "users", "words"]
