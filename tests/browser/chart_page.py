"""The product's addresses, and one page more that has a chart of each kind."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.template import engines
from django.urls import path

from common import charts
from common.charts import Figure, Link, Node, Series
from config.urls import urlpatterns as product

PAGE = """
{% extends "base.html" %}
{% block content %}
  {% for chart in charts %}{% include "components/chart.html" with chart=chart only %}{% endfor %}
{% endblock %}
{% block scripts %}<script type="module" src="{% static 'js/chart.js' %}"></script>{% endblock %}
"""


def percent(*values, **others):
    return [None if value is None else Figure(value, f"{value} %", **others) for value in values]


DEPARTMENTS = ["五华区水务局", "中石油昆仑燃气有限公司", "Wuhua Urban Management and Law Enforcement"]
MONTHS = [f"{month}月" for month in range(1, 13)]
CHARTS = [
    charts.bars("ranking", "排名", DEPARTMENTS, [Series("得分", percent(92, 81, 40, url="/login/?to=bar"))], most=100),
    charts.bars(
        "stages",
        "用时",
        DEPARTMENTS,
        [
            Series("中位数", [Figure(20, "20分"), Figure(50, "50分"), None]),
            Series("九成以内", [Figure(90, "1小时30分"), Figure(50, "50分"), None]),
        ],
        layered=True,
    ),
    charts.lines(
        "year",
        "十二个月",
        MONTHS,
        [Series("签收", percent(*range(80, 92))), Series("报到", percent(70, None, *range(72, 82)))],
        unit=" %",
        most=100,
    ),
    charts.radar(
        "rates",
        "三率",
        ["响应率", "解决率", "满意率"],
        [
            Series("丰宁街道", percent(99, 80, 90)),
            Series("黑林铺街道", percent(95, 85, 70)),
            Series("龙翔街道", percent(9, 8, None)),
        ],
    ),
    charts.flow(
        "ways",
        "去向",
        [
            Node("grid", "网格巡查", 0),
            Node("hotline", "12345热线", 0),
            Node("key", "重点哨", 1),
            Node("solved", "已解决", 2, "ok"),
            Node("late", "超时未结", 2, "late"),
            Node("unused", "无", 2),
        ],
        [
            Link("grid", "key", Figure(7, "7件")),
            Link("hotline", "key", Figure(5, "5件")),
            Link("key", "solved", Figure(9, "9件")),
            Link("key", "late", Figure(3, "3件", tone="late")),
        ],
    ),
]


@login_not_required
def page(request):
    return HttpResponse(engines["django"].from_string(PAGE).render({"charts": CHARTS}, request))


@login_not_required
def fragment(request):
    """What htmx would bring: one chart, and no page around it."""
    another = charts.bars("another", "排名", DEPARTMENTS, [Series("得分", percent(92, 81, 40))])
    return render(request, "components/chart.html", {"chart": another})


urlpatterns = [*product, path("charts/", page), path("charts/one/", fragment)]
