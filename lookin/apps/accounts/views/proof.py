"""Fresh proof before what matters: the password in the same form, or a passkey just before it."""

from __future__ import annotations

from django.http import HttpRequest

from lookin.apps.accounts import sessions, signin


def prove_again(request: HttpRequest) -> None:
    """Ask for the form's `password` unless something was proved within the last ten minutes.

    Raises LookinError as `signin.check_password` does.
    """
    if not sessions.is_confirmed(request.session):
        signin.confirm_password(request, request.POST.get("password", ""))
