"""Measures the pages of a district with years of use behind it. The last line is one JSON object.

`python -m bench.screens [--scale 0.01]`: on the database of DATABASE_URL, which is filled the first time.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time

BARS = {
    "live_p95_s": 2,
    "streams_cpu_pct": 10,
    "streams_mb": 150,
    "page_p95_ms": 150,
    "page_queries": 15,
    "page_html_kb": 60,
    "page_assets_kb": 150,
    "axe_serious": 0,
    "overflowing_pages": 0,
    "map_kb": 300,
    "map_paint_s": 1.5,
}
WHISTLES, POINTS, STREAMS = 200_000, 50_000, 500


def say(*words):
    print(*words, file=sys.stderr, flush=True)


def prepare(static):
    """The tables, the files of the pages, the demonstration."""
    import django

    # The browser is driven by a loop in this very thread, which Django would take for a mistake.
    os.environ.update(DJANGO_SETTINGS_MODULE="bench.settings", STATIC_ROOT=static, DJANGO_ALLOW_ASYNC_UNSAFE="1")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    call_command("load_demo", if_empty=True, stdout=open(os.devnull, "w"), stderr=sys.stderr)  # noqa: SIM115


def fill(total):
    from bench.fill import fill_to
    from grid.models import Person

    begun = time.perf_counter()
    fill_to(total, officer=officer(), report=lambda count: say(f"  {count:,} whistles"))
    say(f"filled to {total:,} whistles in {time.perf_counter() - begun:.0f} s; {Person.objects.count()} people")


def officer():
    from grid.models import Person

    return Person.objects.get(username="officer.fengning")


def open_points(wanted):
    """Whistles that are open and have a position, until there are so many."""
    from django.db import connection

    from bench.fill import fill as add
    from whistle.models import Whistle

    lacking = wanted - Whistle.objects.open().filter(lat__isnull=False).count()
    if lacking > 0:
        # Days of their own, far from the others', so that no number is given twice.
        add(2_000_000, 2_000_000 + lacking - 1, officer=officer(), one_in=1)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    return Whistle.objects.open().filter(lat__isnull=False).count()


def p95(values):
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1, help="of the figures; 0.01 tries it out")
    scale = parser.parse_args().scale
    whistles, points, streams = (max(10, round(scale * figure)) for figure in (WHISTLES, POINTS, STREAMS))
    with tempfile.TemporaryDirectory() as static:
        prepare(static)
        fill(whistles)
        figures = measured(static, points, streams)
    for name, bar in BARS.items():
        say(f"  {name:18} {figures[name]:>8}  {'' if figures[name] <= bar else f'misses {bar}'}")
    print(json.dumps(figures))


def measured(static, points, streams):
    from bench.http import cookies, serving
    from bench.screens.browser import addresses, assets, map_drawn, seen_after
    from bench.screens.pages import cost
    from bench.screens.streams import Streams, idle
    from tests.access import go_through
    from tests.screenshots import SIZES, chromium, enter

    found = {}
    cookie = cookies(["dispatcher"])["dispatcher"]
    env = {"STATIC_ROOT": static}
    with serving(env) as (port, process):
        found["streams_cpu_pct"], found["streams_mb"] = idle(port, process.pid, cookie, streams)
        say(f"{streams} idle streams: {found['streams_cpu_pct']:.1f} % of a core, {found['streams_mb']:.0f} MB more")
    with serving(env) as (port, _process), chromium() as browser:
        address = f"http://127.0.0.1:{port}"
        with Streams(port, cookie, streams):
            waits = list(seen_after(enter(browser, address, "dispatcher", SIZES["desk"], "zh-CN"), address))
        found["live_p95_s"] = p95(waits)
        say(f"change to page with {streams} streams beside: median {statistics.median(waits):.2f} s")
        # All of them before the first is timed: open pages keep themselves up to date beside it.
        costs = [cost(*each) for each in list(addresses(browser, address))]
        for name, figure in (("page_p95_ms", "p95_ms"), ("page_queries", "queries"), ("page_html_kb", "html_kb")):
            worst = sorted(costs, key=lambda each: getattr(each, figure))[-3:]
            found[name] = getattr(worst[-1], figure)
            say(f"{name}: " + ", ".join(f"{each.name} {getattr(each, figure):.0f}" for each in reversed(worst)))
        sizes, special = assets(browser, address)
        found["page_assets_kb"] = max(sizes.values())
        say(f"heaviest styles and scripts: {max(sizes, key=sizes.get)}")
        for each in ("leaflet", "echarts"):
            say(f"{each} on: {', '.join(name for name, loaded in special.items() if each in loaded)}")
        faults, wide = go_through(browser, address)
        for fault in (*faults, *wide):
            say(str(fault))
        found["axe_serious"], found["overflowing_pages"] = len(faults), len(wide)
        say(f"{open_points(points):,} open whistles on the map")
        page = enter(browser, address, "dispatcher", SIZES["desk"], "zh-CN")
        drawn = [map_drawn(page, address) for _round in range(5)]
        found["map_kb"] = max(size for size, _painted in drawn)
        found["map_paint_s"] = p95([painted for _size, painted in drawn])
    return {name: round(found[name], 2) for name in BARS}


if __name__ == "__main__":
    main()
