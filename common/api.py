"""What the API shares: how bodies are read, how errors are told, and how lists are paged."""

import json

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.pagination import PageNumberPagination
from rest_framework.parsers import JSONParser
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import set_rollback

from common.errors import NotLoggedIn, Refusal, TooLarge

# DRF's own exceptions, in our words: the code for programs, the sentence for people.
SENTENCES = {
    exceptions.NotAuthenticated: ("not_authenticated", _("Please log in first.")),
    exceptions.AuthenticationFailed: (NotLoggedIn.code, NotLoggedIn.detail),
    exceptions.PermissionDenied: ("forbidden", _("Your posts do not allow this act.")),
    exceptions.NotFound: ("not_found", _("There is nothing here that you may see.")),
    exceptions.MethodNotAllowed: ("method_not_allowed", _("This address does not take that method.")),
    exceptions.ParseError: ("broken_json", _("The body is not valid JSON. Please check what was sent.")),
    exceptions.UnsupportedMediaType: ("unsupported_media_type", _("Send JSON, or a form with files.")),
    exceptions.Throttled: ("throttled", _("Too many requests. Please wait a moment.")),
}


class PlainJSONParser(JSONParser):
    """JSON that can be written down again: neither half characters nor lists nested without end."""

    def parse(self, stream, media_type=None, parser_context=None):
        try:
            data = super().parse(stream, media_type, parser_context)
            json.dumps(data, ensure_ascii=False).encode()
        except (UnicodeEncodeError, RecursionError) as error:
            raise exceptions.ParseError() from error
        return data


def handle(error, context):
    """Every error of the API as `{"code", "detail", "fields"?}`; None for mistakes of ours: a 500 in the log."""
    if isinstance(error, RequestDataTooBig):
        error = TooLarge()
    if isinstance(error, Refusal):
        set_rollback()
        return answer(error.code, error.detail, error.status, error.fields)
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if isinstance(error, exceptions.ValidationError):
        set_rollback()
        fields = error.detail if isinstance(error.detail, dict) else {"non_field_errors": error.detail}
        return answer("invalid", _("Some of what was given cannot be accepted."), 400, fields)
    if isinstance(error, exceptions.APIException):
        set_rollback()
        code, sentence = SENTENCES.get(type(error), (error.default_code, error.detail))
        headers = {"WWW-Authenticate": error.auth_header} if getattr(error, "auth_header", None) else None
        return answer(code, sentence, error.status_code, headers=headers)
    return None


def answer(code, detail, status, fields=None, headers=None):
    body = {"code": code, "detail": str(detail)}
    if fields:
        body["fields"] = {name: [str(sentence) for sentence in _listed(said)] for name, said in fields.items()}
    return Response(body, status=status, headers=headers)


def _listed(said):
    return said if isinstance(said, (list, tuple)) else [said]


class Pages(PageNumberPagination):
    """`{count, more, next, previous, results}`.

    Counting stops at a thousand, so that a page costs the same at any size; `more` says that there are more.
    """

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    count_at_most = 1000
    last_page = 1000

    def paginate_queryset(self, queryset, request, view=None):
        self.request = request
        self.size = self.get_page_size(request)
        try:
            self.number = int(request.query_params.get(self.page_query_param, 1))
        except ValueError:
            self.number = 0
        if not 1 <= self.number <= self.last_page:
            raise Refusal(_("There is no such page. Narrow the list with a filter."), code="no_such_page")
        start = (self.number - 1) * self.size
        rows = list(queryset[start : start + self.size + 1])
        self.has_next, rows = len(rows) > self.size, rows[: self.size]
        if self.number == 1 and not self.has_next:
            self.count, self.more = len(rows), False
        else:
            counted = queryset.order_by().values("pk")[: self.count_at_most + 1].count()
            self.count, self.more = min(counted, self.count_at_most), counted > self.count_at_most
        return rows

    def get_next_link(self):
        return self._link(self.number + 1) if self.has_next else None

    def get_previous_link(self):
        return self._link(self.number - 1) if self.number > 1 else None

    def _link(self, number):
        return replace_query_param(self.request.build_absolute_uri(), self.page_query_param, number)

    def get_paginated_response(self, data):
        return Response(
            {
                "count": self.count,
                "more": self.more,
                "next": self.get_next_link(),
                "previous": self.get_previous_link(),
                "results": data,
            }
        )

    def get_paginated_response_schema(self, schema):
        shape = super().get_paginated_response_schema(schema)
        shape["properties"]["more"] = {"type": "boolean"}
        return shape
