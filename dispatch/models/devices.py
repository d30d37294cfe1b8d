from django.db import models
from django.utils.translation import gettext_lazy as _


class Device(models.Model):
    """A browser that asked to be notified: where its push service takes what is sent, and by which keys it is sealed.

    Beside its channel, which says whose it is, since when, and what came of what was sent. It is deleted with the
    channel: whoever has it can reach the device.
    """

    channel = models.OneToOneField(
        "dispatch.Channel", models.PROTECT, verbose_name=_("channel"), primary_key=True, related_name="device"
    )
    # A browser has one, whoever uses it.
    endpoint = models.CharField(_("address"), max_length=1000, unique=True)
    # The browser's public key and its secret, as it says them.
    p256dh = models.CharField(_("key"), max_length=120)
    auth = models.CharField(_("secret"), max_length=40)

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        ordering = ["channel_id"]

    def __str__(self):
        return str(self.channel)
