"""How installed packages are called in the settings."""

from axes.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LogInProtection(AppConfig):
    verbose_name = _("Log-in protection")
