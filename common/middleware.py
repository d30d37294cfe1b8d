"""Stamps the moment a request was received, and turns refusals into answers."""

from django.utils import timezone

from common.web import refused


class ReceivedAtMiddleware:
    """`request.received_at`: when the server received the act. Nothing else decides in time or late."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.received_at = timezone.now()
        return self.get_response(request)


class RefusalMiddleware:
    """A refusal that no page caught is told on a page of its own, or in a toast to htmx."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, error):
        return refused(request, error)
