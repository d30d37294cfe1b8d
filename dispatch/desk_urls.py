from django.urls import path

from dispatch.views import board, channels, desks, devices, inbox, searching, stuck, waiting

urlpatterns = [
    path("search/", searching.search, name="search"),
    path("triage/", desks.triage, name="triage"),
    path("board/", board.board, name="board"),
    path("board/supervise/", board.supervise, name="board-supervise"),
    path("board/views/", board.save, name="board-save"),
    path("board/views/<int:pk>/delete/", board.delete, name="board-delete"),
    path("sign/", desks.sign, name="sign"),
    path("waiting/<slug:name>/", waiting.waiting, name="waiting"),
    path("orders/", desks.my_orders, name="my-orders"),
    path("messages/", inbox.inbox, name="messages"),
    path("messages/latest/", inbox.latest, name="messages-latest"),
    path("messages/read/", inbox.read, name="messages-read"),
    path("messages/<int:pk>/", inbox.message, name="message"),
    path("messages/channels/", channels.channels, name="channels"),
    path("messages/channels/add/", channels.add, name="channel-add"),
    path("messages/devices/add/", devices.add, name="device-add"),
    path("messages/devices/forget/", devices.forget, name="device-forget"),
    path("messages/channels/hours/", channels.prefer, name="channel-hours"),
    path("messages/channels/<int:pk>/", channels.channel, name="channel"),
    path("messages/channels/<int:pk>/<slug:action>/", channels.channel_act, name="channel-act"),
    path("operations/messages/", stuck.stuck_messages, name="stuck-messages"),
    path("operations/messages/retry/", stuck.stuck_retry, name="stuck-retry"),
    path("operations/messages/<int:pk>/<slug:action>/", stuck.stuck_act, name="stuck-act"),
]
