"""The API of months: on their way to publication, with their rows, and what is made in them."""

from typing import ClassVar

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view

from assessment import bulletin_schema as shapes
from assessment import month_present
from assessment.bulletin_actions import appeal_actions, bulletin_actions, export_actions, points_actions
from assessment.bulletins import waiting_first
from assessment.filters import AppealFilter, BulletinFilter, ExportFilter, PointsFilter
from assessment.finding import appeals_of, bulletins_of, by_key, exports_of, file_of, find_bulletin, points_of
from assessment.models import Appeal, Bulletin, Export, ManualItem, Score
from assessment.permissions import can_see_months, ranking_asked
from assessment.standings import listed
from assessment.states import Ranked
from common.errors import Invalid, require
from dispatch import schema
from dispatch.api import KEY, ActingViewSet, answer_once

OF = OpenApiParameter("of", str, enum=Ranked.values, description="Without it the first that you may see.")


@extend_schema(tags=["months"])
class BulletinViewSet(ActingViewSet):
    """The months the caller may see: an assessor's from their beginning, anybody else's once appeals may be made."""

    queryset = Bulletin.objects.none()
    filterset_class = BulletinFilter
    serializer_class = shapes.BulletinRow
    table = bulletin_actions

    def find(self, number):
        return find_bulletin(self.request.user, number)

    def say(self, number):
        return month_present.month(self.find(number), person=self.request.user)

    @extend_schema(operation_id="bulletins_list", responses=shapes.BulletinRow(many=True))
    def list(self, request):
        require(can_see_months(request.user))
        page = self.paginate_queryset(self.filter_queryset(bulletins_of(request.user)))
        return self.get_paginated_response([month_present.line(row) for row in page])

    @extend_schema(responses=shapes.Bulletin)
    def retrieve(self, request, number):
        return super().retrieve(request, number)

    @extend_schema(operation_id="bulletins_act", request=schema.Act, responses=shapes.Bulletin, parameters=[KEY])
    def act(self, request, number, action):
        """Does one of the acts that `actions` offers."""
        return super().act(request, number, action)

    @extend_schema(
        operation_id="bulletins_rows", filters=False, parameters=[OF], responses=shapes.BulletinLine(many=True)
    )
    def rows(self, request, number):
        """The rows of one of its rankings, in order, each with its checksum and what was appealed of it."""
        month = self.find(number)
        _area, of = ranking_asked(request.user, request.query_params.get("of") or None, month.area_id)
        ranking = next((each for each in month.rankings.all() if each.ranked == of), None)
        page = self.paginate_queryset(listed(ranking) if ranking else Score.objects.none())
        return self.get_paginated_response(month_present.rows(page, month, of, person=request.user))


class MadeInAMonth(ActingViewSet):
    """What an act on a month makes: listed, read, acted on, and made by the act `made_by` on the month it names.

    A subclass has `all()`, what the caller may see, and `told(rows)`, the rows as they are said.
    """

    made_by: ClassVar[str]

    def find(self, number):
        return by_key(self.all(), number)

    def say(self, number):
        return self.told([self.find(number)])[0]

    def list(self, request):
        return self.get_paginated_response(self.told(self.paginate_queryset(self.filter_queryset(self.all()))))

    def create(self, request):
        def act():
            made = bulletin_actions.get(self.made_by).perform(
                self._month_named(request.data.get("bulletin")),
                by=request.user,
                at=request.received_at,
                data=request.data,
                files=request.FILES,
            )
            return 201, self.say(made.number)

        return answer_once(request, act)

    def _month_named(self, number):
        try:
            return find_bulletin(self.request.user, number if isinstance(number, str) else "")
        except Http404 as error:
            raise Invalid(fields={"bulletin": [_("There is no such month that you may see.")]}) from error


@extend_schema(tags=["appeals"])
@extend_schema_view(
    list=extend_schema(operation_id="appeals_list", responses=shapes.Appeal(many=True)),
    retrieve=extend_schema(responses=shapes.Appeal),
    create=extend_schema(
        operation_id="appeals_lodge", request=shapes.NewAppeal, responses={201: shapes.Appeal}, parameters=[KEY]
    ),
)
class AppealViewSet(MadeInAMonth):
    """Appeals from months the caller sees, about orders the caller sees; those that wait for a ruling first."""

    queryset = Appeal.objects.none()
    filterset_class = AppealFilter
    serializer_class = shapes.Appeal
    table = appeal_actions
    made_by = "appeal"

    def all(self):
        return waiting_first(appeals_of(self.request.user))

    def told(self, rows):
        return [month_present.appeal(row, person=self.request.user) for row in rows]

    @extend_schema(operation_id="appeals_act", request=schema.Act, responses=shapes.Appeal, parameters=[KEY])
    def act(self, request, number, action):
        """Does one of the acts that `actions` offers."""
        return super().act(request, number, action)


@extend_schema(tags=["points"])
@extend_schema_view(
    list=extend_schema(operation_id="points_list", responses=shapes.Points(many=True)),
    retrieve=extend_schema(responses=shapes.Points),
    create=extend_schema(
        operation_id="points_enter", request=shapes.NewPoints, responses={201: shapes.Points}, parameters=[KEY]
    ),
)
class PointsViewSet(MadeInAMonth):
    """Points that assessors entered by hand, in rankings the caller sees; the latest first."""

    queryset = ManualItem.objects.none()
    filterset_class = PointsFilter
    serializer_class = shapes.Points
    table = points_actions
    made_by = "enter-points"

    def all(self):
        return points_of(self.request.user).order_by("-id")

    def told(self, rows):
        return month_present.points(rows, person=self.request.user)

    @extend_schema(operation_id="points_act", request=schema.Act, responses=shapes.Points, parameters=[KEY])
    def act(self, request, number, action):
        """Does one of the acts that `actions` offers."""
        return super().act(request, number, action)


@extend_schema(tags=["files"])
@extend_schema_view(
    list=extend_schema(operation_id="exports_list", responses=shapes.Export(many=True)),
    retrieve=extend_schema(responses=shapes.Export),
    create=extend_schema(
        operation_id="exports_ask", request=shapes.NewExport, responses={201: shapes.Export}, parameters=[KEY]
    ),
)
class ExportViewSet(MadeInAMonth):
    """The caller's own files of months: asked for, written in the background, read when they are ready."""

    queryset = Export.objects.none()
    filterset_class = ExportFilter
    serializer_class = shapes.Export
    table = export_actions
    made_by = "export"

    def all(self):
        return exports_of(self.request.user)

    def told(self, rows):
        return [month_present.export(row, person=self.request.user) for row in rows]

    @extend_schema(operation_id="exports_act", request=schema.Act, responses=shapes.Export, parameters=[KEY])
    def act(self, request, number, action):
        """Does one of the acts that `actions` offers."""
        return super().act(request, number, action)

    @extend_schema(operation_id="exports_file", responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def file(self, request, number):
        """The file itself, once it is written."""
        return file_of(request.user, number)
