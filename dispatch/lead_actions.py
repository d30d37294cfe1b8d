"""The table of actions on a lead."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.actions import Action, ActionTable
from dispatch import lead_forms, services
from dispatch.forms import NoteForm, ReasonForm
from whistle.permissions import can_handle, can_take_over, can_whistle_lead, can_work_on, hands_over
from whistle.states import HOLDERS, Holder, LeadState

OPEN = frozenset({LeadState.OPEN})

lead_actions = ActionTable()


def below_the_street(lead):
    return lead.holder != Holder.STREET


def with_the_street(lead):
    return lead.holder == Holder.STREET


def has_somebody_below(lead):
    return HOLDERS.index(Holder(lead.holder)) > HOLDERS.index(hands_over(lead.area_id)[0])


lead_actions.add(
    Action(
        name="solve",
        label=pgettext_lazy("of a lead", "It is solved"),
        run=services.solve,
        may=can_handle,
        states=OPEN,
        form=lead_forms.SolveForm,
        weight=90,
    ),
    Action(
        name="whistle",
        label=_("Turn it into a whistle"),
        run=services.whistle_lead,
        may=can_whistle_lead,
        states=OPEN,
        when=with_the_street,
        form=lead_forms.WhistleLeadForm,
        weight=70,
    ),
    Action(
        name="pass-up",
        label=_("Pass it up"),
        run=services.pass_lead_up,
        may=can_handle,
        states=OPEN,
        when=below_the_street,
        form=NoteForm,
        weight=60,
    ),
    Action(
        name="mark-hard",
        label=_("Mark as hard: to the street"),
        run=services.mark_hard,
        may=can_handle,
        states=OPEN,
        when=below_the_street,
        form=NoteForm,
        weight=50,
    ),
    Action(
        name="pass-back",
        label=_("Pass it back"),
        run=services.pass_lead_back,
        may=can_handle,
        states=OPEN,
        when=has_somebody_below,
        form=ReasonForm,
        weight=35,
    ),
    Action(
        name="take-over",
        label=_("Take it over"),
        run=services.take_lead_over,
        may=can_take_over,
        states=OPEN,
        weight=30,
    ),
    Action(
        name="note",
        label=_("Add a note or a photo"),
        run=services.add_note,
        may=can_work_on,
        states=OPEN,
        form=lead_forms.LeadNoteForm,
        weight=25,
    ),
)
