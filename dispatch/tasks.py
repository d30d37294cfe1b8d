from celery import shared_task
from django.utils import timezone

from common.health import record_tick
from dispatch import audit, clocks
from dispatch.services.recalculating import reproject


@shared_task
def sweep_clocks():
    """Every second. Safe to run late, twice, or in two workers at once."""
    while clocks.fire_due(limit=500):
        pass
    record_tick(timezone.now())


@shared_task
def reproject_clocks():
    """Every minute, and when the calendar is saved: nothing to do unless it changed."""
    while reproject(at=timezone.now()).looked_at:
        pass


@shared_task
def audit_clocks():
    """Every minute. All being well, an address outside hears of it; its silence is the alarm."""
    audit.report(timezone.now())
