"""The API of whistles, orders and messages. Each call fetches, calls one service, answers."""

import json

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder
from rest_framework.viewsets import GenericViewSet

from common.actions import ActionTable
from common.errors import Invalid, require
from dispatch import present, schema
from dispatch.actions import order_actions, whistle_actions
from dispatch.arriving import shown_now
from dispatch.filters import MessageFilter, OrderFilter, WhistleFilter
from dispatch.models import Message, Order
from dispatch.queries import (
    find_order,
    find_whistle,
    inbox_of,
    just_drafted,
    lines,
    most_urgent,
    orders_in_short,
    orders_of,
    whole_order,
    whole_whistle,
)
from dispatch.services.inbox import mark_read
from grid.models import Role
from whistle.forms import WhistleForm, warnings_about
from whistle.models import Whistle, WhistleType
from whistle.requests import HEADER, act_once
from whistle.services import create_draft

KEY = OpenApiParameter(HEADER, str, OpenApiParameter.HEADER, description="Makes a repeated request harmless.")


def answer_once(request, act):
    """Runs `act()`, which returns a status and data, once per idempotency key."""
    if not hasattr(request.data, "keys"):
        raise Invalid(_("Send one JSON object."))

    def plainly():
        status, said = act()
        # As it will be stored and, should the request come again, repeated.
        return status, json.loads(json.dumps(said, cls=JSONEncoder))

    status, said = act_once(
        request, key=request.headers.get(HEADER), data=request.data, files=request.FILES, act=plainly
    )
    return Response(said, status=status)


class ActingViewSet(GenericViewSet):
    """Rows that can be listed, read and acted on by the actions of a table.

    A subclass has `find(number)`, the row if the caller may see it and Http404 otherwise, and `say(number)`, the row
    and everything about it as the caller sees it.
    """

    lookup_field = "number"
    table: ActionTable

    def retrieve(self, request, number):
        return Response(self.say(number))

    def act(self, request, number, action):
        """Does one of the acts that `actions` offers."""
        given = self.table.get(action)
        if given is None:
            raise Http404

        def act():
            row = self.find(number)
            given.perform(row, by=request.user, at=request.received_at, data=request.data, files=request.FILES)
            return 200, self.say(number)

        return answer_once(request, act)


@extend_schema(tags=["whistles"])
class WhistleViewSet(ActingViewSet):
    """Whistles the caller may see. For anybody else a case does not exist."""

    queryset = Whistle.objects.none()
    filterset_class = WhistleFilter
    serializer_class = schema.WhistleRow
    table = whistle_actions

    def rows(self, request):
        """What the list holds, in its order."""
        return Whistle.objects.visible_to(request.user).order_by("-id")

    def find(self, number):
        return find_whistle(self.request.user, number)

    def say(self, number):
        person = self.request.user
        return present.whistle(whole_whistle(person, number), person=person, now=self.request.received_at)

    @extend_schema(responses=schema.WhistleRow(many=True))
    def list(self, request):
        page = self.paginate_queryset(lines(self.filter_queryset(self.rows(request))))
        whistles = [line["pk"] for line in page]
        orders, urgent = orders_in_short(whistles), most_urgent(whistles)
        types = WhistleType.objects.in_bulk({line["type_id"] for line in page})
        return self.get_paginated_response(
            [
                present.whistle_line(
                    line,
                    type=types[line["type_id"]],
                    orders=orders[line["pk"]],
                    urgent=urgent.get(line["pk"]),
                    now=request.received_at,
                )
                for line in page
            ]
        )

    @extend_schema(responses=schema.Whistle)
    def retrieve(self, request, number):
        return super().retrieve(request, number)

    @extend_schema(
        operation_id="whistles_file", request=schema.NewWhistle, responses={201: schema.Whistle}, parameters=[KEY]
    )
    def create(self, request):
        require(request.user.holds(Role.STREET_OFFICER), _("Only a street officer can blow a whistle."))

        def act():
            form = WhistleForm(request.data, request.FILES, person=request.user)
            if not form.is_valid():
                raise Invalid(fields=form.errors)
            whistle = create_draft(by=request.user, at=request.received_at, **form.cleaned_data)
            said = present.whistle(
                just_drafted(whistle),
                person=request.user,
                now=request.received_at,
                warnings=warnings_about(whistle),
            )
            return 201, said

        return answer_once(request, act)

    @extend_schema(operation_id="whistles_arrival", responses=schema.ArrivalCode)
    def arrival(self, request, number):
        """The arrival code that the caller shows now; the act `show-code` makes one."""
        code = shown_now(request.user, self.find(number), at=request.received_at)
        if code is None:
            raise Http404
        return Response(present.arrival_code(code, request.build_absolute_uri(reverse("arrive", args=[code.token]))))

    @extend_schema(operation_id="whistles_act", request=schema.Act, responses=schema.Whistle, parameters=[KEY])
    def act(self, request, number, action):
        """Does one of the acts that `actions` offers."""
        return super().act(request, number, action)


@extend_schema(tags=["orders"])
class OrderViewSet(ActingViewSet):
    """Orders of the whistles the caller may see."""

    queryset = Order.objects.none()
    filterset_class = OrderFilter
    serializer_class = schema.Order
    table = order_actions

    def find(self, number):
        return find_order(self.request.user, number)

    def say(self, number):
        person = self.request.user
        return present.order(whole_order(person, number), person=person, now=self.request.received_at)

    @extend_schema(responses=schema.Order(many=True))
    def list(self, request):
        page = self.paginate_queryset(self.filter_queryset(orders_of(request.user).for_display()))
        return self.get_paginated_response(
            [present.order(row, person=request.user, now=request.received_at) for row in page]
        )

    @extend_schema(responses=schema.Order)
    def retrieve(self, request, number):
        return super().retrieve(request, number)

    @extend_schema(operation_id="orders_act", request=schema.Act, responses=schema.Order, parameters=[KEY])
    def act(self, request, number, action):
        """Does one of the acts that `actions` offers."""
        return super().act(request, number, action)


@extend_schema(tags=["messages"])
class MessageViewSet(GenericViewSet):
    """The caller's own messages. For anybody else they do not exist."""

    queryset = Message.objects.none()
    filterset_class = MessageFilter
    serializer_class = schema.Message

    @extend_schema(responses=schema.Message(many=True))
    def list(self, request):
        page = self.paginate_queryset(self.filter_queryset(inbox_of(request.user)))
        return self.get_paginated_response([present.message(row) for row in page])

    def retrieve(self, request, pk):
        return Response(present.message(get_object_or_404(inbox_of(request.user), pk=pk)))

    @extend_schema(responses=schema.Unread)
    def unread(self, request):
        """How many of the caller's messages are unread."""
        return Response({"unread": self._unread()})

    @extend_schema(operation_id="messages_read", request=None, responses=schema.Message, parameters=[KEY])
    def read(self, request, pk):
        """Marks one message as read."""

        def act():
            get_object_or_404(inbox_of(request.user), pk=pk)
            mark_read(request.user, at=request.received_at, only=pk)
            return 200, present.message(inbox_of(request.user).get(pk=pk))

        return answer_once(request, act)

    @extend_schema(operation_id="messages_read_all", request=schema.Until, responses=schema.Marked, parameters=[KEY])
    def read_all(self, request):
        """Marks the caller's messages as read, so that what has come since stays unread: up to the one `until`."""

        def act():
            given = schema.Until(data=request.data)
            given.is_valid(raise_exception=True)
            marked = mark_read(request.user, at=request.received_at, until=given.validated_data.get("until"))
            return 200, {"marked": marked, "unread": self._unread()}

        return answer_once(request, act)

    def _unread(self):
        return Message.objects.filter(person=self.request.user).unread().count()
