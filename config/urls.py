"""Every address of the system."""

from django.contrib import admin
from django.contrib.auth import views as accounts
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import Group
from django.urls import include, path
from django.utils.translation import gettext_lazy as _
from django.views.i18n import set_language
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from assessment.analysis_api import AnalysisView
from assessment.api import AccountabilityViewSet, BehindView, CallbackViewSet, RankingView, ScoreView
from common.health import healthz
from dispatch.api import MessageViewSet, OrderViewSet, WhistleViewSet
from dispatch.lead_api import LeadViewSet
from dispatch.letter_api import LetterViewSet
from dispatch.metrics import MetricsView
from grid.api import AreaViewSet, DepartmentViewSet
from grid.tokens import TokenView
from whistle.api import WhistleTypeViewSet

admin.site.site_header = admin.site.site_title = _("Settings of Shaoxiang")
admin.site.index_title = _("Settings")
# Rights come from posts, never from groups.
admin.site.unregister(Group)

LIST = {"get": "list"}
READ = {"get": "retrieve"}
ACT = {"post": "act"}

api = [
    path("token/", TokenView.as_view(), name="api-token"),
    path("areas/", AreaViewSet.as_view(LIST), name="api-areas"),
    path("areas/<str:pk>/", AreaViewSet.as_view(READ), name="api-area"),
    path("departments/", DepartmentViewSet.as_view(LIST), name="api-departments"),
    path("whistle-types/", WhistleTypeViewSet.as_view(LIST), name="api-whistle-types"),
    path("whistles/", WhistleViewSet.as_view(LIST | {"post": "create"}), name="api-whistles"),
    path("whistles/<str:number>/", WhistleViewSet.as_view(READ), name="api-whistle"),
    path("whistles/<str:number>/<slug:action>/", WhistleViewSet.as_view(ACT), name="api-whistle-act"),
    path("leads/", LeadViewSet.as_view(LIST | {"post": "create"}), name="api-leads"),
    path("leads/<str:number>/", LeadViewSet.as_view(READ), name="api-lead"),
    path("leads/<str:number>/<slug:action>/", LeadViewSet.as_view(ACT), name="api-lead-act"),
    path("letters/", LetterViewSet.as_view(LIST | {"post": "create"}), name="api-letters"),
    path("letters/<str:number>/", LetterViewSet.as_view(READ), name="api-letter"),
    path("letters/<str:number>/<slug:action>/", LetterViewSet.as_view(ACT), name="api-letter-act"),
    path("orders/", OrderViewSet.as_view(LIST), name="api-orders"),
    path("orders/<str:number>/", OrderViewSet.as_view(READ), name="api-order"),
    path("orders/<str:number>/<slug:action>/", OrderViewSet.as_view(ACT), name="api-order-act"),
    path("callbacks/", CallbackViewSet.as_view(LIST), name="api-callbacks"),
    path("analysis/", AnalysisView.as_view(), name="api-analysis"),
    path("messages/", MessageViewSet.as_view(LIST), name="api-messages"),
    path("messages/unread/", MessageViewSet.as_view({"get": "unread"}), name="api-messages-unread"),
    path("messages/read/", MessageViewSet.as_view({"post": "read_all"}), name="api-messages-read"),
    path("messages/<int:pk>/", MessageViewSet.as_view(READ), name="api-message"),
    path("messages/<int:pk>/read/", MessageViewSet.as_view({"post": "read"}), name="api-message-read"),
    path("accountability/", AccountabilityViewSet.as_view(LIST), name="api-accountabilities"),
    path("accountability/<str:number>/", AccountabilityViewSet.as_view(READ), name="api-accountability"),
    path(
        "accountability/<str:number>/<slug:action>/", AccountabilityViewSet.as_view(ACT), name="api-accountability-act"
    ),
    path("rankings/", RankingView.as_view(), name="api-rankings"),
    path("rankings/<slug:of>/<slug:unit>/", ScoreView.as_view(), name="api-score"),
    path("rankings/<slug:of>/<slug:unit>/<str:figure_name>/", BehindView.as_view(), name="api-score-figure"),
]

urlpatterns = [
    path("api/v1/", include(api)),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    path("healthz", healthz, name="healthz"),
    path("metrics", MetricsView.as_view(), name="metrics"),
    path("login/", accounts.LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", accounts.LogoutView.as_view(), name="logout"),
    # Public, because the log-in page offers both languages.
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
    path("admin/", admin.site.urls),
    path("", include("assessment.urls")),
    path("", include("dispatch.desk_urls")),
    path("operations/", include("dispatch.operations_urls")),
    path("formulas/", include("assessment.formula_urls")),
    path("", include("grid.urls")),
    path("", include("whistle.urls")),
    path("", include("dispatch.urls")),
]

# 403, 404 and 500 need no more than their templates.
handler400 = "common.web.not_understood"
