"""The Celery application and its whole timetable. Celery only says "tick"; the truth is in PostgreSQL."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("shaoxiang")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
