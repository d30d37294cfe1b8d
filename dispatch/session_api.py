"""The API of joint sessions and their tasks. Each call fetches, calls one service, answers."""

from drf_spectacular.utils import extend_schema

from dispatch import session_schema as schema
from dispatch.api import KEY, ActingViewSet
from dispatch.models import JointSession, SessionTask
from dispatch.present import actions_on
from dispatch.queries import find_session, find_task, whole_session
from dispatch.schema import Act
from dispatch.session_actions import session_actions, task_actions


def said_of_session(row, *, person):
    """A joint session with its seats and tasks; `row` as `queries.whole_session` loads it."""
    return {
        "number": row.number,
        "whistle": row.whistle.number,
        "title": row.whistle.title,
        "drill": row.whistle.drill,
        "state": row.state,
        "state_label": str(row.get_state_display()),
        "held_at": row.held_at,
        "place": row.place,
        "agenda": row.agenda,
        "minutes": row.minutes,
        "called_by": str(row.called_by),
        "called_at": row.called_at,
        "minuted_by": str(row.minuted_by) if row.minuted_by else None,
        "minuted_at": row.minuted_at,
        "departments": [
            {
                "department": seat.department.code,
                "department_name": str(seat.department),
                "invited": seat.invited,
                "came": seat.came,
            }
            for seat in row.seats.all()
        ],
        "tasks": [said_of_task(each, person=person) for each in row.tasks.all()],
        "actions": actions_on(session_actions, row, person),
    }


def said_of_task(row, *, person):
    return {
        "number": row.number,
        "session": row.session.number,
        "order": row.order.number,
        "department": row.order.department.code,
        "department_name": str(row.order.department),
        "text": row.text,
        "due_on": row.due_on,
        "state": row.state,
        "state_label": str(row.get_state_display()),
        "set_at": row.set_at,
        "done_at": row.done_at,
        "answer": row.answer,
        "actions": actions_on(task_actions, row, person),
    }


@extend_schema(tags=["joint sessions"])
class SessionViewSet(ActingViewSet):
    """Joint sessions of the whistles the caller may see."""

    queryset = JointSession.objects.none()
    serializer_class = schema.JointSession
    table = session_actions

    def find(self, number):
        return find_session(self.request.user, number)

    def say(self, number):
        return said_of_session(whole_session(self.request.user, number), person=self.request.user)

    @extend_schema(responses=schema.JointSession)
    def retrieve(self, request, number):
        return super().retrieve(request, number)

    @extend_schema(operation_id="sessions_act", request=Act, responses=schema.JointSession, parameters=[KEY])
    def act(self, request, number, action):
        """Does one of the acts that `actions` offers."""
        return super().act(request, number, action)


@extend_schema(tags=["joint sessions"])
class TaskViewSet(ActingViewSet):
    """Tasks that joint sessions agreed on."""

    queryset = SessionTask.objects.none()
    serializer_class = schema.SessionTask
    table = task_actions

    def find(self, number):
        return find_task(self.request.user, number)

    def say(self, number):
        return said_of_task(self.find(number), person=self.request.user)

    @extend_schema(responses=schema.SessionTask)
    def retrieve(self, request, number):
        return super().retrieve(request, number)

    @extend_schema(operation_id="tasks_act", request=Act, responses=schema.SessionTask, parameters=[KEY])
    def act(self, request, number, action):
        """Does one of the acts that `actions` offers."""
        return super().act(request, number, action)
