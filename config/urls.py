"""Every address of the system."""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from assessment.api import RankingView
from common.health import healthz
from dispatch.api import OrderViewSet, WhistleViewSet
from grid.api import AreaViewSet, DepartmentViewSet
from grid.tokens import TokenView
from whistle import views as whistle
from whistle.api import WhistleTypeViewSet

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
    path("orders/", OrderViewSet.as_view(LIST), name="api-orders"),
    path("orders/<str:number>/", OrderViewSet.as_view(READ), name="api-order"),
    path("orders/<str:number>/<slug:action>/", OrderViewSet.as_view(ACT), name="api-order-act"),
    path("rankings/", RankingView.as_view(), name="api-rankings"),
]

urlpatterns = [
    path("api/v1/", include(api)),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    path("healthz", healthz, name="healthz"),
    path("photos/<int:pk>/", whistle.photo, name="photo"),
    path("photos/<int:pk>/small/", whistle.photo_thumbnail, name="photo-thumbnail"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
]
