"""A name and a password for a token that programs show with every call."""

from django.contrib.auth import authenticate
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.authtoken.models import Token
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from common.errors import NotLoggedIn


class NameAndPassword(serializers.Serializer):
    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=500, trim_whitespace=False)


class TokenAnswer(serializers.Serializer):
    token = serializers.CharField()


class TokenView(APIView):
    """Wrong passwords are counted as on the log-in page, and lock the account there and here."""

    authentication_classes = []
    permission_classes = [AllowAny]

    @extend_schema(tags=["token"], request=NameAndPassword, responses=TokenAnswer)
    def post(self, request):
        given = NameAndPassword(data=request.data)
        given.is_valid(raise_exception=True)
        person = authenticate(request._request, **given.validated_data)
        if person is None:
            raise NotLoggedIn()
        token, _created = Token.objects.get_or_create(user=person)
        return Response({"token": token.key})
