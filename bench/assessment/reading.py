"""How long people wait for a ranking and for what is behind it, on the server as the Procfile starts it."""

import statistics

from django.urls import reverse

from bench.http import Connection, cookies, server

WARM_UP, ROUNDS = 2, 40
READER = "assessor"
FIGURES = ("acknowledge_met", "report_due", "resolve_met", "cooperation")


def read(database, month):
    """p95 in milliseconds of the page of a ranking, and of the pages that explain a unit and a figure.

    Requests come one at a time; what is measured is from the request until the whole answer is there, on loopback.
    """
    session = cookies([READER])[READER]
    with server({"DATABASE_URL": database}) as port:
        connection = Connection(port)
        connection.headers = {"Cookie": session, "Accept-Language": "zh-hans"}
        ranking, explained = addresses(month)
        return {
            "ranking_p95_ms": p95(connection, [ranking]),
            "explain_p95_ms": p95(connection, explained),
        }


def addresses(month):
    """The ranking of departments; and, of every department, its page and those of some figures."""
    from assessment.models import Score

    query = f"?month={month:%Y-%m}"
    scores = Score.objects.filter(ranking__ranked="departments", ranking__bulletin__month=month)
    explained = []
    for unit in scores.order_by("unit").values_list("unit", flat=True):
        explained.append(reverse("ranking-unit", args=["departments", unit]) + query)
        explained += [reverse("ranking-figure", args=["departments", unit, name]) + query for name in FIGURES]
    return reverse("ranking") + query + "&of=departments", explained


def p95(connection, paths):
    for _ in range(WARM_UP):
        for path in paths:
            connection.call("GET", path)
    rounds = max(ROUNDS, 4 * len(paths))
    times = [connection.call("GET", paths[number % len(paths)])[0] for number in range(rounds)]
    return round(statistics.quantiles(times, n=20)[-1], 1)
