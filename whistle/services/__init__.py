from whistle.services.drafts import create_draft, edit_draft
from whistle.services.moves import move
from whistle.services.photos import add_photos, carry_photos
from whistle.services.record import record
from whistle.services.signatures import record_signature, signatures_of_round

__all__ = [
    "add_photos",
    "carry_photos",
    "create_draft",
    "edit_draft",
    "move",
    "record",
    "record_signature",
    "signatures_of_round",
]
