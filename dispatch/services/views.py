"""Views of the board that somebody keeps for themselves; nobody else has to do with them, so nothing is recorded."""

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import Invalid
from dispatch.models import SavedView
from grid.models import Person


@transaction.atomic
def save_view(*, by, name, query):
    """Keeps how the board is narrowed; a view of that name is replaced. Refuses with Invalid more than a dozen."""
    Person.objects.select_for_update(no_key=True).get(pk=by.pk)
    others = SavedView.objects.filter(person=by).exclude(name=name)
    if others.count() >= SavedView.MOST:
        raise Invalid(_("You have %(most)d views already. Delete one first.") % {"most": SavedView.MOST})
    view, _new = SavedView.objects.update_or_create(person=by, name=name, defaults={"query": query})
    return view


def delete_view(view, *, by):
    """Only one's own can be found, so only one's own can be deleted."""
    SavedView.objects.filter(pk=view.pk, person=by).delete()
