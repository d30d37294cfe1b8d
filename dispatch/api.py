"""The API of whistles and orders. Each call fetches, calls one service, answers."""

import json

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder
from rest_framework.viewsets import GenericViewSet

from common.errors import Invalid, require
from dispatch import present, schema
from dispatch.actions import order_actions, whistle_actions
from dispatch.filters import OrderFilter, WhistleFilter
from dispatch.models import Order
from dispatch.queries import (
    find_order,
    find_whistle,
    just_drafted,
    lines,
    most_urgent,
    orders_in_short,
    orders_of,
    whole_order,
    whole_whistle,
)
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
    table = None

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
