import hmac

from django.core import signing
from django.db import models
from django.db.models import Q
from django.utils.crypto import get_random_string, salted_hmac
from django.utils.translation import gettext_lazy as _

SALT = "arrival"
DIGITS = 6
NONCE = 16


def new_nonce():
    return get_random_string(NONCE)


class ArrivalCodeQuerySet(models.QuerySet):
    def of(self, whistle, person):
        """What one officer has shown for a whistle, the latest first."""
        return self.filter(whistle=whistle, shown_by=person).order_by("-id")

    def standing(self):
        """Neither used nor replaced; it may be too old all the same."""
        return self.filter(ended_at=None)


class ArrivalCode(models.Model):
    """What an officer of the street shows on site, for one department that has come; kept for good.

    The row holds neither the digits nor what stands in the QR code: both are derived from its nonce with the server's
    own key, so that whoever reads the table can use none of them.
    """

    whistle = models.ForeignKey(
        "whistle.Whistle", models.PROTECT, verbose_name=_("whistle"), related_name="arrival_codes", db_index=False
    )
    nonce = models.CharField(_("nonce"), max_length=NONCE, unique=True, default=new_nonce, editable=False)
    shown_by = models.ForeignKey(
        "grid.Person", models.PROTECT, verbose_name=_("shown by"), related_name="+", db_index=False
    )
    post = models.ForeignKey("grid.Post", models.PROTECT, verbose_name=_("post"), related_name="+", db_index=False)
    shown_at = models.DateTimeField(_("shown at"))
    expires_at = models.DateTimeField(_("valid until"))
    # When it was used, or another one took its place.
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = ArrivalCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("arrival code")
        verbose_name_plural = _("arrival codes")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                name="dispatch_arrival_code_one_per_officer",
                fields=["whistle", "shown_by"],
                condition=Q(ended_at=None),
                violation_error_message=_("An officer shows one arrival code of a whistle at a time."),
            ),
        ]
        indexes = [models.Index(name="dispatch_arrival_by_whistle", fields=["whistle", "-id"])]

    def __str__(self):
        return f"{self.whistle} {self.shown_at:%Y-%m-%d %H:%M}"

    @property
    def digits(self):
        """What is typed where a camera fails."""
        made = salted_hmac(SALT, f"{self.nonce} digits", algorithm="sha256").hexdigest()
        return f"{int(made, 16) % 10**DIGITS:0{DIGITS}}"

    @property
    def token(self):
        """What stands in the address of the QR code."""
        return _signer().sign(self.nonce)

    @property
    def is_used(self):
        return hasattr(self, "report")

    def has_digits(self, typed):
        return hmac.compare_digest(self.digits, typed)

    def is_valid_at(self, moment):
        return self.ended_at is None and moment <= self.expires_at


def nonce_in(token):
    """The nonce of a code's token. Raises signing.BadSignature for one that this server has not made."""
    return _signer().unsign(token)


def _signer():
    return signing.Signer(sep=".", salt=SALT)
