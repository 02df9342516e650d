"""What a user can mend."""

from __future__ import annotations


class UserError(Exception):
    """Something went wrong that the user can do something about; the message says what, in one or two lines."""


class ExportError(UserError):
    """Something cannot be exported; the message says why and what to do."""
