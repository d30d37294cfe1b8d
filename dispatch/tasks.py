from celery import shared_task
from django.utils import timezone

from common.health import record_tick
from dispatch import clocks


@shared_task
def sweep_clocks():
    """Every second. Safe to run late, twice, or in two workers at once."""
    while clocks.fire_due(limit=500):
        pass
    record_tick(timezone.now())
