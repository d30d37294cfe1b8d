"""Where somebody stood who reported on site, in words: for the record, for papers, for programs."""

import math

from django.utils.formats import number_format
from django.utils.translation import gettext as _

# Further off than this, beyond what the phone itself calls its error, is nobody's way of standing at the case.
FAR_M = 1000
# A phone that knows where it is to within this much was asked indoors, or tells its town only.
INACCURATE_M = 500


def measured(accuracy):
    """A phone's accuracy in whole metres, never better than it said; None where it said none."""
    return None if accuracy is None else math.ceil(accuracy)


def in_words(data):
    """What is known of a position: “±30 m”, “180 m from the case”, and what is odd about it, as a list.

    `data`: with `distance_m` and, where they were kept, `accuracy_m` (both in metres or None) and `positioned`.
    """
    distance, accuracy = data.get("distance_m"), data.get("accuracy_m")
    if not data.get("positioned", True):
        return [_("without a position")]
    parts = []
    if accuracy is not None:
        parts.append(_("±%(distance)s") % {"distance": length(accuracy)})
    if distance is not None:
        parts.append(_("%(distance)s from the case") % {"distance": length(distance)})
        if distance - (accuracy or 0) > FAR_M:
            parts.append(_("far away from the case"))
    if accuracy is not None and accuracy > INACCURATE_M:
        parts.append(_("the position is inaccurate"))
    return parts


def length(metres):
    """“180 m”, “40.2 km”."""
    if metres < 1000:
        return _("%(count)d m") % {"count": metres}
    return _("%(count)s km") % {"count": number_format(metres / 1000, 1)}
