"""The shapes of the API, for its documentation; `dispatch.present` fills them."""

from rest_framework import serializers as s

from dispatch.states import ClockKind, ClockState, OrderRole, OrderState, Rank, ReturnRuling, SessionState
from whistle.states import Holder, LeadState, LetterState, Level, Outcome, Ruling, Source, WhistleState


class Choice(s.Serializer):
    value = s.CharField()
    label = s.CharField()


class Field(s.Serializer):
    name = s.CharField()
    label = s.CharField()
    type = s.CharField()
    required = s.BooleanField()
    choices = Choice(many=True, required=False)


class Action(s.Serializer):
    name = s.CharField()
    label = s.CharField()
    fields_ = Field(many=True, source="fields")

    def get_fields(self):
        fields = super().get_fields()
        fields["fields"] = fields.pop("fields_")
        fields["fields"].source = None
        return fields


class Deadline(s.Serializer):
    kind = s.ChoiceField(choices=ClockKind.choices)
    label_ = s.CharField()
    start_at = s.DateTimeField()
    due_at = s.DateTimeField()
    met_at = s.DateTimeField(allow_null=True)
    state = s.ChoiceField(choices=ClockState.choices)
    overdue_seconds = s.IntegerField()
    provisional = s.BooleanField()

    def get_fields(self):
        # `label` is an argument of every serializer field, so it cannot be declared under its own name.
        fields = super().get_fields()
        fields["label"] = fields.pop("label_")
        return fields


class Report(s.Serializer):
    at = s.DateTimeField()
    claimed_at = s.DateTimeField(allow_null=True, help_text="What a phone said that had no network; decides nothing.")
    rank = s.ChoiceField(choices=Rank.choices)
    valid = s.BooleanField()
    lat = s.FloatField(allow_null=True)
    lng = s.FloatField(allow_null=True)
    accuracy_m = s.IntegerField(allow_null=True, help_text="To within how many metres, as the phone says.")
    distance_m = s.IntegerField(allow_null=True, help_text="Metres from the case.")
    note = s.CharField()
    confirmed_at = s.DateTimeField(allow_null=True)
    by_code = s.BooleanField(help_text="Confirmed by the code that the street's officer showed on site.")


class ArrivalCode(s.Serializer):
    address = s.CharField(help_text="What the QR code leads to.")
    digits = s.CharField(help_text="What is typed instead, as `code` of the act `report`.")
    shown_at = s.DateTimeField()
    expires_at = s.DateTimeField()


class Score(s.Serializer):
    cooperation = s.IntegerField()
    resolution = s.IntegerField()
    comment = s.CharField()
    at = s.DateTimeField()
    by_rule = s.BooleanField(help_text="The street did not score in time.")


class Order(s.Serializer):
    number = s.CharField()
    whistle = s.CharField()
    title = s.CharField()
    drill = s.BooleanField(help_text="Everything runs, nothing of it counts.")
    department = s.CharField()
    department_name = s.CharField()
    role = s.ChoiceField(choices=OrderRole.choices)
    state = s.ChoiceField(choices=OrderState.choices)
    state_label = s.CharField()
    must_come = s.ChoiceField(choices=Rank.choices)
    sent_at = s.DateTimeField()
    acknowledged_at = s.DateTimeField(allow_null=True)
    on_site_at = s.DateTimeField(allow_null=True)
    finished_at = s.DateTimeField(allow_null=True)
    result = s.CharField()
    return_reason = s.CharField()
    suggested_department = s.CharField(allow_null=True)
    return_ruling = s.ChoiceField(choices=ReturnRuling.choices, allow_null=True)
    deadlines = Deadline(many=True)
    reports = Report(many=True)
    score = Score(allow_null=True)
    actions = Action(many=True)


class OrderLine(s.Serializer):
    number = s.CharField()
    department = s.CharField()
    role = s.ChoiceField(choices=OrderRole.choices)
    state = s.ChoiceField(choices=OrderState.choices)


class Photo(s.Serializer):
    url = s.CharField()
    thumbnail = s.CharField()
    width = s.IntegerField()
    height = s.IntegerField()


class Event(s.Serializer):
    id = s.IntegerField()
    at = s.DateTimeField()
    kind = s.CharField()
    label_ = s.CharField()
    order = s.CharField(allow_null=True)
    person = s.CharField(allow_null=True)
    post = s.CharField(allow_null=True)
    note = s.CharField()
    data_ = s.DictField()
    photos = Photo(many=True)

    def get_fields(self):
        fields = super().get_fields()
        fields["label"], fields["data"] = fields.pop("label_"), fields.pop("data_")
        return fields


class Signature(s.Serializer):
    role = s.CharField()
    person = s.CharField()
    agrees = s.BooleanField()
    opinion = s.CharField()
    inspected_at = s.DateTimeField(allow_null=True)
    at = s.DateTimeField()


class WhistleHead(s.Serializer):
    number = s.CharField()
    state = s.ChoiceField(choices=WhistleState.choices)
    state_label = s.CharField()
    type = s.CharField()
    type_name = s.CharField()
    level = s.ChoiceField(choices=Level.choices)
    title = s.CharField()
    area = s.CharField()
    place = s.CharField()
    lat = s.FloatField(allow_null=True)
    lng = s.FloatField(allow_null=True)
    source_ = s.ChoiceField(choices=Source.choices)
    created_at = s.DateTimeField()
    filed_at = s.DateTimeField(allow_null=True)
    closed_at = s.DateTimeField(allow_null=True)
    drill = s.BooleanField(help_text="Everything runs, nothing of it counts.")
    demonstration = s.BooleanField()

    def get_fields(self):
        fields = super().get_fields()
        fields["source"] = fields.pop("source_")
        return fields


class WhistleRow(WhistleHead):
    orders = OrderLine(many=True)
    deadline = Deadline(allow_null=True, help_text="The most urgent clock that still runs.")
    overdue = s.BooleanField()


class SessionLine(s.Serializer):
    number = s.CharField()
    state = s.ChoiceField(choices=SessionState.choices)
    held_at = s.DateTimeField()
    place = s.CharField()
    tasks_open = s.IntegerField()


class Whistle(WhistleHead):
    description = s.CharField()
    district = s.CharField()
    address = s.CharField()
    criteria = s.ListField(child=s.CharField())
    departments = s.ListField(child=s.CharField())
    item = s.CharField(allow_null=True)
    lead = s.CharField(allow_null=True, help_text="The lead it grew out of.")
    sign_off = s.CharField()
    ruling = s.ChoiceField(choices=Ruling.choices, allow_null=True)
    created_by = s.CharField()
    dispatched_at = s.DateTimeField(allow_null=True)
    handled_at = s.DateTimeField(allow_null=True)
    verified_at = s.DateTimeField(allow_null=True)
    confirmed_at = s.DateTimeField(allow_null=True)
    signatures = Signature(many=True)
    orders = Order(many=True)
    deadlines = Deadline(many=True)
    sessions = SessionLine(many=True)
    events = Event(many=True)
    actions = Action(many=True)
    warnings = s.ListField(child=s.CharField())


class NewWhistle(s.Serializer):
    type = s.CharField()
    level = s.ChoiceField(choices=Level.choices)
    title = s.CharField(max_length=100)
    description = s.CharField(max_length=5000)
    area = s.CharField(help_text="Code of a street, community or grid.")
    address = s.CharField(required=False, max_length=200)
    lat = s.FloatField(required=False, min_value=-90, max_value=90)
    lng = s.FloatField(required=False, min_value=-180, max_value=180)
    criteria = s.ListField(child=s.CharField())
    departments = s.ListField(child=s.CharField(), required=False, help_text="The first one leads.")
    item = s.CharField(required=False)
    source_ = s.ChoiceField(choices=Source.choices, required=False)
    drill = s.BooleanField(
        required=False, help_text="Everything runs, nothing of it counts. Cannot be changed once it is blown."
    )

    def get_fields(self):
        fields = super().get_fields()
        fields["source"] = fields.pop("source_")
        return fields


class Message(s.Serializer):
    id = s.IntegerField()
    at = s.DateTimeField()
    read_at = s.DateTimeField(allow_null=True)
    urgent = s.BooleanField()
    kind = s.CharField(help_text="That of the event; “finding” for an alarm of the auditor, to administrators.")
    text = s.CharField()
    note = s.CharField()
    title = s.CharField()
    about = s.ChoiceField(choices=["whistle", "order", "lead", "letter", "finding"])
    number = s.CharField(allow_null=True)
    page = s.CharField(help_text="The address of the page it leads to.")


class Until(s.Serializer):
    until = s.IntegerField(
        required=False,
        min_value=0,
        max_value=2**63 - 1,
        help_text="The newest message to mark; without it, all of them.",
    )


class Marked(s.Serializer):
    marked = s.IntegerField()
    unread = s.IntegerField()


class Unread(s.Serializer):
    unread = s.IntegerField()


class LeadRow(s.Serializer):
    number = s.CharField()
    state = s.ChoiceField(choices=LeadState.choices)
    state_label = s.CharField()
    holder = s.ChoiceField(choices=Holder.choices)
    holder_label = s.CharField()
    hard = s.BooleanField()
    title = s.CharField()
    source_ = s.ChoiceField(choices=Source.choices)
    area = s.CharField()
    place = s.CharField()
    lat = s.FloatField(allow_null=True)
    lng = s.FloatField(allow_null=True)
    reported_at = s.DateTimeField()
    solved_at = s.DateTimeField(allow_null=True)
    hotline_number = s.CharField()
    answer_by = s.DateTimeField(allow_null=True)
    demonstration = s.BooleanField()
    deadline = Deadline(allow_null=True, help_text="The clock, while it runs.")
    overdue = s.BooleanField()

    def get_fields(self):
        fields = super().get_fields()
        fields["source"] = fields.pop("source_")
        return fields


class Lead(LeadRow):
    description = s.CharField()
    district = s.CharField()
    address = s.CharField()
    contact = s.CharField(allow_null=True, help_text="Null for those on whose ground it does not lie.")
    answer = s.CharField()
    reported_by = s.CharField()
    whistle = s.CharField(allow_null=True, help_text="What it was turned into.")
    deadlines = Deadline(many=True)
    events = Event(many=True)
    actions = Action(many=True)


class NewLead(s.Serializer):
    title = s.CharField(max_length=100)
    area = s.CharField(help_text="Code of a street, community or grid on the caller's own ground.")
    description = s.CharField(required=False, max_length=5000)
    address = s.CharField(required=False, max_length=200)
    lat = s.FloatField(required=False, min_value=-90, max_value=90)
    lng = s.FloatField(required=False, min_value=-180, max_value=180)
    contact = s.CharField(required=False, max_length=100)
    hard = s.BooleanField(required=False, help_text="The street has it in hand at once.")
    hotline_number = s.CharField(required=False, max_length=40)
    answer_by = s.DateTimeField(required=False, help_text="When the hotline wants its answer; the clock is due then.")
    source_ = s.ChoiceField(choices=Source.choices, required=False)

    def get_fields(self):
        fields = super().get_fields()
        fields["source"] = fields.pop("source_")
        return fields


class LetterRow(s.Serializer):
    number = s.CharField()
    state = s.ChoiceField(choices=LetterState.choices)
    state_label = s.CharField()
    title = s.CharField()
    sender = s.CharField(help_text="Code of the street or community that wrote it.")
    sender_name = s.CharField()
    department = s.CharField()
    department_name = s.CharField()
    area = s.CharField()
    place = s.CharField()
    sent_at = s.DateTimeField()
    replied_at = s.DateTimeField(allow_null=True)
    closed_at = s.DateTimeField(allow_null=True)
    outcome = s.ChoiceField(choices=Outcome.choices, allow_null=True)
    demonstration = s.BooleanField()
    deadline = Deadline(allow_null=True, help_text="The clock to reply, while it runs.")
    overdue = s.BooleanField()


class Letter(LetterRow):
    text = s.CharField()
    reply = s.CharField()
    district = s.CharField()
    created_by = s.CharField()
    deadlines = Deadline(many=True)
    events = Event(many=True)
    actions = Action(many=True)


class NewLetter(s.Serializer):
    department = s.CharField(help_text="Code of a department of the district.")
    area = s.CharField(help_text="Code of a street, community or grid on the caller's own ground.")
    title = s.CharField(max_length=100)
    text = s.CharField(max_length=5000)


class Act(s.Serializer):
    """What the action asks for; see `fields` of the action."""

    class Meta:
        ref_name = "Act"
