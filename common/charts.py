"""What a chart says; how it is drawn is for templates/components/chart.html and static/js/chart.js.

A chart never stands alone: the same figures stand in a table, for whoever cannot see it, has no scripts, or wants to
know exactly. Every label and every figure comes in the reader's words; the browser only draws them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

# The tones that mean urgency everywhere; a series without one gets the next colour of the charts' own.
TONES = ("ok", "warn", "late", "rest")


class Figure(NamedTuple):
    """One figure: its size, and how a person reads it. `url`: where a click leads; `tone`: one of TONES."""

    value: float
    text: str
    url: str = ""
    tone: str = ""


class Series(NamedTuple):
    """Figures of one kind, one for each label; None where there is none."""

    name: str
    figures: Sequence[Figure | None]
    tone: str = ""


class Node(NamedTuple):
    """A station of a flow. `column`: from 0 at the left."""

    key: str
    name: str
    column: int
    tone: str = ""


class Link(NamedTuple):
    """How much goes from one station to another, by their keys."""

    source: str
    target: str
    figure: Figure


@dataclass(frozen=True)
class Chart:
    """Made by `bars`, `lines`, `radar` and `flow`. `name` is unique on its page."""

    name: str
    title: str
    kind: str
    labels: Sequence[str] = ()
    series: Sequence[Series] = ()
    nodes: Sequence[Node] = ()
    links: Sequence[Link] = ()
    how: dict[str, Any] = field(default_factory=dict)

    @property
    def spec(self) -> dict[str, Any]:
        """What static/js/chart.js reads."""
        if self.kind == "flow":
            return {
                "kind": self.kind,
                "nodes": [node._asdict() | {"name": str(node.name)} for node in self.nodes],
                "links": [
                    {"source": link.source, "target": link.target, **_drawn(link.figure)} for link in self.links
                ],
            }
        return {
            "kind": self.kind,
            "labels": [str(label) for label in self.labels],
            "series": [
                {
                    "name": str(series.name),
                    "tone": series.tone,
                    "figures": [None if figure is None else _drawn(figure) for figure in series.figures],
                }
                for series in self.series
            ],
            **self.how,
        }

    @property
    def heads(self) -> list[str]:
        """What stands above the columns of the table, but for the first."""
        return [] if self.kind == "flow" else [str(series.name) for series in self.series]

    @property
    def rows(self) -> list[tuple[str, list[Figure | None]]]:
        """The table: a label and its figures. A flow has one row for each link."""
        if self.kind == "flow":
            names = {node.key: node.name for node in self.nodes}
            return [(f"{names[link.source]} → {names[link.target]}", [link.figure]) for link in self.links]
        columns = [series.figures for series in self.series]
        return [(str(label), list(row)) for label, *row in zip(self.labels, *columns, strict=True)]


def _drawn(figure: Figure) -> dict[str, Any]:
    """A figure for JSON: a Decimal becomes a number, a lazy text a text, and what is empty is left out."""
    drawn = {"value": float(figure.value), "text": str(figure.text), "url": figure.url, "tone": figure.tone}
    return {name: value for name, value in drawn.items() if value != ""}


def bars(
    name: str, title: str, labels: Sequence[str], series: Sequence[Series], *, most: float = 0, layered: bool = False
) -> Chart:
    """Lying bars, the first label on top: for rankings.

    `most`: where the scale ends, 100 for percent; 0: at the longest bar. `layered`: the series of a label lie upon
    one another, the first in front, as a median lies in front of a 90th percentile.
    """
    return Chart(name, title, "bars", labels, series, how={"most": most, "layered": layered})


def lines(
    name: str,
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    unit: str = "",
    least: float | None = None,
    most: float | None = None,
) -> Chart:
    """Lines over time, the labels from the left; a gap where a figure is None. `unit`: said on the scale.

    `least`, `most`: where the scale begins and ends; None: where the figures do.
    """
    return Chart(name, title, "lines", labels, series, how={"unit": unit, "least": least, "most": most})


def radar(name: str, title: str, labels: Sequence[str], series: Sequence[Series], *, most: float = 100) -> Chart:
    """A web with an arm for each label, at least three; every arm ends at `most`.

    A series in which a figure is None stands in the table alone: drawn, it would seem to have a nought.
    """
    return Chart(name, title, "radar", labels, series, how={"most": most})


def flow(name: str, title: str, nodes: Sequence[Node], links: Sequence[Link]) -> Chart:
    """How many go from where to where, in columns (a Sankey diagram). Links without a figure above 0 are left out."""
    return Chart(name, title, "flow", nodes=nodes, links=[link for link in links if link.figure.value > 0])
