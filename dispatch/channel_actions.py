"""The tables of actions on a channel, for its person, and on a delivery, for administrators."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from common.actions import Action, ActionForm, ActionTable
from dispatch import addresses
from dispatch import permissions as may
from dispatch.models import Preferences
from dispatch.services import channels, deliveries
from dispatch.states import ChannelState

channel_actions = ActionTable()
delivery_actions = ActionTable()

IN_USE, OFF = ChannelState.IN_USE, ChannelState.OFF


class ChannelForm(ActionForm):
    """A new channel. What the address may be, the service says."""

    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("What you call it, for instance your phone."))
    address = forms.CharField(
        label=_("Address"),
        max_length=addresses.LONGEST,
        # A secret, to be kept neither by the browser nor by our own scripts.
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("It is not shown again: whoever knows it can write to you by it."),
    )


class ChangeForm(ChannelForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].initial = self.row.name
        if self.row.is_device:
            del self.fields["address"]
            return
        self.fields["address"].required = False
        self.fields["address"].help_text = _("Left empty: the address stays as it is.")


class PreferencesForm(ActionForm):
    """How messages are to be sent to `person`."""

    quiet_from = forms.TimeField(label=_("Quiet from"), required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    quiet_until = forms.TimeField(
        label=_("Quiet until"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}),
        help_text=_("What is no emergency waits till then. The hours may lie over midnight."),
    )
    language = forms.ChoiceField(label=_("Language"), required=False, help_text=_("Of what is sent out."))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [("", _("as the system")), *settings.LANGUAGES]
        kept = Preferences.objects.filter(person=self.person).first()
        for name in self.fields if kept else ():
            self.fields[name].initial = getattr(kept, name)


channel_actions.add(
    Action(
        name="test",
        label=_("Send a test message"),
        run=channels.send_test,
        may=may.can_manage_channel,
        states=frozenset({IN_USE}),
        weight=90,
    ),
    Action(
        name="switch-on",
        label=_("Switch on"),
        run=channels.switch_on,
        may=may.can_manage_channel,
        states=frozenset({OFF}),
        weight=80,
    ),
    Action(
        name="change",
        label=_("Change"),
        run=channels.change_channel,
        may=may.can_manage_channel,
        states=frozenset({IN_USE, OFF}),
        form=ChangeForm,
        weight=30,
    ),
    Action(
        name="switch-off",
        label=_("Switch off"),
        run=channels.switch_off,
        may=may.can_manage_channel,
        states=frozenset({IN_USE}),
        weight=20,
    ),
    Action(
        name="remove",
        label=_("Remove"),
        run=channels.remove_channel,
        may=may.can_manage_channel,
        states=frozenset({IN_USE, OFF}),
        tone="danger",
        weight=10,
    ),
)
delivery_actions.add(
    Action(
        name="retry",
        label=_("Try again now"),
        run=deliveries.retry,
        may=may.can_manage_delivery,
        states=frozenset(deliveries.UNSENT),
        weight=80,
    ),
    Action(
        name="give-up",
        label=_("Give up"),
        run=deliveries.give_up,
        may=may.can_manage_delivery,
        states=frozenset(deliveries.UNSENT),
        tone="danger",
        weight=10,
    ),
)
