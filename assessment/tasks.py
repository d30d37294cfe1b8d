from celery import shared_task
from django.utils import timezone

from assessment.services.months import compute_running


@shared_task
def compute_months():
    """Every minute: what changed in the months that run. Two workers wait for each other."""
    compute_running(now=timezone.now())
