"""The API of advice letters. Each call fetches, calls one service, answers."""

from drf_spectacular.utils import extend_schema

from common.errors import Invalid, require
from dispatch import present, schema
from dispatch.api import KEY, ActingViewSet, answer_once
from dispatch.filters import LetterFilter
from dispatch.letter_actions import letter_actions
from dispatch.letter_forms import NOT_A_WRITER, LetterForm
from dispatch.queries import find_letter, letters_of, whole_letter, with_urgency
from dispatch.services import send_letter
from whistle.models import AdviceLetter
from whistle.permissions import WRITE_LETTERS


@extend_schema(tags=["letters"])
class LetterViewSet(ActingViewSet):
    """Advice letters about the ground of the caller's posts, or to the caller's department."""

    queryset = AdviceLetter.objects.none()
    filterset_class = LetterFilter
    serializer_class = schema.LetterRow
    table = letter_actions

    def find(self, number):
        return find_letter(self.request.user, number)

    def say(self, number):
        person = self.request.user
        return present.letter(whole_letter(person, number), person=person, now=self.request.received_at)

    @extend_schema(responses=schema.LetterRow(many=True))
    def list(self, request):
        seen = letters_of(request.user).order_by("-id")
        page = with_urgency(self.paginate_queryset(self.filter_queryset(seen)))
        return self.get_paginated_response([present.letter_line(row, now=request.received_at) for row in page])

    @extend_schema(responses=schema.Letter)
    def retrieve(self, request, number):
        return super().retrieve(request, number)

    @extend_schema(
        operation_id="letters_send", request=schema.NewLetter, responses={201: schema.Letter}, parameters=[KEY]
    )
    def create(self, request):
        require(request.user.holds(*WRITE_LETTERS), NOT_A_WRITER)

        def act():
            form = LetterForm(request.data, request.FILES, person=request.user)
            if not form.is_valid():
                raise Invalid(fields=form.errors)
            letter = send_letter(by=request.user, at=request.received_at, **form.cleaned_data)
            return 201, self.say(letter.number)

        return answer_once(request, act)

    @extend_schema(operation_id="letters_act", request=schema.Act, responses=schema.Letter, parameters=[KEY])
    def act(self, request, number, action):
        """Does one of the acts that `actions` offers."""
        return super().act(request, number, action)
