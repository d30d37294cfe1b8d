"""How tests come by their rows quickly: the demonstration district, laid once and copied in from then on, and tables
emptied again after tests that really commit."""

import io
from datetime import datetime

import time_machine
from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone

from grid.models import Area
from grid.worktime import SHANGHAI
from tests import factories

OUR_APPS = ("grid", "whistle", "dispatch", "assessment")
# Stands in the copy for the moment at which the district is laid.
THEN = datetime(2001, 2, 3, 4, 5, 6, 789012, tzinfo=SHANGHAI)


def of_the_house():
    """The names of all tables of our own."""
    models = apps.get_models(include_auto_created=True)
    return [model._meta.db_table for model in models if model._meta.app_label in OUR_APPS]


def filled(cursor, tables):
    """Those of these tables that hold a row."""
    cursor.execute(
        " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in tables)  # noqa: S608
    )
    return [table for (table,) in cursor.fetchall()]


class District:
    """What `factories.district()` lays, as PostgreSQL writes it out. To copy it in takes a tenth of the time."""

    def __init__(self):
        """Needs a database without areas, which is left as it was."""
        with transaction.atomic(), time_machine.travel(THEN, tick=False), connection.cursor() as cursor:
            factories.district()
            self.tables = {table: _written(cursor, table) for table in filled(cursor, of_the_house())}
            self.then = _as_written(cursor, THEN)
            transaction.set_rollback(True)

    def lay(self):
        """As `factories.district()` would now."""
        if Area.objects.exists():
            factories.district()
            return
        with transaction.atomic(), connection.cursor() as cursor:
            now = _as_written(cursor, timezone.now())
            for table, rows in self.tables.items():
                cursor.copy_expert(f"COPY {table} FROM STDIN", io.StringIO(rows.replace(self.then, now)))


def _written(cursor, table):
    rows = io.StringIO()
    cursor.copy_expert(f"COPY {table} TO STDOUT", rows)
    return rows.getvalue()


def _as_written(cursor, moment):
    cursor.execute("SELECT %s::timestamptz::text", [moment])
    return cursor.fetchone()[0]


class Emptier:
    """Takes every row that came after the migrations.

    Without TRUNCATE, which makes new files for every table and every index, whether they held anything or not.
    """

    def __init__(self):
        with connection.cursor() as cursor:
            tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
            there = filled(cursor, tables)
            self.tables = [table for table in tables if table not in there]
            cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
            self.guarded = {table for (table,) in cursor.fetchall()}

    def empty(self):
        """Also what the house guards against that."""
        with transaction.atomic(), connection.cursor() as cursor:
            tables = filled(cursor, self.tables)
            guarded = [table for table in tables if table in self.guarded]
            for table in guarded:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            for table in tables:
                cursor.execute(f"DELETE FROM {table}")  # noqa: S608
            # A table whose foreign keys are still to be looked at cannot be altered.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in guarded:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
