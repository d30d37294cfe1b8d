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
from assessment.bulletin_api import AppealViewSet, BulletinViewSet, ExportViewSet, PointsViewSet
from assessment.formula_api import FormulaViewSet, MeasuresView, PresetsView
from assessment.year_api import YearView
from common.health import healthz
from config import help, phone
from config.navigation import frame
from config.styleguide import styleguide
from dispatch.api import MessageViewSet, OrderViewSet, WhistleViewSet
from dispatch.lead_api import LeadViewSet
from dispatch.letter_api import LetterViewSet
from dispatch.metrics import MetricsView
from dispatch.session_api import SessionViewSet, TaskViewSet
from dispatch.views.devices import log_out
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
MAKE = {"post": "create"}

api = [
    path("token/", TokenView.as_view(), name="api-token"),
    path("areas/", AreaViewSet.as_view(LIST), name="api-areas"),
    path("areas/<str:pk>/", AreaViewSet.as_view(READ), name="api-area"),
    path("departments/", DepartmentViewSet.as_view(LIST), name="api-departments"),
    path("whistle-types/", WhistleTypeViewSet.as_view(LIST), name="api-whistle-types"),
    path("whistles/", WhistleViewSet.as_view(LIST | MAKE), name="api-whistles"),
    path("whistles/<str:number>/", WhistleViewSet.as_view(READ), name="api-whistle"),
    path("whistles/<str:number>/arrival/", WhistleViewSet.as_view({"get": "arrival"}), name="api-whistle-arrival"),
    path("whistles/<str:number>/<slug:action>/", WhistleViewSet.as_view(ACT), name="api-whistle-act"),
    path("leads/", LeadViewSet.as_view(LIST | MAKE), name="api-leads"),
    path("leads/<str:number>/", LeadViewSet.as_view(READ), name="api-lead"),
    path("leads/<str:number>/<slug:action>/", LeadViewSet.as_view(ACT), name="api-lead-act"),
    path("letters/", LetterViewSet.as_view(LIST | MAKE), name="api-letters"),
    path("letters/<str:number>/", LetterViewSet.as_view(READ), name="api-letter"),
    path("letters/<str:number>/<slug:action>/", LetterViewSet.as_view(ACT), name="api-letter-act"),
    path("orders/", OrderViewSet.as_view(LIST), name="api-orders"),
    path("orders/<str:number>/", OrderViewSet.as_view(READ), name="api-order"),
    path("orders/<str:number>/<slug:action>/", OrderViewSet.as_view(ACT), name="api-order-act"),
    path("sessions/<str:number>/", SessionViewSet.as_view(READ), name="api-session"),
    path("sessions/<str:number>/<slug:action>/", SessionViewSet.as_view(ACT), name="api-session-act"),
    path("tasks/<str:number>/", TaskViewSet.as_view(READ), name="api-task"),
    path("tasks/<str:number>/<slug:action>/", TaskViewSet.as_view(ACT), name="api-task-act"),
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
    path("bulletins/", BulletinViewSet.as_view(LIST), name="api-bulletins"),
    path("bulletins/<str:number>/", BulletinViewSet.as_view(READ), name="api-bulletin"),
    path("bulletins/<str:number>/rows/", BulletinViewSet.as_view({"get": "rows"}), name="api-bulletin-rows"),
    path("bulletins/<str:number>/<slug:action>/", BulletinViewSet.as_view(ACT), name="api-bulletin-act"),
    path("appeals/", AppealViewSet.as_view(LIST | MAKE), name="api-appeals"),
    path("appeals/<str:number>/", AppealViewSet.as_view(READ), name="api-appeal"),
    path("appeals/<str:number>/<slug:action>/", AppealViewSet.as_view(ACT), name="api-appeal-act"),
    path("points/", PointsViewSet.as_view(LIST | MAKE), name="api-points"),
    path("points/<str:number>/", PointsViewSet.as_view(READ), name="api-points-item"),
    path("points/<str:number>/<slug:action>/", PointsViewSet.as_view(ACT), name="api-points-act"),
    path("exports/", ExportViewSet.as_view(LIST | MAKE), name="api-exports"),
    path("exports/<str:number>/", ExportViewSet.as_view(READ), name="api-export"),
    path("exports/<str:number>/file/", ExportViewSet.as_view({"get": "file"}), name="api-export-file"),
    path("exports/<str:number>/<slug:action>/", ExportViewSet.as_view(ACT), name="api-export-act"),
    path("formulas/", FormulaViewSet.as_view(LIST | MAKE), name="api-formulas"),
    path("formulas/presets/", PresetsView.as_view(), name="api-formula-presets"),
    path("formulas/measures/", MeasuresView.as_view(), name="api-formula-measures"),
    path("formulas/<str:number>/", FormulaViewSet.as_view(READ), name="api-formula"),
    path("formulas/<str:number>/check/", FormulaViewSet.as_view({"post": "check"}), name="api-formula-check"),
    path("formulas/<str:number>/what-if/", FormulaViewSet.as_view({"get": "what_if"}), name="api-formula-what-if"),
    path(
        "formulas/<str:number>/what-if/<slug:unit>/",
        FormulaViewSet.as_view({"get": "what_if_unit"}),
        name="api-formula-what-if-unit",
    ),
    path("formulas/<str:number>/<slug:action>/", FormulaViewSet.as_view(ACT), name="api-formula-act"),
    path("rankings/", RankingView.as_view(), name="api-rankings"),
    path("rankings/year/", YearView.as_view(), name="api-ranking-year"),
    path("rankings/<slug:of>/<slug:unit>/", ScoreView.as_view(), name="api-score"),
    path("rankings/<slug:of>/<slug:unit>/<str:figure_name>/", BehindView.as_view(), name="api-score-figure"),
]

urlpatterns = [
    path("api/v1/", include(api)),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    path("healthz", healthz, name="healthz"),
    path("frame/", frame, name="frame"),
    path("manifest.webmanifest", phone.manifest, name="manifest"),
    path("sw.js", phone.worker, name="worker"),
    path("outbox/", phone.outbox, name="outbox"),
    path("phone/", phone.phone, name="phone"),
    path("help/", help.contents, name="help"),
    path("help/hints/<slug:role>/", help.hint_understood, name="hint-understood"),
    path("help/<slug:slug>/", help.page, name="help-page"),
    path("metrics", MetricsView.as_view(), name="metrics"),
    path("login/", accounts.LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", log_out, name="logout"),
    # Public, because the log-in page offers both languages.
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
    path("admin/", admin.site.urls),
    path("styleguide/", styleguide, name="styleguide"),
    path("styleguide/<slug:name>/", styleguide, name="styleguide-component"),
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
