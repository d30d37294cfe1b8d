"""Samples of acts and of forms."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.fields import MomentField, PhotosField
from config.samples.bench import DISTRICT, Bench, component
from dispatch.states import OrderRole, OrderState
from whistle.states import Level


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("In a sentence."),
    )


class SampleForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=60, help_text=gettext_lazy("In a sentence."))
    level = forms.ChoiceField(label=gettext_lazy("Level"), choices=Level.choices, required=False)
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Role"), choices=OrderRole.choices, widget=forms.CheckboxSelectMultiple
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"), choices=OrderState.choices[:3], widget=forms.RadioSelect, required=False
    )
    drill = forms.BooleanField(label=gettext_lazy("Drill"), required=False)
    at = MomentField(label=gettext_lazy("Due"), required=False)
    photos = PhotosField(label=gettext_lazy("Photos"), required=False)


class NarrowForm(forms.Form):
    state = forms.ChoiceField(label=gettext_lazy("State"), choices=OrderState.choices)
    drill = forms.BooleanField(label=gettext_lazy("Drill"))


class PlaceForm(forms.Form):
    area = forms.ChoiceField(label=gettext_lazy("Area"), choices=[("", "—"), ("530102007", "丰宁街道")])
    lat = forms.FloatField(label=gettext_lazy("Latitude"), initial=25.0586)
    lng = forms.FloatField(label=gettext_lazy("Longitude"), initial=102.6869)


def quick(bench, **others):
    return {"label": _("Acknowledge"), "url": bench.here, "next": bench.here, "idempotency_key": "1", **others}


@component(gettext_lazy("What this person may do now, and nothing else; the likeliest act is the big button."))
def action_bar(bench):
    yield (
        _("The likeliest act, others, and one that ends something"),
        {
            "actions": [
                bench.act("acknowledge", _("Acknowledge"), primary=True),
                bench.act("note", _("Note"), form=bench.form(ReasonForm)),
                {"name": "elsewhere", "label": _("Show all"), "link": bench.here},
                bench.act("decline", _("Decline"), tone="danger"),
            ]
        },
    )
    yield _("Nothing may be done"), {"actions": []}


@component(gettext_lazy("What an act asks for; in a dialog, or on a page of its own."))
def action_form(bench):
    yield _("Empty"), {"action": bench.act("decline", _("Decline"), tone="danger", form=bench.form(ReasonForm))}
    wrong = Bench(bench.now, f"{bench.prefix}-wrong")
    yield _("Sent with a fault"), {"action": wrong.act("note", _("Note"), form=wrong.form(ReasonForm, {}))}


@component(gettext_lazy("One act on a row of a list."))
def quick_act(bench):
    yield _("Done at once"), {"act": quick(bench)}
    yield _("Asks for more"), {"act": quick(bench, asks=True), "css": "btn-primary"}


@component(gettext_lazy("Every field of every form."), scripts=("js/photos.js",))
def form_field(bench):
    given = bench.form(SampleForm)
    for name in given.fields:
        yield given[name].label, {"field": given[name]}
    faulty = Bench(bench.now, f"{bench.prefix}-wrong")
    wrong = faulty.form(SampleForm, data={f"{faulty.prefix}-at": "?"})
    for name in ("title", "roles", "at"):
        yield _("Sent with a fault"), {"field": wrong[name]}


@component(gettext_lazy("Only inside a field."))
def field_end(bench):
    yield _("Sent with a fault"), {"field": bench.form(ReasonForm, {})["reason"]}


@component(gettext_lazy("First thing in a form that came back."))
def form_errors(bench):
    yield _("Sent with a fault"), {"form": bench.form(ReasonForm, {})}


@component(gettext_lazy("Only beside the name of a field."))
def required(bench):
    yield _("Required"), {"required": True}
    yield _("Not required"), {"required": False}


@component(
    gettext_lazy("Where a case lies, down to the grid. Fills the point on the map, and is filled by it."),
    scripts=("js/picker.js",),
)
def area_picker(bench):
    yield _("Empty"), {"field": bench.form(PlaceForm)["area"], "root": DISTRICT, "deep_enough": 12}


@component(
    gettext_lazy("The point of a case, beside the area picker."),
    scripts=("vendor/leaflet/leaflet.js", "js/mappoint.js"),
    styles=("vendor/leaflet/leaflet.css",),
)
def map_point(bench):
    form = bench.form(PlaceForm)
    yield _("With a point"), {"lat": form["lat"], "lng": form["lng"], "area": DISTRICT}


@component(gettext_lazy("Above every list that can be narrowed."))
def list_bar(bench):
    bar = NarrowForm(auto_id=f"{bench.prefix}-%s")
    yield (
        _("Narrow the list"),
        {"bar": bar, "narrowed": True, "placeholder": _("Number, title or address"), "errors": {}},
    )
