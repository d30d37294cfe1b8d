"""What the two pages of an arrival are made of: the officer's, who shows the code, and the liaison's, who scans it."""

from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import Forbidden, WrongState
from dispatch import pages, services
from dispatch.actions import order_actions, whistle_actions
from dispatch.forms import ArrivalForm
from dispatch.models import ArrivalCode, Order
from dispatch.permissions import IN_CHARGE, can_act_for_department
from dispatch.queries import orders_at_work
from dispatch.states import ACTIVE, OrderState

# The report itself, with the code at hand.
report_by_code = replace(order_actions["report"], label=gettext_lazy("Report on site"), form=ArrivalForm)


def shown_now(person, whistle, *, at):
    """The code that this officer shows for a whistle and that can still be used; None without one."""
    code = ArrivalCode.objects.of(whistle, person).standing().first()
    return code if code and code.is_valid_at(at) else None


def show_again(person, whistle):
    """The button that shows a new code; None where nobody is called any more."""
    action = whistle_actions["show-code"]
    if not action.is_open_to(person, whistle):
        return None
    return pages.entry(action, person, whistle, pages.address_of(whistle, action), primary=True)


def arrived(whistle):
    """The departments called: `{department, role, state, report}`; `report`: the first that counts, None before."""
    lines = []
    for order in orders_at_work(whistle):
        reports = [each for each in order.reports.all() if each.valid]
        lines.append(
            {
                "department": order.department,
                "role": order.get_role_display(),
                "state": order.get_state_display(),
                "report": reports[0] if reports else None,
                "by_code": any(each.by_code for each in reports),
            }
        )
    return lines


def own_orders(person, code):
    """The orders of this person's departments in the present call of the code's whistle. Refuses with Forbidden."""
    if not person.holds(*IN_CHARGE):
        raise Forbidden(
            _("Only a department's liaison or head reports on site by this code, and you hold no such post.")
        )
    orders = Order.objects.of_present_call(code.whistle).with_parts().filter(department__in=person.department_ids)
    mine = [each for each in orders.order_by("id") if can_act_for_department(person, each)]
    if not mine or code.whistle.dispatched_at is None:
        raise Forbidden(_("Your department is not called to the whistle of this code."))
    # What can still be reported before what is over.
    return sorted(mine, key=lambda order: order.state not in ACTIVE)


def standing(person, order, code, *, at):
    """One order on the page of whoever scanned: `{order, refusal, action}`; `action`: what can be done here now."""
    refusal = services.why_not_use(code, order, at=at)
    action = None
    if refusal is None and order.state == OrderState.SENT:
        refusal = WrongState(_("Acknowledge the order first; then report with the same code."))
        acknowledge = order_actions["acknowledge"]
        action = pages.entry(acknowledge, person, order, pages.address_of(order, acknowledge), primary=True)
    elif refusal is None and order.state not in report_by_code.states:
        refusal = WrongState(
            _("This order takes no report any more: it is “%(state)s”.") % {"state": order.get_state_display()}
        )
    elif refusal is None:
        form = ArrivalForm(row=order, person=person, initial={"code": code.token}, auto_id=f"report-{order.pk}-%s")
        action = pages.entry(report_by_code, person, order, address(code, order), primary=True, form=form)
    return {"order": order, "refusal": refusal, "action": action}


def address(code, order):
    return reverse("arrive-report", args=[code.token, order.number])
