from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assessment.demo.afterwards import call_everybody_back, hold_a_joint_session, hold_everybody_to_account
from assessment.demo.cases import published
from assessment.demo.desk import open_now
from assessment.demo.district import set_up
from assessment.demo.leads import lay_leads, lay_letters
from assessment.demo.month import past
from assessment.demo.props import Props
from assessment.playing import play
from assessment.services.months import compute_running
from grid.demo import ACCOUNTS, PASSWORD
from grid.models import Area, Person
from whistle.models import Whistle


class Command(BaseCommand):
    help = "Lays the demonstration district of Wuhua with its accounts, cases and a month of whistles."

    def add_arguments(self, parser):
        parser.add_argument("--if-empty", action="store_true", help="do nothing where areas are loaded already")
        parser.add_argument("--without-cases", action="store_true", help="the district and its accounts only")

    def handle(self, *, if_empty, without_cases, **options):
        if if_empty and Area.objects.exists():
            self.stderr.write(_("There are areas already; nothing was loaded."))
        else:
            # All or nothing: half a demonstration would count as "not empty" the next time.
            with transaction.atomic():
                self.load(without_cases)
        self.tell_accounts()

    def load(self, without_cases):
        self.stderr.write(_("Wuhua: areas, departments, accounts, clocks …"))
        set_up()
        if without_cases:
            return
        if Whistle.objects.filter(demonstration=True).exists():
            self.stderr.write(_("The demonstration cases are there already."))
            return
        self.stderr.write(_("A month of whistles …"))
        props = Props(timezone.now())
        scripts = [*published(props), *past(props), *open_now(props)]
        acts = play(scripts, until=props.now)
        self.stderr.write(_("%(whistles)d whistles, %(acts)d acts.") % {"whistles": len(scripts), "acts": acts})
        call_everybody_back(props)
        hold_a_joint_session(props)
        hold_everybody_to_account(props)
        lay_leads(props)
        lay_letters(props)
        compute_running(now=props.now)

    def tell_accounts(self):
        """Those there are: on a database of somebody's own there may be none."""
        there = set(Person.objects.filter(is_active=True).values_list("username", flat=True))
        accounts = [account for account in ACCOUNTS if account.username in there]
        if not accounts:
            return
        self.stdout.write(_("Accounts of the demonstration (password %(password)s):") % {"password": PASSWORD})
        width = max(len(account.username) for account in accounts)
        for account in accounts:
            self.stdout.write(f"  {account.username:<{width}}  {account.name}")
