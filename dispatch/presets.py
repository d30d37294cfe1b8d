"""Named presets: a city's practice (types, criteria, working hours, clocks) brought into a district in one go.

Each is a JSON file in `presets/`, whose `sources` say where its figures come from.
"""

import json
from datetime import time
from pathlib import Path
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import Invalid
from dispatch.models import ClockRule, Rung
from grid.models import Area, AreaLevel, WorkSegment
from whistle.models import Criterion, WhistleType

FOLDER = Path(__file__).parent / "presets"


class Settled(NamedTuple):
    """How many rows of the preset were made, put back to what it says, or left as they stood."""

    made: int
    changed: int
    kept: int


class UnknownPreset(Invalid):
    code = "unknown_preset"


def preset_names():
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def preset_of_city(city_code):
    """The name of a preset made in this city (four digits), for a district that has none of its own; or None."""
    return next((name for name in preset_names() if read_preset(name)["city"] == city_code), None)


def read_preset(name):
    """The preset's content. Refuses with UnknownPreset, naming those there are."""
    if name not in preset_names():
        raise UnknownPreset(
            _("There is no preset “%(name)s”. There are: %(names)s.")
            % {"name": name, "names": ", ".join(preset_names())}
        )
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


@transaction.atomic
def load_preset(name, district_code, *, overwrite=False):
    """Gives a district what the preset holds and the district lacks.

    Rows that exist stay as the administrator edited them, unless `overwrite`; nothing is ever removed but, with
    `overwrite`, the working hours, because two sets of them would overlap. Refuses with Invalid an unknown preset
    or a code that is not a loaded district's.
    """
    preset = read_preset(name)
    district = Area.objects.filter(pk=district_code, level=AreaLevel.DISTRICT).first()
    if district is None:
        raise Invalid(
            _("No district with the code “%(code)s” is loaded; load it with load_areas first.")
            % {"code": district_code}
        )
    counts = {"made": 0, "changed": 0, "kept": 0}

    def settle(model, fields, **key):
        row, what = _settle(model, key, fields, overwrite)
        counts[what] += 1
        return row

    counts["made"] += _settle_hours(district, preset["segments"], overwrite)
    for position, given in enumerate(preset["types"], start=1):
        fields = {field: given[field] for field in ("name", "name_en", "sign_off", "by_playbook")}
        fields |= {"position": position, "minimum_criteria": given.get("minimum_criteria", 2)}
        type = settle(WhistleType, fields, district=district, code=given["code"])
        for place, criterion in enumerate(preset["criteria"], start=1):
            # A type may name which criteria it requires, in place of those that are required in general.
            required = criterion["code"] in given["required"] if "required" in given else "required" in criterion
            fields = {"name": criterion["name"], "name_en": criterion["name_en"]}
            settle(Criterion, fields | {"required": required, "position": place}, type=type, code=criterion["code"])
        for clock in given["clocks"]:
            _settle_clock(settle, clock, type=type, level=clock.get("level", ""))
    for clock in preset["clocks"]:
        _settle_clock(settle, clock, district=district)
    return Settled(**counts)


def _settle_clock(settle, clock, **whose):
    """A rule and its ladder; `whose`: a type's and a level's, or the district's."""
    rule = settle(ClockRule, {"limit": clock["limit"], "unit": clock["unit"]}, kind=clock["kind"], **whose)
    for position, rung in enumerate(clock.get("ladder", []), start=1):
        fields = {"after": rung["after"], "unit": rung["unit"], "audience": rung["to"]}
        settle(Rung, fields | {"supervises": rung.get("supervises", False)}, rule=rule, position=position)


def _settle(model, key, fields, overwrite):
    row, made = model.objects.get_or_create(defaults=fields, **key)
    if made:
        return row, "made"
    if not overwrite or all(getattr(row, field) == value for field, value in fields.items()):
        return row, "kept"
    for field, value in fields.items():
        setattr(row, field, value)
    row.save(update_fields=list(fields))
    return row, "changed"


def _settle_hours(district, segments, overwrite):
    """Sets the working hours where there are none or `overwrite`; returns how many stretches were written."""
    hours = [(time.fromisoformat(starts), time.fromisoformat(ends)) for starts, ends in segments]
    there = list(WorkSegment.objects.filter(district=district).order_by("starts").values_list("starts", "ends"))
    if there and (not overwrite or there == hours):
        return 0
    WorkSegment.objects.filter(district=district).delete()
    rows = [WorkSegment(district=district, starts=starts, ends=ends) for starts, ends in hours]
    return len(WorkSegment.objects.bulk_create(rows))
