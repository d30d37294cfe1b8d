"""What makes pages an application on a phone: its manifest, the worker that keeps the shell, acts that wait there.

Whatever is kept on a phone by the worker is the same for everybody: styles, scripts, and one page without a person.
"""

import hashlib

from django.contrib.auth.decorators import login_not_required
from django.http import JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

SHELL = (
    "css/components.css",
    "css/tokens.css",
    "img/mark.svg",
    "js/outbox.js",
    "js/theme.js",
    "vendor/tabler/tabler.min.css",
)
ICONS = (
    ("icon-192.png", "192x192", "any"),
    ("icon-512.png", "512x512", "any"),
    ("maskable-512.png", "512x512", "maskable"),
)


@require_GET
@login_not_required
def manifest(request):
    """The web manifest, in the reader's language."""
    said = {
        "id": "/",
        "name": _("Shaoxiang"),
        "short_name": _("Shaoxiang"),
        "description": _("Streets whistle, departments report"),
        "lang": "en" if get_language() == "en" else "zh-Hans",
        "start_url": reverse("workbench"),
        "scope": "/",
        "display": "standalone",
        "theme_color": "#1a5cb0",
        "background_color": "#f2f5f9",
        "icons": [
            {"src": static(f"img/{name}"), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for name, sizes, purpose in ICONS
        ],
    }
    return JsonResponse(said, content_type="application/manifest+json")


@require_GET
@login_not_required
@never_cache
def worker(request):
    """The service worker, from the root so that it answers for every page. Its version is that of what it keeps."""
    shell = [static(name) for name in SHELL]
    version = hashlib.sha256(" ".join(shell).encode()).hexdigest()[:12]
    context = {
        "shell": shell,
        "version": version,
        "outbox": reverse("outbox"),
        "name": _("Shaoxiang"),
        "icon": static(f"img/{ICONS[0][0]}"),
    }
    return render(request, "sw.js", context, content_type="text/javascript")


@require_GET
@login_not_required
@never_cache
def outbox(request):
    """What waits on this phone to be sent, and the page that shows without a network. The same for everybody."""
    return render(request, "outbox.html")


@require_GET
@never_cache
def phone(request):
    """Whom this phone acts for now, and the token that forms need: asked before anything kept is sent."""
    return JsonResponse({"person": str(request.user.pk), "token": get_token(request)})
