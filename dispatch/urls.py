from django.urls import path

from dispatch.views import blowing, cases, leads, letters, lists

urlpatterns = [
    path("whistles/", lists.whistles, name="whistles"),
    path("whistles/new/", blowing.blow, name="blow"),
    path("whistles/similar/", blowing.similar_whistles, name="whistles-similar"),
    path("whistles/<str:number>/", cases.whistle, name="whistle"),
    path("whistles/<str:number>/edit/", blowing.edit, name="whistle-edit"),
    path("whistles/<str:number>/<slug:action>/", cases.whistle_act, name="whistle-act"),
    path("leads/", leads.leads, name="leads"),
    path("leads/new/", leads.report, name="lead-new"),
    path("leads/<str:number>/", leads.lead, name="lead"),
    path("leads/<str:number>/<slug:action>/", leads.lead_act, name="lead-act"),
    path("letters/", letters.letters, name="letters"),
    path("letters/new/", letters.write, name="letter-new"),
    path("letters/<str:number>/", letters.letter, name="letter"),
    path("letters/<str:number>/<slug:action>/", letters.letter_act, name="letter-act"),
    path("orders/<str:number>/", cases.order, name="order"),
    path("orders/<str:number>/<slug:action>/", cases.order_act, name="order-act"),
]
