"""Samples of every component, for the style page. A component that is new gets its samples here, or a test fails."""

from django.utils.translation import gettext_lazy as _

from config.samples import acts, badges, cases, words
from config.samples.bench import SAMPLES, Bench

# The sheets of the style page, by the modules that hold their samples.
SHEETS = {
    "cases": _("Cases and their clocks"),
    "badges": _("Badges"),
    "acts": _("Acts and forms"),
    "words": _("What is said, and the frame"),
}

__all__ = ["SAMPLES", "SHEETS", "Bench", "acts", "badges", "cases", "words"]
