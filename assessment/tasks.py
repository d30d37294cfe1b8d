from celery import shared_task
from django.utils import timezone

from assessment.services import by_rule, holding
from assessment.services.exports import write_next
from assessment.services.months import compute_running
from assessment.services.proofs import prove_next


@shared_task
def compute_months():
    """Every minute: what changed in the months that run. Two workers wait for each other."""
    compute_running(now=timezone.now())


@shared_task
def mark_by_rule():
    """Every minute: cases whose street did not score in time. Two workers share them."""
    by_rule.mark_by_rule(now=timezone.now())


@shared_task
def hold_to_account():
    """Every minute: rulings that nobody was held to account for yet. Two workers share them."""
    holding.hold_to_account(now=timezone.now())


@shared_task
def write_exports():
    """Every two seconds. A file that waits is written; one whose writer died is taken over."""
    while write_next():
        pass


@shared_task
def prove_months():
    """Every two seconds. A month that waits for its proof is proved; two workers never take the same."""
    while prove_next():
        pass
