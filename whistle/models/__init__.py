from whistle.models.events import Event, EventKind
from whistle.models.leads import Lead
from whistle.models.letters import AdviceLetter
from whistle.models.photos import Photo
from whistle.models.receipts import Receipt
from whistle.models.signatures import Signature
from whistle.models.types import Criterion, WhistleType
from whistle.models.unfinished import Unfinished, UnfinishedPhoto
from whistle.models.whistles import NumberSeries, Whistle

__all__ = [
    "AdviceLetter",
    "Criterion",
    "Event",
    "EventKind",
    "Lead",
    "NumberSeries",
    "Photo",
    "Receipt",
    "Signature",
    "Unfinished",
    "UnfinishedPhoto",
    "Whistle",
    "WhistleType",
]
