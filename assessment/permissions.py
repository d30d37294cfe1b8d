"""Who may score, and who may see a ranking."""

from django.utils.translation import gettext as _

from assessment.states import SEE_RANKINGS
from common.errors import Forbidden, Invalid
from dispatch.permissions import can_speak_for_street
from grid.models import Area, AreaLevel, Role


def can_score(person, order):
    """The street that blew the whistle scores every department that came."""
    return can_speak_for_street(person, order)


def can_see_rankings(person):
    return person.holds(*SEE_RANKINGS)


def ranking_district(person, code=None):
    """The code of the district whose ranking is asked for: `code`, or else the person's own first one.

    Refuses with Forbidden whoever holds no post that sees rankings there.
    """
    scopes = sorted({post.district_code for post in person.posts_now if post.role in SEE_RANKINGS})
    if not scopes:
        raise Forbidden(_("Rankings are not shown to your posts."))
    if code is None:
        whole = next((scope for scope in scopes if len(scope) == AreaLevel.DISTRICT), None)
        code = whole or _first_with_departments(scopes[0])
    if code is None or not any(code.startswith(scope) for scope in scopes):
        raise Forbidden(_("You may not see the ranking of this district."))
    if not Area.objects.at(AreaLevel.DISTRICT).filter(code=code).exists():
        raise Invalid(fields={"district": [_("There is no district with this code.")]})
    return code


def _first_with_departments(city):
    """For the city: its first district that has departments at all."""
    inhabited = Area.objects.at(AreaLevel.DISTRICT).under(city).filter(departments__isnull=False)
    return inhabited.order_by("code").values_list("code", flat=True).first()


def assessing_post(person, bulletin):
    """The post in which a person answers for the month of a district or city; None without one."""
    return person.post_over(bulletin.area_id, Role.ASSESSOR)


def can_assess(person, bulletin):
    return assessing_post(person, bulletin) is not None


def can_rule_on_appeal(person, appeal):
    """An assessor of the month who did not make the appeal."""
    return person.pk != appeal.by_id and can_assess(person, appeal.bulletin)


def can_see_month(person, bulletin):
    return type(bulletin).objects.visible_to(person).filter(pk=bulletin.pk).exists()
