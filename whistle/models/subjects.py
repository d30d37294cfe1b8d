"""What the record, its photos and the clocks can be about: a whistle, a lead, or an advice letter."""

from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

SUBJECTS = ("whistle", "lead", "letter")


class Subject(models.Model):
    """A matter with a number, a place and a record of its own.

    `about` names the field by which whatever is about it points to it, and its page. Each has, besides: `number`,
    `title`, `district_id`, `area_id` and `is_emergency`.
    """

    about = ""
    # What tells its numbers from those of other matters of the same day.
    series = ""

    class Meta:
        abstract = True

    @property
    def titled(self):
        """The title as it stands where no badge can: in messages, documents, spreadsheets."""
        return self.title


class OfSubjectQuerySet(models.QuerySet):
    def about(self, subject):
        """Those about this one matter."""
        return self.filter(**{subject.about: subject})


class OfSubject(models.Model):
    """Something about one matter: exactly one of its three keys is set (`about_one` is the constraint)."""

    whistle = models.ForeignKey(
        "whistle.Whistle",
        models.PROTECT,
        verbose_name=_("whistle"),
        null=True,
        blank=True,
        related_name="%(class)ss",
        db_index=False,
    )
    lead = models.ForeignKey(
        "whistle.Lead",
        models.PROTECT,
        verbose_name=pgettext_lazy("a matter", "lead"),
        null=True,
        blank=True,
        related_name="%(class)ss",
        db_index=False,
    )
    letter = models.ForeignKey(
        "whistle.AdviceLetter",
        models.PROTECT,
        verbose_name=_("advice letter"),
        null=True,
        blank=True,
        related_name="%(class)ss",
        db_index=False,
    )

    class Meta:
        abstract = True

    @property
    def subject(self):
        return self.whistle or self.lead or self.letter


def about_one(name):
    """The constraint that holds every `OfSubject` to one matter."""
    one_of = (Q(**{f"{each}__isnull": each != chosen for each in SUBJECTS}) for chosen in SUBJECTS)
    return models.CheckConstraint(name=name, condition=reduce(or_, one_of))


def indexes_by(prefix, *subjects):
    """Indexes for what is about leads or letters; what is about whistles, which is far more, is not in them."""
    return [
        models.Index(
            name=f"{prefix}_by_{subject}", fields=[subject, "id"], condition=Q(**{f"{subject}__isnull": False})
        )
        for subject in subjects
    ]
