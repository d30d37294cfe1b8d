from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class WhistleConfig(AppConfig):
    name = "whistle"
    verbose_name = _("Whistles")

    def ready(self):
        # Every app's `actions` module adds to the tables, as every app's `admin` module adds to the admin.
        autodiscover_modules("actions")
