"""Areas and departments for pickers and programs: read only."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import mixins, serializers, viewsets

from grid.filters import LEVEL_WORDS, AreaFilter, DepartmentFilter
from grid.models import Area, Department


class AreaSerializer(serializers.ModelSerializer):
    level = serializers.SerializerMethodField()
    parent = serializers.CharField(source="parent_id", allow_null=True, read_only=True)  # type: ignore[assignment]
    short_name = serializers.CharField(read_only=True)
    has_children = serializers.BooleanField(read_only=True)

    class Meta:
        model = Area
        fields = ["code", "name", "short_name", "level", "parent", "lat", "lng", "has_children"]

    @extend_schema_field(serializers.ChoiceField(choices=list(LEVEL_WORDS.values())))
    def get_level(self, area):
        return LEVEL_WORDS[area.level]


class DepartmentSerializer(serializers.ModelSerializer):
    """Names in the reader's language; group, district and parent by their codes."""

    name = serializers.CharField(source="__str__", read_only=True)
    group = serializers.CharField(source="group.code", read_only=True)
    group_name = serializers.CharField(source="group.__str__", read_only=True)
    district = serializers.CharField(source="district_id", read_only=True)
    parent = serializers.CharField(source="parent.code", default=None, allow_null=True, read_only=True)  # type: ignore[assignment]

    class Meta:
        model = Department
        fields = ["code", "name", "group", "group_name", "district", "parent", "active"]


class AreaViewSet(viewsets.ReadOnlyModelViewSet):
    """The national divisions and the grids in them; public knowledge, so everybody who is logged in sees all."""

    queryset = Area.objects.with_has_children().defer("outline").order_by("code")
    serializer_class = AreaSerializer
    filterset_class = AreaFilter
    lookup_value_regex = "[0-9]+"


class DepartmentViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    """The departments of the districts in which one holds a post. A code is unique within its district only."""

    queryset = Department.objects.select_related("group", "parent")
    serializer_class = DepartmentSerializer
    filterset_class = DepartmentFilter

    def get_queryset(self):
        return super().get_queryset().visible_to(self.request.user)
