from django import forms
from django.utils.translation import gettext_lazy as _

from common.actions import ActionForm
from common.fields import YesNoField
from dispatch.forms import text
from whistle.states import Satisfaction


def mark(label):
    return forms.IntegerField(label=label, min_value=0, max_value=100)


class ScoreForm(ActionForm):
    cooperation = mark(_("Cooperation (0–100)"))
    resolution = mark(_("Resolution (0–100)"))
    comment = text(_("Comment"), required=False)


class CallbackForm(ActionForm):
    """What was heard counts only where somebody was reached; whoever chose an answer before leaves it standing."""

    contacted = YesNoField(label=_("Was anybody reached?"), yes=_("Reached"), no=_("Nobody answered"))
    responded = YesNoField(
        label=_("Had those who handle it been in touch?"),
        yes=_("They had been in touch"),
        no=_("Nobody had been in touch"),
        required=False,
        empty_value=None,
        help_text=_("This and the next two: as the residents say it, when somebody was reached."),
    )
    solved = YesNoField(
        label=_("Is it solved?"), yes=_("Solved"), no=_("Not solved"), required=False, empty_value=None
    )
    satisfaction = forms.ChoiceField(
        label=_("How satisfied are they?"), choices=Satisfaction.choices, required=False, widget=forms.RadioSelect
    )
    note = text(_("What they said"), required=False)
