"""Who may use the settings, and whom and what an administrator looks after: all within the areas of their posts."""

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from grid.models import Person, Post, Role


def administers(person):
    """Whether the person may use the settings: the flag that opens them, and a post as administrator."""
    return person.is_active and person.is_staff and (person.is_superuser or person.holds(Role.ADMINISTRATOR))


def administers_in(person, code):
    """Whether the person administers the area with this code; a superuser does everywhere."""
    return administers(person) and (person.is_superuser or keeping_post(person, code) is not None)


def keeping_post(person, code):
    """The post in which a person administers the area with this code; None for a superuser without one."""
    return person.post_over(code, Role.ADMINISTRATOR)


def administrators_of(code):
    """The keys of those who administer the area with this code; for None of all administrators. One query."""
    posts = Post.objects.held_on(timezone.localdate()).filter(role=Role.ADMINISTRATOR, person=OuterRef("pk"))
    if code is not None:
        posts = posts.filter(area__in=[code[:length] for length in range(2, len(code) + 1)])
    people = Person.objects.filter(is_active=True, is_staff=True)
    return list(people.filter(Q(is_superuser=True) | Exists(posts)).order_by("pk").values_list("pk", flat=True))


def in_scope(person, *paths):
    """The condition that what one of `paths` leads to, an area's code, lies where the person administers."""
    if person.is_superuser:
        return Q()
    condition = Q(pk__in=[])
    for code in person.areas_as(Role.ADMINISTRATOR):
        for path in paths:
            condition |= Q(**{f"{path}__startswith": code})
    return condition


def people_under(administrator, people=None):
    """Of `people` (everybody), those all of whose posts lie in the administrator's areas; nobody to others."""
    people = Person.objects.all() if people is None else people
    if not administers(administrator):
        return people.none()
    if administrator.is_superuser:
        return people
    posts = Post.objects.annotate(place_code=Coalesce("area_id", "department__district_id"))
    elsewhere = posts.filter(person=OuterRef("pk")).exclude(in_scope(administrator, "place_code"))
    return people.filter(~Exists(elsewhere), is_superuser=False)
