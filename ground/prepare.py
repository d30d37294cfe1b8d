"""What stands between installed packages and a running system: translations, database, static files, demonstration."""

import os
import sys

import psycopg2
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from psycopg2 import errors, sql

from common import env as environment
from ground import processes
from ground.console import Trouble, step
from ground.places import ROOT


def compile_translations():
    """Makes the .mo beside every newer .po. Babel does it, because a bare machine has no msgfmt."""
    for po in sorted(ROOT.glob("locale/**/LC_MESSAGES/*.po")):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime > po.stat().st_mtime:
            continue
        with open(po, "rb") as source:
            catalog = read_po(source, locale=po.parent.parent.name)
        # By way of a file of our own: two starts may do this at once.
        fresh = mo.with_suffix(f".{os.getpid()}")
        with open(fresh, "wb") as target:
            write_mo(target, catalog)
        fresh.replace(mo)


def untranslated():
    """The Chinese entries that are empty or marked as doubtful, as `file:line text`."""
    for po in sorted(ROOT.glob("locale/**/zh_Hans/LC_MESSAGES/*.po")):
        with open(po, "rb") as source:
            for message in read_po(source, locale="zh_Hans"):
                parts = message.string if isinstance(message.string, tuple) else (message.string,)
                if message.id and (message.fuzzy or not all(parts)):
                    yield f"{po.relative_to(ROOT)}:{message.lineno} {message.id}"


def ensure_database(url):
    """Creates the database that `url` names when its server does not have it yet."""
    wanted = environment.database(url)
    name = wanted["NAME"]
    server = {"host": wanted["HOST"], "port": wanted["PORT"], "user": wanted["USER"], "password": wanted["PASSWORD"]}
    server = {key: value for key, value in server.items() if value} | wanted["OPTIONS"] | {"connect_timeout": 10}
    try:
        psycopg2.connect(dbname=name, **server).close()
        return
    except psycopg2.OperationalError as error:
        if "does not exist" not in str(error):
            raise Trouble(f"The database of DATABASE_URL cannot be reached: {error}") from error
    connection = psycopg2.connect(dbname="postgres", **server)
    try:
        connection.autocommit = True
        connection.cursor().execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name))
        )
    except errors.DuplicateDatabase:
        # A neighbour that starts at the same moment made it; that is as good.
        return
    except psycopg2.Error as error:
        raise Trouble(f"The database {name} does not exist and cannot be made: {error}") from error
    finally:
        connection.close()


def manage(env, *arguments, **options):
    """Runs a management command that must succeed; returns what it printed."""
    what = f"manage.py {arguments[0]}"
    return processes.output([sys.executable, "manage.py", *arguments], what, env=env, **options)


def everything(env):
    """All of it, in order; returns what the demonstration says about its accounts."""
    _demonstration(env)
    with step("Translations"):
        compile_translations()
    with step("Database") as progress:
        ensure_database(env["DATABASE_URL"])
        manage(env, "migrate", "--no-input", on_line=progress)
    with step("Static files"):
        manage(env, "collectstatic", "--no-input")
    wanted = DEMONSTRATIONS[_demonstration(env)]
    if wanted is None:
        return ""
    # Tells its progress on stderr and the accounts on stdout; does nothing to a database that holds areas.
    with step("Demonstration district, if the database is empty"):
        return manage(env, "load_demo", "--if-empty", *wanted, stderr=None)


# What DEMONSTRATION may ask for, and how load_demo is asked for it.
DEMONSTRATIONS = {"cases": [], "district": ["--without-cases"], "none": None}


def _demonstration(env):
    asked = env.get("DEMONSTRATION") or "cases"
    if asked not in DEMONSTRATIONS:
        raise Trouble(f"DEMONSTRATION is {asked!r}; it can be: {', '.join(DEMONSTRATIONS)}.")
    return asked
