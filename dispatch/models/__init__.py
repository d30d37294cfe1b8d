from dispatch.models.clocks import ClockRule, Deadline, Firing
from dispatch.models.orders import Order, Report
from dispatch.models.playbooks import Playbook

__all__ = ["ClockRule", "Deadline", "Firing", "Order", "Playbook", "Report"]
