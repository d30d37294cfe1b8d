"""What somebody need not be told again; nobody else has to do with it, so nothing is recorded."""

from datetime import datetime

from grid.models import Person, UnderstoodHint


def understand_hint(hint: str, *, by: Person, at: datetime) -> None:
    """The hint is not shown to this person again. Said twice it stays what it was the first time."""
    UnderstoodHint.objects.bulk_create([UnderstoodHint(person=by, hint=hint, at=at)], ignore_conflicts=True)
