"""What a browser says of where and how it takes notifications: read, and refused in words where it cannot be so."""

import json
from base64 import urlsafe_b64decode
from ipaddress import ip_address
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from common.errors import Invalid

LONGEST = 1000
SECRET = 16


class Subscription(NamedTuple):
    """The endpoint of a push service, the browser's public key, and its secret; the latter two in base64."""

    endpoint: str
    p256dh: str
    auth: str


def read(text: str) -> Subscription:
    """A PushSubscription as browsers write it in JSON. Refuses with Invalid, in a sentence, what is none."""
    nonsense = Invalid(_("This is no subscription to notifications, or part of it is missing."))
    try:
        said: Any = json.loads(text)
        given = Subscription(said["endpoint"], said["keys"]["p256dh"], said["keys"]["auth"])
    except (ValueError, TypeError, KeyError, RecursionError):
        raise nonsense from None
    if not all(isinstance(part, str) and part.isascii() and part.isprintable() for part in given):
        raise nonsense
    if not (_is_point(given.p256dh) and len(_bytes(given.auth)) == SECRET):
        raise nonsense
    _check(given.endpoint)
    return given


def _check(endpoint: str) -> None:
    """Refuses an endpoint that is none, or leads elsewhere than to a push service on the public internet.

    What a name leads to is looked at when something is sent (dispatch/couriers/outside.py); this is for what can be
    seen now. CHANNEL_INTRANET names push services in the house, which may do without encryption.
    """
    refused = Invalid(_("Notifications go only to an https:// address on the public internet."))
    if len(endpoint) > LONGEST:
        raise Invalid(_("The address is longer than %(most)d characters.") % {"most": LONGEST})
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise refused from None
    if not host or parts.username or parts.password or parts.fragment or parts.scheme not in ("http", "https"):
        raise refused
    if _is_named(host, port):
        return
    if parts.scheme != "https" or host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        raise refused
    try:
        public = ip_address(host).is_global
    except ValueError:
        public = "." in host
    if not public:
        raise refused


def _is_named(host: str, port: int) -> bool:
    """Whether CHANNEL_INTRANET names it; names of hosts it never does."""
    try:
        ip = ip_address(host)
    except ValueError:
        return False
    return any(ip.version == net.version and ip in net and port == at for net, at in settings.CHANNEL_INTRANET)


def _bytes(text: str) -> bytes:
    """What base64 for addresses says, with or without its padding; nothing for what is none."""
    try:
        return urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
    except ValueError:
        return b""


def _is_point(key: str) -> bool:
    """Whether it is a public key on the curve of web push."""
    # Loaded when first needed: most processes never see one.
    from cryptography.hazmat.primitives.asymmetric import ec

    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(key))
    except ValueError:
        return False
    return True
