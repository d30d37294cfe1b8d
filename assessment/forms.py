from django import forms
from django.utils.translation import gettext_lazy as _

from common.actions import ActionForm
from dispatch.forms import text


def mark(label):
    return forms.IntegerField(label=label, min_value=0, max_value=100)


class ScoreForm(ActionForm):
    cooperation = mark(_("Cooperation (0–100)"))
    resolution = mark(_("Resolution (0–100)"))
    comment = text(_("Comment"), required=False)
