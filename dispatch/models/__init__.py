from dispatch.models.channels import Channel, ChannelEvent, Delivery, Preferences
from dispatch.models.clocks import ClockRule, Deadline, Firing, Rung
from dispatch.models.findings import Finding
from dispatch.models.messages import Message
from dispatch.models.orders import Order, Report
from dispatch.models.playbooks import Playbook
from dispatch.models.requests import Extension, Supervision, Suspension

__all__ = [
    "Channel",
    "ChannelEvent",
    "ClockRule",
    "Deadline",
    "Delivery",
    "Extension",
    "Finding",
    "Firing",
    "Message",
    "Order",
    "Playbook",
    "Preferences",
    "Report",
    "Rung",
    "Supervision",
    "Suspension",
]
