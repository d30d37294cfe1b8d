"""Who plays a part where a story is told: whoever holds the post, or somebody new whom nobody can log in as."""

from django.contrib.auth.hashers import make_password

from grid.demo import IN_POST_SINCE
from grid.models import Person, Post, Role
from grid.models.people import IN_DEPARTMENT

# What people are called who have no name but their post's.
CALLED = {
    Role.GRID_WORKER: "网格员",
    Role.COMMUNITY_SECRETARY: "书记",
    Role.STREET_OFFICER: "工作人员",
    Role.STREET_SECRETARY: "党工委书记",
    Role.DISPATCHER: "网格中心调度员",
    Role.LIAISON: "联络员",
    Role.HEAD: "负责人",
    Role.DISTRICT_LEADER: "包街区领导",
    Role.ASSESSOR: "考核人员",
    Role.ADMINISTRATOR: "系统管理员",
    Role.CITY_OBSERVER: "市级监督指挥中心",
}


def holder(role, place):
    """The first person who holds `role` in `place` itself (an area, or a department for liaisons and heads).

    Without one, an account with an unusable password is opened.
    """
    where = {"department": place} if role in IN_DEPARTMENT else {"area": place}
    post = Post.objects.filter(role=role, ends_on=None, **where).select_related("person").order_by("id").first()
    if post:
        return post.person
    name = getattr(place, "short_name", place.name) + CALLED[role]
    code = f"{place.district_id}.{place.code}" if role in IN_DEPARTMENT else place.code
    person = Person.objects.create(username=f"{role}.{code}", name=name[:60], password=make_password(None))
    Post.objects.create(person=person, role=role, starts_on=IN_POST_SINCE, **where)
    return person
