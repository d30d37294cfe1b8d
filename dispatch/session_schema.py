"""The shapes of joint sessions in the API; `dispatch.session_api` fills them."""

from rest_framework import serializers as s

from dispatch.schema import Action
from dispatch.states import SessionState, TaskState


class Seat(s.Serializer):
    department = s.CharField()
    department_name = s.CharField()
    invited = s.BooleanField()
    came = s.BooleanField(allow_null=True, help_text="Unknown until the minutes are written.")


class SessionTask(s.Serializer):
    number = s.CharField()
    session = s.CharField()
    order = s.CharField()
    department = s.CharField()
    department_name = s.CharField()
    text = s.CharField()
    due_on = s.DateField(help_text="Until the end of this day.")
    state = s.ChoiceField(choices=TaskState.choices)
    state_label = s.CharField()
    set_at = s.DateTimeField()
    done_at = s.DateTimeField(allow_null=True)
    answer = s.CharField()
    actions = Action(many=True)


class JointSession(s.Serializer):
    number = s.CharField()
    whistle = s.CharField()
    title = s.CharField()
    drill = s.BooleanField(help_text="Everything runs, nothing of it counts.")
    state = s.ChoiceField(choices=SessionState.choices)
    state_label = s.CharField()
    held_at = s.DateTimeField()
    place = s.CharField()
    agenda = s.CharField()
    minutes = s.CharField()
    called_by = s.CharField()
    called_at = s.DateTimeField()
    minuted_by = s.CharField(allow_null=True)
    minuted_at = s.DateTimeField(allow_null=True)
    departments = Seat(many=True)
    tasks = SessionTask(many=True)
    actions = Action(many=True)
