from dispatch.models.clocks import ClockRule, Deadline, Firing, Rung
from dispatch.models.messages import Message
from dispatch.models.orders import Order, Report
from dispatch.models.playbooks import Playbook
from dispatch.models.requests import Extension, Supervision, Suspension

__all__ = [
    "ClockRule",
    "Deadline",
    "Extension",
    "Firing",
    "Message",
    "Order",
    "Playbook",
    "Report",
    "Rung",
    "Supervision",
    "Suspension",
]
