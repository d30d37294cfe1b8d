"""The API of leads. Each call fetches, calls one service, answers."""

from drf_spectacular.utils import extend_schema

from common.claims import claim_in
from common.errors import Invalid, require
from dispatch import present, schema
from dispatch.api import KEY, ActingViewSet, answer_once
from dispatch.filters import LeadFilter
from dispatch.lead_actions import lead_actions
from dispatch.lead_forms import NOT_A_REPORTER, LeadForm
from dispatch.queries import find_lead, whole_lead, with_urgency
from dispatch.services import report_lead
from whistle.models import Lead
from whistle.permissions import HANDLE_LEADS


@extend_schema(tags=["leads"])
class LeadViewSet(ActingViewSet):
    """Leads on the ground of the caller's posts."""

    queryset = Lead.objects.none()
    filterset_class = LeadFilter
    serializer_class = schema.LeadRow
    table = lead_actions

    def find(self, number):
        return find_lead(self.request.user, number)

    def say(self, number):
        person = self.request.user
        return present.lead(whole_lead(person, number), person=person, now=self.request.received_at)

    @extend_schema(responses=schema.LeadRow(many=True))
    def list(self, request):
        seen = Lead.objects.visible_to(request.user).order_by("-id")
        page = with_urgency(self.paginate_queryset(self.filter_queryset(seen)))
        return self.get_paginated_response([present.lead_line(row, now=request.received_at) for row in page])

    @extend_schema(responses=schema.Lead)
    def retrieve(self, request, number):
        return super().retrieve(request, number)

    @extend_schema(operation_id="leads_report", request=schema.NewLead, responses={201: schema.Lead}, parameters=[KEY])
    def create(self, request):
        require(request.user.holds(*HANDLE_LEADS), NOT_A_REPORTER)

        def act():
            form = LeadForm(request.data, request.FILES, person=request.user)
            if not form.is_valid():
                raise Invalid(fields=form.errors)
            lead = report_lead(
                by=request.user, at=request.received_at, claimed_at=claim_in(request.data), **form.cleaned_data
            )
            return 201, self.say(lead.number)

        return answer_once(request, act)

    @extend_schema(operation_id="leads_act", request=schema.Act, responses=schema.Lead, parameters=[KEY])
    def act(self, request, number, action):
        """Does one of the acts that `actions` offers."""
        return super().act(request, number, action)
