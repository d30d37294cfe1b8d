"""The shapes of formulas, for the documentation; `formula_present` fills them."""

from rest_framework import serializers as s

from assessment.api import HeadSerializer, PartSerializer
from assessment.formulas.definition import KINDS
from assessment.states import FormulaActKind, FormulaState, Ranked
from dispatch.schema import Action

NUMBER = "A number, or one written as text with at most four decimal places."


class FormulaRow(s.Serializer):
    number = s.CharField()
    district = s.CharField()
    of = s.ChoiceField(Ranked.choices)
    version = s.IntegerField(allow_null=True, help_text="Given when it is adopted.")
    name = s.CharField()
    state = s.ChoiceField(FormulaState.choices)
    state_label = s.CharField()
    revision = s.IntegerField(help_text="Whoever saves or adopts a draft names the one that was read.")
    applies_from = s.CharField(allow_null=True, help_text="The first month it counts for: 2026-12.")
    created_by = s.CharField(allow_null=True, help_text="null where it came with a preset.")
    created_at = s.DateTimeField()
    adopted_by = s.CharField(allow_null=True)
    adopted_at = s.DateTimeField(allow_null=True)


class Definition(s.Serializer):
    """A formula as data; `docs/api.md` describes each kind of part. A draft may still lack what it needs."""

    parts = s.ListField(child=s.DictField(), help_text=f"Up to thirty; each has a `kind`: {', '.join(KINDS)}.")
    base = s.JSONField(required=False, help_text=f"Points to start from. {NUMBER}")
    floor = s.JSONField(required=False, help_text=f"The lowest score. {NUMBER}")
    ceiling = s.JSONField(required=False, help_text=f"The highest score. {NUMBER}")
    sample = s.JSONField(required=False, help_text="The figure that says how much a score stands on.")
    minimum = s.JSONField(required=False, help_text="Below this sample a unit has no rank.")
    ties = s.JSONField(required=False, help_text="shared, dense or sample.")
    cut_off = s.JSONField(required=False, help_text="0: the calendar month; 19: it ends with the 19th.")
    quota = s.JSONField(required=False, help_text="Whistles a street is expected to blow in a month; 0 for none.")


class FormulaLine(s.Serializer):
    about = s.CharField()
    text = s.CharField()


class Examined(s.Serializer):
    weight = s.FloatField(help_text="What the weights add up to.")
    lines = FormulaLine(many=True, help_text="In words, part by part; empty while there are problems.")
    problems = s.DictField(
        child=s.ListField(child=s.CharField()),
        help_text="What keeps it from being adopted, by place: `parts.2.weight`, `parts`, `base`.",
    )


class FormulaAct(s.Serializer):
    at = s.DateTimeField()
    kind = s.ChoiceField(FormulaActKind.choices)
    label_ = s.CharField()
    person = s.CharField()
    post = s.CharField()

    def get_fields(self):
        fields = super().get_fields()
        fields["label"] = fields.pop("label_")
        return fields


class Formula(FormulaRow, Examined):
    definition = Definition()
    acts = FormulaAct(many=True, help_text="All that was done to it; empty for whoever does not keep it.")
    actions = Action(many=True)


class NewFormula(s.Serializer):
    """Either `preset` or `formula`."""

    preset = s.CharField(required=False, help_text="The code of a formula that ships: see `formulas/presets/`.")
    district = s.CharField(required=False, help_text="For which district or city; one's own if not said.")
    formula = s.CharField(required=False, help_text="The number of another formula of the same district.")


class ToExamine(s.Serializer):
    definition = Definition()


class Preset(s.Serializer):
    code = s.CharField()
    of = s.ChoiceField(Ranked.choices)
    name = s.CharField()
    sources = s.ListField(child=s.CharField(), help_text="Whose practice it is.")
    lines = FormulaLine(many=True)


class Measure(s.Serializer):
    name = s.CharField()
    label_ = s.CharField()
    of = s.ListField(child=s.ChoiceField(Ranked.choices), help_text="For which units a formula may use it.")

    def get_fields(self):
        fields = super().get_fields()
        fields["label"] = fields.pop("label_")
        return fields


class Place(s.Serializer):
    rank = s.IntegerField(allow_null=True)
    total = s.FloatField(allow_null=True)
    sample = s.FloatField()


class Reason(s.Serializer):
    name = s.CharField(help_text="Of a part, or of what stands beside the parts.")
    change = s.FloatField(help_text="By how much it changes the total.")


class Move(s.Serializer):
    unit = s.CharField()
    name = s.CharField()
    group = s.CharField()
    group_name = s.CharField()
    before = Place(allow_null=True, help_text="null for a unit that did not stand in the month.")
    after = Place()
    places = s.IntegerField(allow_null=True, help_text="Gained; below 0 lost. null unless it has a rank both times.")
    points = s.FloatField(allow_null=True)
    reasons = Reason(many=True, help_text="The largest first; together the change of the total.")


class WhatIfHead(HeadSerializer):
    by = s.CharField(help_text="The number of the formula it is computed by; `formula` is the one it was computed by.")
    period_differs = s.BooleanField(help_text="Its month would have other days, which nobody has counted.")
    uncounted = s.ListField(child=s.CharField(), help_text="Measures it uses that no month counts yet.")


class WhatIf(WhatIfHead):
    moves = Move(many=True)


class BothParts(s.Serializer):
    name = s.CharField()
    before = PartSerializer(allow_null=True)
    after = PartSerializer(allow_null=True)


class WhatIfUnit(WhatIfHead):
    move = Move()
    before_line = s.CharField(allow_null=True, help_text="The arithmetic of the total as it was.")
    after_line = s.CharField(help_text="The arithmetic of the total as it would be.")
    parts = BothParts(many=True)
