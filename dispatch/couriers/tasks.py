"""In a queue of its own. Only the processes that carry messages load this (see the Procfile)."""

from celery import shared_task
from django.utils import timezone

from common.health import record_round
from dispatch.couriers import make_round


@shared_task
def carry_messages():
    """Every second. Safe to run late, twice, or in two workers at once."""
    make_round()
    record_round(timezone.now())
