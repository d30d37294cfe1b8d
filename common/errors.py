"""What the system says no with. Programming mistakes stay ordinary exceptions and reach the log."""

from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """A clear no to a person: nothing was changed.

    `code` is for programs, `detail` is a whole sentence for people (lazy, so that it is said in the
    reader's language), `fields` maps the name of an input to the sentences about it.
    """

    code = "refused"
    status = 400
    detail = _("This cannot be done.")

    def __init__(self, detail=None, *, code=None, fields=None):
        self.detail = detail or self.detail
        self.code = code or self.code
        self.fields = fields or {}
        super().__init__(self.detail)

    def __str__(self):
        return str(self.detail)


class Invalid(Refusal):
    """Something given is missing or cannot be so."""

    code = "invalid"
    status = 400
    detail = _("Some of what was given cannot be accepted. Please check the marked fields.")


class NotLoggedIn(Refusal):
    """A name and a password that do not fit."""

    code = "authentication_failed"
    status = 401
    detail = _("The name, password or token is not right.")


class Forbidden(Refusal):
    """This person may see it, but not do it."""

    code = "forbidden"
    status = 403
    detail = _("Your posts do not allow this act.")


class TooLarge(Refusal):
    """More than the server is willing to read."""

    code = "too_large"
    status = 413
    detail = _("That is more than can be sent at once. Please shorten it or send fewer files.")


class WrongState(Refusal):
    """The act does not fit the present state; often because somebody else was faster."""

    code = "wrong_state"
    status = 409
    detail = _("This can no longer be done in the present state.")


class TooOften(Refusal):
    """Tried wrongly too many times."""

    code = "too_often"
    status = 429
    detail = _("That was tried too often. Please wait a moment.")


class Unavailable(Refusal):
    """Something that the act needs does not answer at this moment."""

    code = "unavailable"
    status = 503
    detail = _("This is not possible at this moment. Please try again later.")


class KeyReused(Refusal):
    """One idempotency key came with two different requests."""

    code = "key_reused"
    status = 422
    detail = _("This idempotency key was already used for a different request.")


def require(allowed, detail=None):
    """Refuses with Forbidden unless `allowed`."""
    if not allowed:
        raise Forbidden(detail)
