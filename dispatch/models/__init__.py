from dispatch.models.arrivals import ArrivalCode
from dispatch.models.channels import Channel, ChannelEvent, Delivery, Preferences
from dispatch.models.clocks import ClockRule, Deadline, Firing, Rung
from dispatch.models.devices import Device
from dispatch.models.findings import Finding
from dispatch.models.messages import Message
from dispatch.models.orders import Order, Report
from dispatch.models.playbooks import Playbook
from dispatch.models.requests import Extension, Supervision, Suspension
from dispatch.models.sessions import JointSession, SessionSeat, SessionTask
from dispatch.models.views import SavedView

__all__ = [
    "ArrivalCode",
    "Channel",
    "ChannelEvent",
    "ClockRule",
    "Deadline",
    "Delivery",
    "Device",
    "Extension",
    "Finding",
    "Firing",
    "JointSession",
    "Message",
    "Order",
    "Playbook",
    "Preferences",
    "Report",
    "Rung",
    "SavedView",
    "SessionSeat",
    "SessionTask",
    "Supervision",
    "Suspension",
]
