"""Who may do what once others are asked. Each right stands here once, for buttons, API and services alike."""

from django.db.models import Q

from grid.models import Area, AreaLevel, Role
from grid.permissions import administers, administers_in, keeping_post, people_under
from whistle.permissions import WRITE_LETTERS, can_act_for_street, can_sign, signing_post, street_post

IN_CHARGE = (Role.LIAISON, Role.HEAD)
HAVE_WALLS = (Role.DISPATCHER, Role.DISTRICT_LEADER, Role.ADMINISTRATOR, Role.CITY_OBSERVER)

__all__ = [
    "areas_of_walls",
    "can_act_for_department",
    "can_act_for_street",
    "can_come_as_leader",
    "can_convene",
    "can_dispatch",
    "can_do_task",
    "can_judge_task",
    "can_keep_session",
    "can_hand_back",
    "can_keep",
    "can_manage_channel",
    "can_manage_channels",
    "can_manage_delivery",
    "can_have_letters",
    "can_reply",
    "can_rule_on",
    "replying_post",
    "can_reopen",
    "can_sign",
    "can_speak_for_street",
    "can_supervise",
    "can_watch_operations",
    "centre_post",
    "convening_post",
    "department_post",
    "keeping_post",
    "leader_post",
    "reopening_post",
    "signing_post",
    "street_post",
    "supervising_post",
]


def centre_post(person, whistle):
    """The post in which a person acts for the command centre of the whistle's district."""
    return person.post_over(whistle.district_id, Role.DISPATCHER)


def can_dispatch(person, whistle):
    return centre_post(person, whistle) is not None


def can_rule_on(person, order):
    return can_dispatch(person, order.whistle)


def department_post(person, order):
    """The post in which a person acts for the department that was called."""
    return person.post_in(order.department_id, *IN_CHARGE)


def can_act_for_department(person, order):
    return department_post(person, order) is not None


def replying_post(person, letter):
    """The post in which a person replies for the department that a letter is written to."""
    return person.post_in(letter.department_id, *IN_CHARGE)


def can_reply(person, letter):
    return replying_post(person, letter) is not None


def can_have_letters(person):
    """Whoever writes letters or replies to them, somewhere."""
    return person.holds(*WRITE_LETTERS, *IN_CHARGE)


def can_speak_for_street(person, order):
    """The street that blew the whistle, about one of its orders."""
    return can_act_for_street(person, order.whistle)


def leader_post(person, whistle):
    """The post of a district leader attached to the whistle's street, or answering for the whole district."""
    return person.post_over(whistle.area_id, Role.DISTRICT_LEADER)


def can_come_as_leader(person, whistle):
    return leader_post(person, whistle) is not None


def supervising_post(person, order):
    """The centre's post, or that of a leader of the street, in which a person presses a department."""
    return centre_post(person, order.whistle) or leader_post(person, order.whistle)


def can_supervise(person, order):
    return supervising_post(person, order) is not None


def reopening_post(person, whistle):
    return street_post(person, whistle.area_id) or centre_post(person, whistle)


def can_reopen(person, whistle):
    return reopening_post(person, whistle) is not None


def convening_post(person, whistle):
    """The street's power to convene, or the centre: in which post a person calls a joint session."""
    return street_post(person, whistle.area_id) or centre_post(person, whistle)


def can_convene(person, whistle):
    return convening_post(person, whistle) is not None


def can_keep_session(person, session):
    """Whoever could have called it writes its minutes, sets its tasks and calls it off."""
    return can_convene(person, session.whistle)


def can_judge_task(person, task):
    return can_convene(person, task.session.whistle)


def can_do_task(person, task):
    """The department that took it upon itself."""
    return can_act_for_department(person, task.order)


def city_post(person, whistle):
    return person.post_over(whistle.district_id[:4], Role.CITY_OBSERVER)


def can_hand_back(person, whistle):
    """What was escalated comes back by the city's hand."""
    return city_post(person, whistle) is not None


def can_manage_channels(person, of):
    """One's own channels and hours, and as an administrator those of the people of one's areas. `of`: whose."""
    return person.pk == of.pk or people_under(person).filter(pk=of.pk).exists()


def can_manage_channel(person, channel):
    return can_manage_channels(person, channel.person)


def can_manage_delivery(person, delivery):
    """What is stuck is an administrator's business, whoever waits for it."""
    return people_under(person).filter(pk=delivery.channel.person_id).exists()


def can_watch_operations(person):
    """Whoever keeps the system running: its administrators. For the page of operations and the metrics."""
    return administers(person)


def areas_of_walls(person):
    """The districts and streets that this person may have on a wall, by their posts; a city's are its districts that
    have departments. Nobody sees more on it than their post's ground, but an administrator, who hangs it. At most two
    queries.
    """
    codes = sorted(set(person.areas_as(*HAVE_WALLS)))
    wanted = Q(code__in=[code for code in codes if len(code) >= AreaLevel.DISTRICT])
    for code in codes:
        if len(code) < AreaLevel.DISTRICT:
            wanted |= Q(code__startswith=code, level=AreaLevel.DISTRICT, departments__isnull=False)
    return list(Area.objects.filter(wanted).only("code", "name").order_by("code").distinct()) if codes else []


def can_keep(person, row):
    """To mend the clocks of an order, or a clock, of a district one administers."""
    return administers_in(person, row.district_id)
