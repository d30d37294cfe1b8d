"""What kinds of whistles there are, for programs: read only."""

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets

from whistle.models import Criterion, WhistleType


class CriterionSerializer(serializers.ModelSerializer):
    name = serializers.CharField(source="__str__", read_only=True)

    class Meta:
        model = Criterion
        fields = ["code", "name", "required"]


class WhistleTypeSerializer(serializers.ModelSerializer):
    """A type with its criteria; names in the reader's language."""

    name = serializers.CharField(source="__str__", read_only=True)
    district = serializers.CharField(source="district_id", read_only=True)
    criteria = CriterionSerializer(many=True, read_only=True)

    class Meta:
        model = WhistleType
        fields = ["code", "name", "district", "criteria", "minimum_criteria", "sign_off", "by_playbook"]


@extend_schema(tags=["whistles"])
class WhistleTypeViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    """The types that can be blown in the districts in which one holds a post."""

    queryset = WhistleType.objects.filter(active=True).prefetch_related("criteria")
    serializer_class = WhistleTypeSerializer

    def get_queryset(self):
        return super().get_queryset().visible_to(self.request.user)
