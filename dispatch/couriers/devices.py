"""Notifications of browsers, by their push services: sealed for the device, so that nobody on the way reads them."""

import json
from typing import Any

import requests
from django.conf import settings
from django.utils.translation import gettext as _

from common.errors import Invalid
from dispatch.couriers.outside import Letter
from dispatch.models import Channel, Device

# What push services take is 4,096 bytes when sealed; the tag, the address and the marks of JSON need some of it.
LONGEST_TEXT = 2_400
# Seconds for which a push service keeps what a device that is switched off has not fetched.
KEPT = 12 * 3600
# No such browser any more.
GONE = (404, 410)


class Push:
    """Talks to the push service of one device, as `dispatch.addresses.service` does to other channels."""

    body_maxlen = LONGEST_TEXT

    def __init__(self, channel: Channel, *, urgent: bool) -> None:
        device = Device.objects.filter(channel=channel).first()
        if device is None or not settings.WEB_PUSH_PRIVATE_KEY:
            raise Invalid(_("This device cannot be notified any more."))
        _webpush()
        self.subscription = {"endpoint": device.endpoint, "keys": {"p256dh": device.p256dh, "auth": device.auth}}
        self.urgent = urgent

    def carry(self, letter: Letter, key: str) -> bool:
        """Whether the push service took it. `key`: what is still with it and has the same is replaced by this."""
        said = {"title": letter.title, "body": letter.body, "address": letter.address, "tag": letter.tag}
        library = _webpush()
        try:
            library.webpush(
                self.subscription,
                data=json.dumps(said | {"urgent": self.urgent}, ensure_ascii=False),
                vapid_private_key=settings.WEB_PUSH_PRIVATE_KEY,
                vapid_claims={"sub": settings.WEB_PUSH_CONTACT},
                ttl=KEPT,
                headers={"Urgency": "high" if self.urgent else "normal", "Topic": key.replace("-", "")},
                timeout=settings.SEND_LIMIT_SECONDS * 0.7,
                requests_session=Straight(),
            )
        except (library.WebPushException, requests.RequestException):
            # What came of it, the courier has seen for itself.
            return False
        return True


class Straight(requests.Session):
    """Goes where it is told and nowhere else."""

    def post(self, url: Any, data: Any = None, json: Any = None, **options: Any) -> requests.Response:
        return super().post(url, data=data, json=json, allow_redirects=False, **options)


def _webpush() -> Any:
    """Loaded when first needed, and before an errand's process is made."""
    import pywebpush

    return pywebpush
