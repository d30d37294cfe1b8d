from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grid.ground import name_of
from whistle.models.subjects import Subject
from whistle.models.whistles import place_of, seen_where_it_lies
from whistle.states import LETTER_OPEN, LetterState, Outcome


class AdviceLetterQuerySet(models.QuerySet):
    def visible_to(self, person):
        """The one right to read: by the area of a post, or in the department it is written to."""
        return self.filter(seen_where_it_lies(person) | Q(department_id__in=person.department_ids))

    def open(self):
        return self.filter(state__in=LETTER_OPEN)


class AdviceLetter(Subject):
    """A street or a community advises a department what to do about the causes of a trouble (社会治理建议书).

    The department replies within its clock; whoever wrote says what became of the advice. Moved only by services.
    """

    about = "letter"
    series = "A"
    is_emergency = False

    number = models.CharField(_("number"), max_length=24, unique=True)
    district = models.ForeignKey(
        "grid.Area", models.PROTECT, verbose_name=_("district"), related_name="+", db_index=False
    )
    # The street or the community in whose name it is written.
    sender = models.ForeignKey(
        "grid.Area",
        models.PROTECT,
        verbose_name=pgettext_lazy("of a letter", "from"),
        related_name="+",
        db_index=False,
    )
    department = models.ForeignKey(
        "grid.Department", models.PROTECT, verbose_name=pgettext_lazy("of a letter", "to"), related_name="letters"
    )
    # The ground it speaks of: the sender's own, or a part of it.
    area = models.ForeignKey("grid.Area", models.PROTECT, verbose_name=_("area"), related_name="letters")
    state = models.CharField(_("state"), max_length=12, choices=LetterState.choices, default=LetterState.SENT)
    title = models.CharField(_("subject"), max_length=100)
    text = models.TextField(_("text"))
    reply = models.TextField(_("reply"), blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices, blank=True)
    created_by = models.ForeignKey(
        "grid.Person", models.PROTECT, verbose_name=_("written by"), related_name="letters", db_index=False
    )
    sent_at = models.DateTimeField(_("sent at"))
    replied_at = models.DateTimeField(_("replied at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    # Made up for a demonstration; shown as such wherever it appears.
    demonstration = models.BooleanField(_("demonstration"), default=False)

    objects = AdviceLetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("advice letter")
        verbose_name_plural = _("advice letters")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="whistle_letter_outcome_when_closed",
                condition=(Q(state=LetterState.CLOSED) & ~Q(outcome=""))
                | (~Q(state=LetterState.CLOSED) & Q(outcome="")),
            ),
        ]
        indexes = [
            models.Index(name="whistle_letter_by_district", fields=["district", "-id"]),
        ]

    def __str__(self):
        return f"{self.number} {self.title}"

    @property
    def sender_name(self):
        """What people call the street or the community that sent it."""
        return name_of(self.sender_id)

    @property
    def place(self):
        """Street, community and grid as one line."""
        return place_of(self.area_id, "")
