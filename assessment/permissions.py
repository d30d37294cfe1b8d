"""Who may score, and who may see a ranking."""

from dispatch.permissions import can_speak_for_street
from grid.models import Role

SEE_RANKINGS = (
    Role.DISPATCHER,
    Role.ASSESSOR,
    Role.DISTRICT_LEADER,
    Role.STREET_OFFICER,
    Role.STREET_SECRETARY,
    Role.LIAISON,
    Role.HEAD,
    Role.ADMINISTRATOR,
    Role.CITY_OBSERVER,
)


def can_score(person, order):
    """The street that blew the whistle scores every department that came."""
    return can_speak_for_street(person, order)


def ranking_districts(person):
    """The district codes (or, for the city, the city's code) whose rankings this person may see."""
    return sorted({post.district_code for post in person.posts_now if post.role in SEE_RANKINGS})
