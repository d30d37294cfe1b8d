"""Which clocks a rule demands of an order, and which of them it lacks."""

from collections import defaultdict

from django.db.models import Exists, OuterRef, Q

from dispatch.models import ClockRule, Deadline, Order
from dispatch.states import OF_AN_ORDER
from whistle.states import Level


def orders_without_their_clocks():
    """Open orders that lack a clock which a rule demanded when they were sent, or have none at all."""
    standing = Deadline.objects.filter(cancelled_at=None)
    demanded = ClockRule.objects.filter(
        Q(level="") | Q(level=OuterRef("whistle__level")),
        type=OuterRef("whistle__type"),
        kind__in=OF_AN_ORDER,
        since__lte=OuterRef("sent_at"),
    )
    missing = demanded.filter(~Exists(standing.filter(order=OuterRef(OuterRef("pk")), kind=OuterRef("kind"))))
    has_any = standing.filter(order=OuterRef("pk"))
    return Order.objects.open().filter(Exists(missing) | ~Exists(has_any))


# In batches so small that the planner looks their whistles up one by one, however many whistles there are.
BATCH = 2_500
BATCHES = 8


def look_for_lacking(*, after, known=()):
    """Looks at the newest open orders, the `known` ones, and 20,000 that follow the key `after`, for missing clocks.

    Returns `{order's key: code of its district}` for those that lack one, and the key it came to: 0 at the end. Few
    open orders are all looked at each time; of a million each has its turn, however long ago it was sent.
    """
    keys = Order.objects.open().values_list("pk", flat=True)
    newest = keys.order_by("-pk")[BATCH - 1 : BATCH].first()
    parts = [Q() if newest is None else Q(pk__gte=newest)]
    parts += [Q(pk__in=known[start : start + BATCH]) for start in range(0, len(known), BATCH)]
    reached = after
    for _turn in range(BATCHES if newest is not None else 0):
        last = keys.filter(pk__gt=reached).order_by("pk")[BATCH - 1 : BATCH].first()
        parts.append(Q(pk__gt=reached) if last is None else Q(pk__gt=reached, pk__lte=last))
        reached = last or 0
        if not reached:
            break
    found = {}
    for part in parts:
        found.update(orders_without_their_clocks().filter(part).order_by().values_list("pk", "district_id"))
    return found, reached


def missing_rules(orders):
    """`{order's key: {kind: rule}}` for the clocks these orders lack; `orders` with their whistles.

    What was not yet a rule when an order was sent demands nothing of it; one for the level goes before one for any
    level. Three queries, for any number of orders.
    """
    rules = ClockRule.objects.filter(type__in={order.whistle.type_id for order in orders}, kind__in=OF_AN_ORDER)
    by_type = defaultdict(list)
    # "" sorts first, so a rule for the level replaces it.
    for rule in rules.order_by("level").prefetch_related("ladder"):
        by_type[rule.type_id].append(rule)
    standing = set(Deadline.objects.filter(order__in=orders, cancelled_at=None).values_list("order_id", "kind"))
    found = {}
    for order in orders:
        whistle = order.whistle
        demanded = {
            rule.kind: rule
            for rule in by_type[whistle.type_id]
            if rule.level in ("", whistle.level) and rule.since <= order.sent_at
        }
        found[order.pk] = {kind: rule for kind, rule in demanded.items() if (order.pk, kind) not in standing}
    return found


def needed(rules):
    """Of these rules those without which something new would have no clock of a kind that it has now, as a list.

    A type that can no longer be blown needs none. Two queries.
    """
    rules = list(rules.select_related("type", "district"))
    of_these = Q(type__in={rule.type_id for rule in rules}) | Q(district__in={rule.district_id for rule in rules})
    left = ClockRule.objects.filter(of_these).exclude(pk__in=[rule.pk for rule in rules])
    covered = {case for rule in left for case in _cases(rule)}
    return [rule for rule in rules if (rule.type is None or rule.type.active) and not _cases(rule) <= covered]


def _cases(rule):
    """What a rule is for: each level of its type, or its district."""
    of = rule.district_id or rule.type_id
    return {(of, rule.kind, level) for level in ([rule.level] if rule.level or rule.district_id else Level.values)}
