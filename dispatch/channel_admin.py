"""The settings pages of channels: for the people of their areas, administrators do what these do on their own page."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common.admin import ReadOnly
from common.errors import Refusal
from common.moments import span
from dispatch import addresses
from dispatch.models import Channel, ChannelEvent, Delivery, Preferences
from dispatch.services import channels
from grid.admin import ForAdministrators
from grid.permissions import people_under


class OfTheirPeople(ForAdministrators):
    """Rows that belong to the people whom an administrator looks after. `person_path` leads to whose they are."""

    person_path = "person"

    def get_queryset(self, request):
        return super().get_queryset(request).filter(**{f"{self.person_path}__in": people_under(request.user)})

    def has_delete_permission(self, request, obj=None):
        return False


class ChannelForm(forms.ModelForm):
    """The address is asked for and never shown."""

    address = forms.CharField(
        label=_("Address"),
        max_length=addresses.LONGEST,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "size": 80}),
        help_text=_("It is not shown again. Left empty when changing: it stays as it is."),
    )

    class Meta:
        model = Channel
        fields = ["person", "name", "active"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.pop("address", None)

    def clean_address(self):
        given = self.cleaned_data["address"]
        if not given and not self.instance.pk:
            raise ValidationError(self.fields["address"].error_messages["required"], code="required")
        if given:
            try:
                addresses.service(addresses.normal(given))
            except Refusal as refusal:
                raise ValidationError(str(refusal.detail)) from None
        return given


@admin.register(Channel)
class ChannelAdmin(OfTheirPeople, admin.ModelAdmin):
    form = ChannelForm
    fields = ["person", "name", "address", "active"]
    list_display = ["person", "name", "kind", "masked", "active", "failures", "retry_at", "tried_at"]
    list_filter = ["active"]
    list_select_related = ["person"]
    search_fields = ["person__username", "person__name", "name"]
    autocomplete_fields = ["person"]
    actions = ["send_test"]
    show_full_result_count = False

    def get_queryset(self, request):
        return super().get_queryset(request).kept()

    def get_readonly_fields(self, request, obj=None):
        return ["person"] if obj else []

    @admin.display(description=_("kind"), ordering="schema")
    def kind(self, channel):
        return addresses.kind(channel.schema)

    @admin.display(description=_("address"))
    def masked(self, channel):
        return channel.masked

    def save_model(self, request, obj, form, change):
        given = {"by": request.user, "at": request.received_at}
        what = {"name": form.cleaned_data["name"], "address": form.cleaned_data["address"]}
        if change:
            kept = channels.change_channel(Channel.objects.get(pk=obj.pk), **given, **what)
        else:
            kept = channels.add_channel(obj.person, **given, **what)
        if kept.active != form.cleaned_data["active"]:
            (channels.switch_on if form.cleaned_data["active"] else channels.switch_off)(kept, **given)
        obj.pk = kept.pk

    @admin.action(description=_("Send a test message"))
    def send_test(self, request, queryset):
        for channel in queryset.select_related("person"):
            try:
                channels.send_test(channel, by=request.user, at=request.received_at)
            except Refusal as refusal:
                self.message_user(request, f"{channel.person} · {channel}: {refusal.detail}", messages.ERROR)
            else:
                said = _("The test message is on its way; the list of deliveries says whether it arrived.")
                self.message_user(request, f"{channel.person} · {channel}: {said}")


class PreferencesAdminForm(forms.ModelForm):
    class Meta:
        model = Preferences
        fields = ["person", "language", "quiet_from", "quiet_until"]


@admin.register(Preferences)
class PreferencesAdmin(OfTheirPeople, admin.ModelAdmin):
    form = PreferencesAdminForm
    list_display = ["person", "language", "quiet_from", "quiet_until"]
    list_select_related = ["person"]
    search_fields = ["person__username", "person__name"]
    autocomplete_fields = ["person"]

    def get_readonly_fields(self, request, obj=None):
        return ["person"] if obj else []

    def save_model(self, request, obj, form, change):
        given = {name: form.cleaned_data[name] for name in ("language", "quiet_from", "quiet_until")}
        channels.set_preferences(obj.person, by=request.user, at=request.received_at, **given)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly, OfTheirPeople, admin.ModelAdmin):
    person_path = "channel__person"
    list_display = ["person", "channel", "urgent", "test", "planned_at", "sent_at", "late", "tries", "outcome"]
    list_filter = ["test", "urgent", "trouble"]
    list_select_related = ["channel__person"]
    search_fields = ["channel__person__username", "channel__person__name"]
    fields = ["channel", "urgent", "test", "planned_at", "tried_at", "sent_at", "tries", "uncertain", "outcome"]
    readonly_fields = ["outcome"]

    @admin.display(description=_("person"), ordering="channel__person")
    def person(self, delivery):
        return delivery.channel.person

    @admin.display(description=_("late by"))
    def late(self, delivery):
        return span(delivery.late_by.total_seconds()) if delivery.sent_at else ""

    @admin.display(description=_("state"))
    def outcome(self, delivery):
        return " · ".join(str(part) for part in (delivery.state.label, delivery.get_trouble_display()) if part)


@admin.register(ChannelEvent)
class ChannelEventAdmin(ReadOnly, OfTheirPeople, admin.ModelAdmin):
    list_display = ["at", "person", "channel", "kind", "ended", "by_name", "post_name"]
    list_filter = ["kind"]
    list_select_related = ["person", "channel"]
    search_fields = ["person__username", "person__name"]
