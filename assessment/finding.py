"""What an address names, for whoever may see it; Http404 for a stranger. Pages and API look here alike."""

import re
from datetime import date
from typing import TypeVar

from django.db.models import Model, Prefetch, QuerySet
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404

from assessment.models import Appeal, Bulletin, Export, Formula, ManualItem, Ranking
from assessment.models.appeals import AppealQuerySet
from assessment.states import ExportState
from grid.models import Person

MONTH = re.compile(r"(\d{4}|\d{6})-(\d{4})-(\d{2})", re.ASCII)
Row = TypeVar("Row", bound=Model)

KEY = re.compile(r"\d{1,18}", re.ASCII)


def bulletins_of(person: Person) -> QuerySet[Bulletin]:
    """The months a person may see, newest first."""
    return Bulletin.objects.visible_to(person).select_related("area", "published_by").order_by("-month", "area")


def find_bulletin(person: Person, number: str) -> Bulletin:
    """One month with its rankings, by how its address names it (530102-2026-11)."""
    asked = MONTH.fullmatch(number)
    if not asked or not 1 <= int(asked[3]) <= 12 or int(asked[2]) < 1:
        raise Http404
    month = date(int(asked[2]), int(asked[3]), 1)
    rankings = Prefetch("rankings", Ranking.objects.select_related("formula", "period").order_by("id"))
    found = bulletins_of(person).filter(area=asked[1], month=month).prefetch_related(rankings).first()
    if found is None:
        raise Http404
    return found


def appeals_of(person: Person) -> AppealQuerySet:
    """The appeals a person may see, with all that is told of them."""
    rows = Appeal.objects.visible_to(person).select_related("bulletin__area", "by", "ruled_by")
    return rows.select_related("order__department", "order__whistle")


def points_of(person: Person) -> QuerySet[ManualItem]:
    """The points by hand a person may see, also those that were taken back."""
    return ManualItem.objects.visible_to(person).select_related("bulletin__area", "by", "withdrawn_by")


def exports_of(person: Person) -> QuerySet[Export]:
    """The files a person has asked for, the latest first."""
    return Export.objects.visible_to(person).select_related("bulletin__area").order_by("-id")


def formulas_of(person: Person) -> QuerySet[Formula]:
    """The formulas a person may see: by area and ranking, drafts first, then the versions from the newest on."""
    rows = Formula.objects.visible_to(person).select_related("area", "created_by", "adopted_by")
    return rows.order_by("area_id", "ranked", "-version", "-id")


def by_key(rows: QuerySet[Row], number: str | int) -> Row:
    """The one of the rows that an address names by its key."""
    if not KEY.fullmatch(str(number)):
        raise Http404
    return get_object_or_404(rows, pk=number)


def file_of(person: Person, number: str) -> FileResponse:
    """A file of a month, for whoever asked for it, once it is written."""
    found = by_key(exports_of(person).filter(state=ExportState.DONE), number)
    if not found.file.name or not found.file.storage.exists(found.file.name):
        raise Http404
    return FileResponse(found.file.open("rb"), as_attachment=True, filename=found.filename)
