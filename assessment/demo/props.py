"""What the scripts of the demonstration are made of."""

import csv
from datetime import datetime
from pathlib import Path

from assessment.cast import Cast
from assessment.demo.pictures import picture
from assessment.pace import Pace, staged, whole
from assessment.stage import Script
from grid.demo import DISTRICT
from grid.models import Area, Department, ResponsibilityItem
from whistle.models import WhistleType

MADE_UP = "社区多次协调未果，涉及多个部门，单靠街道无法解决。（演示数据，非真实事件）"
# Roughly the middle of each street's ground, set by hand: fit for a dot on an overview map.
POINTS = {
    "530102001": (25.046, 102.706),
    "530102002": (25.043, 102.712),
    "530102003": (25.043, 102.696),
    "530102004": (25.050, 102.694),
    "530102005": (25.058, 102.686),
    "530102006": (25.066, 102.702),
    "530102007": (25.088, 102.715),
    "530102008": (25.068, 102.655),
    "530102009": (25.098, 102.682),
    "530102010": (25.165, 102.640),
    "530102401": (25.066, 102.662),
}


def table(name: str) -> list[dict[str, str]]:
    """The rows of a CSV file beside this module."""
    with (Path(__file__).parent / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Props:
    """Departments, types and areas of the district, read once; and the time it is."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.cast, self.pace = Cast(), Pace(DISTRICT, "Wuhua")
        self.departments = {each.code: each for each in Department.objects.in_district(DISTRICT)}
        items = ResponsibilityItem.objects.filter(district=DISTRICT).select_related("lead")
        self.items = {item.code: item for item in items.prefetch_related("assisting")}
        types = WhistleType.objects.filter(district=DISTRICT).prefetch_related("criteria")
        self.types = {type.code: type for type in types}
        self.areas = {area.code: area for area in Area.objects.under(DISTRICT)}

    def called(self, codes: str) -> list[Department]:
        return [self.departments[code] for code in codes.split()]

    def of_item(self, code: str) -> list[Department]:
        """Whom the responsibility list calls, the lead first."""
        return [self.items[code].lead, *self.items[code].assisting.all()]

    def draft(self, row: dict[str, str]) -> dict:
        """What `create_draft` takes for a row of a table; the place is a dot near the middle of its street."""
        type, (lat, lng) = self.types[row["type"]], POINTS[row["area"][:9]]
        spread = self.pace.random.uniform
        holds = {"joint", self.pace.random.choice(["urgent", "hazard"])}
        pictures = int(row.get("photos") or 0)
        return {
            "type": type,
            "level": row.get("level") or "general",
            "source": row["source"],
            "title": row["title"],
            "description": row.get("description") or f"{row['title']}。{MADE_UP}",
            "area": self.areas[row["area"]],
            "address": row["address"],
            "lat": round(lat + spread(-0.003, 0.003), 5),
            "lng": round(lng + spread(-0.003, 0.003), 5),
            "criteria": [criterion for criterion in type.criteria.all() if criterion.code in holds],
            "item": self.items.get(row["item"]),
            "photos": [picture(len(row["title"]) + number) for number in range(pictures)],
            "demonstration": True,
        }

    def script(self, row: dict[str, str], departments: list[Department], dispatched: datetime, **how) -> Script:
        return staged(
            draft=self.draft(row),
            departments=departments,
            cast=self.cast,
            pace=self.pace,
            dispatched=whole(dispatched),
            **how,
        )
