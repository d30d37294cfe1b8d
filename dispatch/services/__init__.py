from dispatch.services.filing import awaits_signatures, refuse, request_signatures, sign, withdraw
from dispatch.services.finishing import close_if_done, confirm, submit_result, verify
from dispatch.services.orders import (
    acknowledge,
    add_progress,
    confirm_report,
    overrule_return,
    report,
    return_order,
    uphold_return,
)
from dispatch.services.triage import (
    come_as_leader,
    decline,
    dispatch,
    escalate,
    hand_back,
    redispatch,
    reopen,
    return_to_street,
)

__all__ = [
    "acknowledge",
    "add_progress",
    "awaits_signatures",
    "close_if_done",
    "come_as_leader",
    "confirm",
    "confirm_report",
    "decline",
    "dispatch",
    "escalate",
    "hand_back",
    "overrule_return",
    "redispatch",
    "refuse",
    "reopen",
    "report",
    "request_signatures",
    "return_order",
    "return_to_street",
    "sign",
    "submit_result",
    "uphold_return",
    "verify",
    "withdraw",
]
