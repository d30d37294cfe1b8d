"""Who may score, call residents back, dispute and decide what is held against people, and see which ranking."""

from django.http import Http404
from django.utils.translation import gettext as _

from assessment.states import KEEP_FORMULAS, SEE_ANALYSIS, SEE_RANKINGS, SEEN_BY, BulletinState, Ranked
from assessment.units import rankings_in
from common.errors import Forbidden, Invalid
from dispatch.permissions import IN_CHARGE, can_dispatch, can_speak_for_street
from grid.models import Area, AreaLevel, Role


def can_score(person, order):
    """The street that blew the whistle scores every department that came."""
    return can_speak_for_street(person, order)


def can_call_back(person, whistle):
    """The centre calls residents: neither who handled the case nor who blew it."""
    return can_dispatch(person, whistle)


def can_appeal_record(person, held):
    """What is held against a person, nobody else disputes; whatever posts they still hold."""
    return person.pk == held.person_id


def deciding_post(person, held):
    """The assessor's post in which somebody decides on an appeal: neither who ruled nor who appealed. None without."""
    if person.pk in (held.ruled_by_id, held.person_id):
        return None
    return person.post_over(held.district_id, Role.ASSESSOR)


def can_decide(person, held):
    return deciding_post(person, held) is not None


def can_see_rankings(person):
    return any(person.holds(*roles) for roles in SEEN_BY.values())


def can_see_ranking(person, area, of):
    """Of the district or city with the code `area`: by a post there or in the city around it."""
    return of in rankings_in(area) and any(area.startswith(scope) for scope in _scopes(person, of))


def rankings_open_to(person, area):
    """What this person may see ranked in the district or city, in the order of the tabs."""
    return [of for of in rankings_in(area) if can_see_ranking(person, area, of)]


def ranking_asked(person, of=None, area=None):
    """The ranking that is asked for, as `(area, of)`: what is not said is the person's own, the first there is.

    Refuses with Invalid what is no ranking or no place, and with Forbidden whoever holds no post that sees it.
    """
    if of and of not in Ranked.values:
        raise Invalid(fields={"of": [_("There is no such ranking. Choose among: %(of)s.") % {"of": _named(Ranked)}]})
    if not can_see_rankings(person):
        raise Forbidden(_("Rankings are not shown to your posts."))
    area = area or _own_area(person, of)
    open_here = rankings_open_to(person, area) if area else []
    if not open_here:
        raise Forbidden(_("You may not see the ranking of this district."))
    if not Area.objects.filter(code=area, level__in=(AreaLevel.CITY, AreaLevel.DISTRICT)).exists():
        raise Invalid(fields={"district": [_("There is no district with this code.")]})
    if of and of not in rankings_in(area):
        raise Invalid(fields={"of": [_("This is not ranked here. Choose among: %(of)s.") % {"of": _named(open_here)}]})
    if of and of not in open_here:
        raise Forbidden(_("This ranking is not shown to your posts."))
    return area, Ranked(of) if of else open_here[0]


def _scopes(person, of):
    """The codes of the districts and cities whose ranking of this kind the person sees."""
    return sorted({post.district_code for post in person.posts_now if post.role in SEEN_BY[of]})


def _own_area(person, of):
    """A district before a city; for whoever works for a city, what it ranks itself or else its first district."""
    scopes = sorted({scope for each in ([of] if of else Ranked) for scope in _scopes(person, each)})
    whole = next((scope for scope in scopes if len(scope) == AreaLevel.DISTRICT), None)
    if whole or not scopes:
        return whole
    return scopes[0] if of == Ranked.DISTRICTS else _first_with_departments(scopes[0])


def _named(rankings):
    return ", ".join(rankings)


def _first_with_departments(city):
    """For the city: its first district that has departments at all."""
    inhabited = Area.objects.at(AreaLevel.DISTRICT).under(city).filter(departments__isnull=False)
    return inhabited.order_by("code").values_list("code", flat=True).first()


def assessing_post(person, bulletin):
    """The post in which a person answers for the month of a district or city; None without one."""
    return person.post_over(bulletin.area_id, Role.ASSESSOR)


def can_assess(person, bulletin):
    return assessing_post(person, bulletin) is not None


def can_withdraw_points(person, item):
    return can_assess(person, item.bulletin)


def can_appeal_in(person, bulletin):
    """Whoever acts for a department of the district. A city's month ranks no departments."""
    return any(post.role in IN_CHARGE and post.district_code == bulletin.area_id for post in person.posts_now)


def owns_export(person, export):
    return export.by_id == person.pk


def can_see_months(person):
    return person.holds(*SEE_RANKINGS)


def can_rule_on_appeal(person, appeal):
    """An assessor of the month who did not make the appeal."""
    return person.pk != appeal.by_id and can_assess(person, appeal.bulletin)


def can_see_month(person, bulletin):
    return type(bulletin).objects.visible_to(person).filter(pk=bulletin.pk).exists()


def can_see_figures(person, bulletin):
    """Everybody sees how a running month is going. Its review is the assessors' alone; after it all see it again."""
    return bulletin.state != BulletinState.REVIEW or can_assess(person, bulletin)


def can_see_analysis(person):
    return person.holds(*SEE_ANALYSIS)


def analysed_by(person):
    """What this person may see analysed, as `(areas, departments)`: codes of areas with all that lies in them, and
    keys of departments, None without a limit.

    A post in an area shows the area; whoever only holds posts in departments sees what these were called to.
    """
    areas = sorted(set(person.areas_as(*SEE_ANALYSIS)))
    if areas:
        return areas, None
    return person.district_codes, person.department_ids


def keeping_post(person, area):
    """The post in which a person writes and adopts the formulas of the district or city `area`; None without one."""
    return person.post_over(area, *KEEP_FORMULAS)


def can_keep_formulas(person, formula):
    return keeping_post(person, formula.area_id) is not None


def formulas_asked(person, of=None, area=None):
    """Whose formulas are asked for, as `(area, of)`: what is not said is the person's own, the first there is.

    Refuses with Forbidden whoever keeps no formulas, and with Invalid what is not ranked there; the places of others
    are none (Http404).
    """
    own = sorted(person.areas_as(*KEEP_FORMULAS), key=lambda code: (len(code) != AreaLevel.DISTRICT, code))
    if not own:
        raise Forbidden(_("Only assessors and administrators keep the formulas of the rankings."))
    area = area or own[0]
    known = Area.objects.filter(code=area, level__in=(AreaLevel.CITY, AreaLevel.DISTRICT)).exists()
    if keeping_post(person, area) is None or not known:
        raise Http404
    of = of or rankings_in(area)[0]
    if of not in rankings_in(area):
        raise Invalid(
            fields={"of": [_("This is not ranked here. Choose among: %(of)s.") % {"of": _named(rankings_in(area))}]}
        )
    return area, Ranked(of)
