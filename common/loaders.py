"""How templates are read."""

import re

from django.template.loaders import filesystem

INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)


class Flush(filesystem.Loader):
    """Reads pages without the indentation of their lines, which helps whoever writes them and nobody who loads them.

    It was a fifth of a page of fifty rows. Lines keep their numbers, for messages of mistakes. Templates hold no
    preformatted text, and sentences over several lines are `trimmed` (tests/common/test_loaders.py).
    """

    def get_contents(self, origin):
        contents = super().get_contents(origin)
        return INDENTATION.sub("", contents) if origin.template_name.endswith(".html") else contents
