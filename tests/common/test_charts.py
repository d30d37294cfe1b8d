"""What a chart says to the browser, and to whoever has no use for a drawing. No database."""

import json
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy

from common import charts
from common.charts import Figure, Link, Node, Series

RANKED = charts.bars(
    "ranked",
    "Ranking",
    ["Water", "Gas"],
    [Series("Score", [Figure(Decimal("88.50"), "88.5", url="/ranking/water/"), Figure(60, "60", tone="late")])],
    most=100,
)


class Table(HTMLParser):
    """The rows of a page's only table, cell by cell."""

    def __init__(self, html):
        super().__init__()
        self.rows, self.inside = [], False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self.rows.append([])
        if tag in ("th", "td"):
            self.rows[-1].append("")
            self.inside = True

    def handle_endtag(self, tag):
        self.inside = self.inside and tag not in ("th", "td")

    def handle_data(self, data):
        if self.inside:
            self.rows[-1][-1] += data


def shown(chart, **others):
    return render_to_string("components/chart.html", {"chart": chart, **others})


def block(html, name):
    """What the browser reads."""
    start = html.index(f'<script id="{name}" type="application/json">')
    return json.loads(html[html.index(">", start) + 1 : html.index("</script>", start)])


def test_the_browser_is_given_figures_and_words_and_nothing_to_compute_or_translate():
    assert block(shown(RANKED), "ranked") == {
        "kind": "bars",
        "labels": ["Water", "Gas"],
        "series": [
            {
                "name": "Score",
                "tone": "",
                "figures": [
                    {"value": 88.5, "text": "88.5", "url": "/ranking/water/"},
                    {"value": 60.0, "text": "60", "tone": "late"},
                ],
            }
        ],
        "most": 100,
        "layered": False,
    }


def test_the_same_figures_stand_in_a_table_with_the_same_links():
    html = shown(RANKED, of="Department")
    assert Table(html).rows == [["Department", "Score"], ["Water", "88.5"], ["Gas", "60"]]
    assert '<a href="/ranking/water/">88.5</a>' in html


def test_until_a_script_draws_it_the_drawing_takes_no_room_and_the_table_can_be_opened():
    html = shown(RANKED)
    drawing = html[html.index('<div class="chart-drawing"') :].split(">", 1)[0]
    assert "hidden" in drawing.split()
    assert 'role="img"' in drawing
    assert 'aria-label="Ranking"' in drawing
    assert 'aria-details="ranked-figures"' in drawing
    assert "<details" in html


def test_where_the_page_has_the_table_already_the_chart_brings_none():
    html = shown(RANKED, beside="standings")
    assert "<table" not in html
    assert 'aria-details="standings"' in html


def test_a_figure_that_is_missing_is_a_gap_and_never_a_nought():
    chart = charts.lines("rates", "Rates", ["Oct", "Nov"], [Series("Kept", [None, Figure(0, "0 %")])], unit=" %")
    assert chart.spec["series"][0]["figures"] == [None, {"value": 0.0, "text": "0 %"}]
    assert Table(shown(chart)).rows == [["", "Kept"], ["Oct", "—"], ["Nov", "0 %"]]


def test_a_table_of_several_series_has_a_column_for_each():
    chart = charts.radar(
        "rates",
        "Three rates",
        ["Response", "Resolution", "Satisfaction"],
        [
            Series("Fengning", [Figure(100, "100 %"), Figure(80, "80 %"), Figure(90, "90 %")]),
            Series("Heilinpu", [Figure(95, "95 %"), None, Figure(70, "70 %")]),
        ],
    )
    assert chart.spec["most"] == 100
    assert Table(shown(chart)).rows == [
        ["", "Fengning", "Heilinpu"],
        ["Response", "100 %", "95 %"],
        ["Resolution", "80 %", "—"],
        ["Satisfaction", "90 %", "70 %"],
    ]


def test_a_flow_has_a_row_for_each_link_and_none_for_what_nobody_went():
    nodes = [Node("a", "Hotline", 0), Node("b", "Emergency", 1), Node("c", "Declined", 2, "rest")]
    links = [Link("a", "b", Figure(3, "3 cases")), Link("b", "c", Figure(0, "0 cases"))]
    chart = charts.flow("ways", "From source to outcome", nodes, links)
    assert Table(shown(chart)).rows == [["Hotline → Emergency", "3 cases"]]
    assert chart.spec["nodes"][2] == {"key": "c", "name": "Declined", "column": 2, "tone": "rest"}
    assert chart.spec["links"] == [{"source": "a", "target": "b", "value": 3.0, "text": "3 cases"}]


def test_labels_are_said_in_the_language_of_the_page():
    chart = charts.bars("one", "One", [gettext_lazy("Water")], [Series(gettext_lazy("Score"), [Figure(1, "1")])])
    assert json.dumps(chart.spec)


def test_figures_without_a_label_are_a_mistake_and_not_a_shorter_table():
    chart = charts.bars("one", "One", ["Water"], [Series("Score", [Figure(1, "1"), Figure(2, "2")])])
    with pytest.raises(ValueError, match="zip"):
        list(chart.rows)


def test_what_people_wrote_ends_no_script_and_begins_no_tag():
    evil = "</script><script>alert(1)</script>"
    html = shown(charts.bars("one", evil, [evil], [Series(evil, [Figure(1, evil)])]))
    assert evil not in html
    assert block(html, "one")["labels"] == [evil]
