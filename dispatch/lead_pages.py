"""What the pages of leads are made of."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dispatch import pages
from dispatch.lead_actions import lead_actions
from whistle.models import EventKind
from whistle.states import Holder, LeadState

AWAITED = {
    Holder.GRID: gettext_lazy("The grid has it in hand: it solves it, or passes it up."),
    Holder.COMMUNITY: gettext_lazy("The community has it in hand: it solves it, passes it up, or passes it back."),
    Holder.STREET: gettext_lazy("The street has it in hand: it solves it, passes it back, or blows a whistle."),
}


def lead_bar(person, lead):
    return pages.bar(lead_actions, person, lead)


def awaited(lead):
    """Where a lead stands, in a sentence."""
    if lead.state == LeadState.SOLVED:
        return _("It is solved. Nothing more will happen.")
    if lead.state == LeadState.WHISTLED:
        return _("It has become a whistle; should that come to nothing, the lead is open again.")
    return AWAITED[Holder(lead.holder)]


def photos_of_report(lead):
    """What the reporter photographed, of a lead as `whole_lead` loads it."""
    return pages.shown(
        photo for event in lead.events.all() if event.kind == EventKind.LEAD_REPORTED for photo in event.photos.all()
    )


def lead_card(lead, *, now=None):
    """A lead as `components/case_card.html` shows it; `lead` as `queries.with_urgency` leaves it."""
    note = [
        _("in hand of %(holder)s") % {"holder": lead.get_holder_display()} if lead.state == LeadState.OPEN else "",
        lead.get_source_display(),
        _("demonstration") if lead.demonstration else "",
    ]
    return {
        "number": lead.number,
        "title": lead.title,
        "url": reverse("lead", args=[lead.number]),
        "place": lead.place,
        # What stands where a whistle has its level.
        "level_code": "hard" if lead.hard else "general",
        "level_label": lead._meta.get_field("hard").verbose_name,
        "state_code": lead.state,
        "state_label": lead.get_state_display(),
        "since": lead.reported_at,
        "clock": lead.urgent,
        "note": " · ".join(str(part) for part in note if part),
    }
