"""The shapes of months and of what is made in them, for the documentation; `month_present` fills them."""

from rest_framework import serializers as s

from assessment.api import StandingSerializer
from assessment.states import Appealed, BulletinActKind, BulletinState, ExportKind, ExportState, Ranked
from dispatch.schema import Action

APPEAL_STATES = [("waiting", "Waits for a ruling"), ("ruled", "Ruled on")]
POINTS_STATES = [("counts", "Counts"), ("withdrawn", "Taken back")]
OLD = "As it counted: a mark of 0 to 100, or 0 for a clock that was not in time. It stays visible."
NEW = "As it counts by the ruling: a mark, 1 for in time; null for not counted, and unless it was granted."


class BulletinRow(s.Serializer):
    number = s.CharField(help_text="Of the district or city and its month: 530102-2026-11.")
    month = s.CharField()
    district = s.CharField()
    district_name = s.CharField()
    state = s.ChoiceField(BulletinState.choices)
    state_label = s.CharField()
    as_of = s.DateTimeField(allow_null=True, help_text="The record up to here counts; null while the month runs.")
    appeals_until = s.DateTimeField(allow_null=True, help_text="The first moment that is too late for an appeal.")
    published_at = s.DateTimeField(allow_null=True)
    checksum = s.CharField(help_text="Over its rankings; empty before it is published.")


class FormulaVersion(s.Serializer):
    number = s.CharField()
    name = s.CharField()
    version = s.IntegerField()


class MonthRanking(s.Serializer):
    of = s.ChoiceField(Ranked.choices)
    formula = FormulaVersion()
    starts_at = s.DateTimeField()
    ends_at = s.DateTimeField(help_text="The first moment after its period.")
    computed_at = s.DateTimeField(allow_null=True)
    units = s.IntegerField(help_text="How many stand in it.")
    inputs_checksum = s.CharField(help_text="Of what was counted; empty while the month runs.")
    checksum = s.CharField(help_text="Of the rows that came out; empty while the month runs.")


class CorrectedScore(s.Serializer):
    of = s.ChoiceField(Ranked.choices)
    unit = s.CharField()
    name = s.CharField(help_text="As it was called then.")
    was = s.FloatField(allow_null=True, help_text="As published.")
    total = s.FloatField(help_text="What it ought to have been; this counts in the year.")


class Correction(s.Serializer):
    at = s.DateTimeField()
    person = s.CharField()
    post = s.CharField()
    text = s.CharField()
    accountability = s.CharField(allow_null=True, help_text="The record whose reversal it follows from.")
    scores = CorrectedScore(many=True)


class MonthAct(s.Serializer):
    at = s.DateTimeField()
    kind = s.ChoiceField(BulletinActKind.choices)
    label_ = s.CharField()
    person = s.CharField()
    post = s.CharField()
    note = s.CharField()
    data_ = s.DictField()

    def get_fields(self):
        fields = super().get_fields()
        fields["label"], fields["data"] = fields.pop("label_"), fields.pop("data_")
        return fields


class Difference(s.Serializer):
    of = s.ChoiceField(Ranked.choices)
    unit = s.CharField(help_text="Empty where it is about the whole ranking.")
    name = s.CharField()
    figure = s.CharField()
    label_ = s.CharField()
    kept = s.CharField(help_text="As the month says.")
    proved = s.CharField(help_text="As the record says.")

    def get_fields(self):
        fields = super().get_fields()
        fields["label"] = fields.pop("label_")
        return fields


class Proof(s.Serializer):
    at = s.DateTimeField()
    by = s.CharField()
    ended_at = s.DateTimeField(allow_null=True, help_text="null while it is under way.")
    count = s.IntegerField(allow_null=True, help_text="Of what differs; null until it is done, and if it broke off.")
    differences = Difference(many=True, help_text="The first hundred; for the month's assessors only.")


class Bulletin(BulletinRow):
    ends_at = s.DateTimeField(allow_null=True, help_text="The first moment after the last of its periods.")
    published_by = s.CharField(allow_null=True)
    rankings = MonthRanking(many=True, help_text="Those that you may see.")
    appeals = s.IntegerField(help_text="How many you may see.")
    appeals_waiting = s.IntegerField()
    points = s.IntegerField(help_text="Entries by hand that you may see.")
    corrections = Correction(many=True, help_text="Notices after publication; the month itself stays as it was.")
    acts = MonthAct(many=True, help_text="All that was done to it, in order.")
    proof = Proof(allow_null=True, help_text="The last one.")
    actions = Action(many=True)


class AppealInBrief(s.Serializer):
    number = s.CharField()
    order = s.CharField()
    about = s.ChoiceField(Appealed.choices)
    old = s.IntegerField(help_text=OLD)
    granted = s.BooleanField(allow_null=True, help_text="null while it waits for a ruling.")
    new = s.IntegerField(allow_null=True, help_text=NEW)


class PointsInBrief(s.Serializer):
    number = s.CharField()
    part = s.CharField(help_text="Of the formula, by its code.")
    points = s.FloatField()
    state = s.ChoiceField(POINTS_STATES)


class BulletinLine(StandingSerializer):
    checksum = s.CharField()
    appeals = AppealInBrief(many=True, help_text="Of a department: what was appealed, the old figure beside the new.")
    points = PointsInBrief(many=True, help_text="Entered by hand, also those that were taken back.")


class Appeal(AppealInBrief):
    bulletin = s.CharField()
    whistle = s.CharField()
    title = s.CharField()
    department = s.CharField()
    department_name = s.CharField()
    about_label = s.CharField()
    old_label = s.CharField()
    counts_label = s.CharField(help_text="As it counts now.")
    reason = s.CharField()
    by = s.CharField()
    at = s.DateTimeField()
    answer_by = s.DateTimeField(help_text="The clock of the ruling.")
    state = s.ChoiceField(APPEAL_STATES)
    opinion = s.CharField()
    ruled_by = s.CharField(allow_null=True)
    ruled_at = s.DateTimeField(allow_null=True)
    actions = Action(many=True)


class NewAppeal(s.Serializer):
    bulletin = s.CharField()
    order = s.CharField(help_text="One of your department's own.")
    about = s.ChoiceField(Appealed.choices)
    reason = s.CharField(max_length=2000)


class Points(PointsInBrief):
    bulletin = s.CharField()
    of = s.ChoiceField(Ranked.choices)
    unit = s.CharField()
    name = s.CharField(help_text="What the unit was called in that month.")
    reason = s.CharField()
    by = s.CharField()
    at = s.DateTimeField()
    withdrawn_by = s.CharField(allow_null=True)
    withdrawn_at = s.DateTimeField(allow_null=True)
    actions = Action(many=True)


class NewPoints(s.Serializer):
    bulletin = s.CharField(help_text="A month in review.")
    ranked = s.ChoiceField(Ranked.choices)
    unit = s.CharField()
    part = s.CharField(help_text="A manual part of the formula, by its code.")
    points = s.FloatField(help_text="Within the bounds of the part; below 0 they are taken off.")
    reason = s.CharField(max_length=2000)


class Export(s.Serializer):
    number = s.CharField()
    bulletin = s.CharField()
    kind = s.ChoiceField(ExportKind.choices)
    state = s.ChoiceField(ExportState.choices)
    state_label = s.CharField()
    at = s.DateTimeField()
    done = s.IntegerField(help_text="Rows written.")
    total = s.IntegerField(help_text="Rows in all; 0 until they are counted.")
    percent = s.IntegerField()
    ended_at = s.DateTimeField(allow_null=True)
    trouble = s.CharField(help_text="Why it failed; empty unless it has.")
    filename = s.CharField()
    file = s.CharField(allow_null=True, help_text="Where it is read once it is written; with the same token.")
    actions = Action(many=True)


class NewExport(s.Serializer):
    bulletin = s.CharField()
    kind = s.ChoiceField(ExportKind.choices)
