from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.urls import path

from config.urls import urlpatterns as product


@login_not_required
def empty(request):
    """Nothing but the server and the middleware: the yardstick of the others."""
    return HttpResponse()


urlpatterns = [*product, path("bench/empty/", empty)]
