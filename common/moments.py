"""How moments and spans of time are written. Formats per language, as Django keeps its own: they are not sentences.

The browser ticks with the same patterns (`span_patterns` goes to static/js/clock.js), so both write alike.
"""

from datetime import datetime

from django.utils import timezone
from django.utils.dateformat import format as write
from django.utils.formats import number_format
from django.utils.translation import get_language

# The two largest units that matter; the smaller one has two digits where it runs, so that the text doesn't jump.
SPANS = {
    "zh": {"days": "{d}天{h}小时", "hours": "{h}小时{mm}分", "minutes": "{m}分{ss}秒", "seconds": "{s}秒"},
    "en": {"days": "{d} d {h} h", "hours": "{h} h {mm} min", "minutes": "{m} min {ss} s", "seconds": "{s} s"},
}
MOMENTS = {
    "zh": {"time": "H:i", "day": "n月j日", "day_of_year": "Y年n月j日", "exact": "Y年n月j日 H:i:s"},
    "en": {"time": "H:i", "day": "j M", "day_of_year": "j M Y", "exact": "j M Y, H:i:s"},
}


def _language():
    return "en" if (get_language() or "zh").startswith("en") else "zh"


def span_patterns():
    """The patterns of the active language: days, hours, minutes, seconds, with {d} {h} {m} {mm} {s} {ss}."""
    return SPANS[_language()]


def span(seconds):
    """A length of time in words: 763 → “12分43秒”. Parts of a second are cut, a sign is dropped."""
    whole = abs(int(seconds))
    minutes, s = divmod(whole, 60)
    hours, m = divmod(minutes, 60)
    days, h = divmod(hours, 24)
    if days:
        return span_patterns()["days"].format(d=days, h=h)
    if hours:
        return span_patterns()["hours"].format(h=hours, m=m, mm=f"{m:02}")
    if minutes:
        return span_patterns()["minutes"].format(m=minutes, s=s, ss=f"{s:02}")
    return span_patterns()["seconds"].format(s=s)


def finely(seconds):
    """A length of time of less than a minute to the hundredth: “0.35秒”; a longer one in words."""
    exact = seconds.total_seconds() if hasattr(seconds, "total_seconds") else seconds
    if abs(exact) >= 60:
        return span(exact)
    return span_patterns()["seconds"].format(s=number_format(exact, 2))


def digits(seconds):
    """A length of time as a clock shows it where it is all that matters: “11:52”, “3:05:09”; days in words."""
    whole = abs(int(seconds))
    if whole >= 86400:
        return span(whole)
    minutes, s = divmod(whole, 60)
    h, m = divmod(minutes, 60)
    return f"{h}:{m:02}:{s:02}" if h else f"{m}:{s:02}"


def moment(at, *, now, short=False):
    """“8月19日 14:05” in local time; the year only when it is not `now`'s. A date has no time of day.

    `short` leaves out the day when it is today: “14:05”.
    """
    formats = MOMENTS[_language()]
    today = timezone.localtime(now).date()
    local = timezone.localtime(at) if isinstance(at, datetime) else at
    day = local.date() if isinstance(local, datetime) else local
    written_day = write(local, formats["day" if day.year == today.year else "day_of_year"])
    if not isinstance(local, datetime):
        return written_day
    time = write(local, formats["time"])
    return time if short and day == today else f"{written_day} {time}"


def exactly(at):
    """The moment to the second, with its year, in local time; a date as it is."""
    formats = MOMENTS[_language()]
    if isinstance(at, datetime):
        return write(timezone.localtime(at), formats["exact"])
    return write(at, formats["day_of_year"])
