"""Writes what waits, once, as the process `clerk` does. A process of its own, so that its memory can be told."""

import django

django.setup()

from assessment.tasks import write_exports  # noqa: E402

write_exports()
