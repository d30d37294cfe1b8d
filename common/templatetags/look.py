"""Template tags and filters for how things look: icons, moments, spans, clocks, form fields."""

from django import forms, template
from django.conf import settings
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext

from common import moments, readings

register = template.Library()


@register.simple_tag
def icon(name, css=""):
    """An icon of the sprite in the colour of the text around it. Screen readers skip it: put a word beside it."""
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        f"icon {css}".strip(),
        static("vendor/icons/icons.svg"),
        name,
    )


@register.filter
def span(seconds):
    """Seconds (or a timedelta) in words: “12分43秒”; nothing for nothing."""
    if seconds is None or seconds == "":
        return ""
    return moments.span(seconds.total_seconds() if hasattr(seconds, "total_seconds") else seconds)


@register.filter
def finely(seconds):
    """Seconds (or a timedelta) to the hundredth: “0.35秒”; a dash for nothing."""
    return "–" if seconds is None else moments.finely(seconds)


@register.filter
def moment(at, form=""):
    """A `<time>` with “8月19日 14:05”, the exact moment in its tooltip; `at|moment:"short"` leaves out today."""
    if not at:
        return ""
    text = moments.moment(at, now=timezone.now(), short=form == "short")
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), moments.exactly(at), text)


@register.filter
def exactly(at):
    """The moment to the second, with its year, as plain text for tooltips."""
    return moments.exactly(at) if at else ""


@register.filter
def unlocalized(figure):
    """A figure for a program: with a point, whatever the language."""
    return str(figure)


@register.filter
def ago(at):
    """How long ago, in the largest unit alone: “3 hours ago”."""
    if not at:
        return ""
    minutes = int((timezone.now() - at).total_seconds() // 60)
    if minutes < 1:
        return gettext("just now")
    if minutes < 60:
        return ngettext("%(count)d minute ago", "%(count)d minutes ago", minutes) % {"count": minutes}
    hours = minutes // 60
    if hours < 24:
        return ngettext("%(count)d hour ago", "%(count)d hours ago", hours) % {"count": hours}
    days = hours // 24
    return ngettext("%(count)d day ago", "%(count)d days ago", days) % {"count": days}


@register.simple_tag
def reading(deadline):
    """What a clock shows now: see common.readings.Reading."""
    return readings.read(deadline, now=timezone.now())


@register.filter
def tone(deadline):
    """A clock's tone, for the edge of a card; empty without a clock."""
    return readings.read(deadline, now=timezone.now()).tone if deadline else ""


@register.simple_tag
def clock_words():
    """For the JSON block that static/js/clock.js reads."""
    return readings.words_for_the_browser()


@register.simple_tag
def map_tiles():
    """For the JSON block that static/js/ground.js reads: what lies under the outlines; None where nothing does."""
    if not settings.MAP_TILES:
        return None
    return {
        "layers": [address for address in (settings.MAP_TILES, settings.MAP_LABELS) if address],
        "datum": settings.MAP_DATUM,
        "hosts": settings.MAP_HOSTS,
        "most": settings.MAP_MAX_ZOOM,
        "attribution": settings.MAP_ATTRIBUTION,
    }


# The widget's kind decides how a field is laid out; its classes are Tabler's.
LAYOUTS = (
    (forms.CheckboxSelectMultiple, "choices", "form-check-input"),
    (forms.RadioSelect, "choices", "form-check-input"),
    (forms.CheckboxInput, "check", "form-check-input"),
    (forms.Select, "plain", "form-select"),
    (forms.FileInput, "files", "form-control"),
    (forms.Widget, "plain", "form-control"),
)


@register.simple_tag
def layout(field):
    """Gives a BoundField's widget its classes and returns how to lay it out: choices, check, files or plain."""
    widget = field.field.widget
    kind, css = next((kind, css) for widget_class, kind, css in LAYOUTS if isinstance(widget, widget_class))
    classes = {*widget.attrs.get("class", "").split(), css}
    if field.errors:
        classes.add("is-invalid")
    widget.attrs["class"] = " ".join(sorted(classes))
    return kind


@register.filter
def asks(form):
    """Whether a form has anything to fill in: without, its button acts at once."""
    return bool(form) and any(True for _field in form.visible_fields())
