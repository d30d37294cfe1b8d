"""A state-changing request runs once, whether it comes from a page or by API."""

import json

from common.claims import FIELD
from whistle.idempotency import once

HEADER = "Idempotency-Key"


def asked(request, data, files=None):
    """What a request asks for, as bytes: its address and everything it gives, photos by name and size."""
    fields = {name: data.getlist(name) if hasattr(data, "getlist") else data[name] for name in data}
    # Neither is part of the question: an act whose answer was lost is sent again later, with the phone's time.
    for name in ("csrfmiddlewaretoken", FIELD):
        fields.pop(name, None)
    photos = [[name, upload.name, upload.size] for name in files or {} for upload in files.getlist(name)]
    return json.dumps([request.method, request.path, fields, photos], sort_keys=True, default=str).encode()


def act_once(request, *, key, data, files=None, act):
    """Runs `act()`, which returns `(status, answer)`, once for this person and key."""
    return once(request.user, key, at=request.received_at, asked=asked(request, data, files), act=act)
