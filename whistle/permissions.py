"""Who may do what to a whistle before others are asked. Each right stands here once."""

from grid.models import AreaLevel, Role
from whistle.states import HOLDERS, Holder

STREET = (Role.STREET_OFFICER, Role.STREET_SECRETARY)


def street_post(person, area_code):
    """The post in which a person acts for the street of an area; None without one."""
    return person.post_over(area_code[:9], *STREET)


def can_draft_in(person, area_code):
    """A street officer, within the street; nothing above a street can be whistled for."""
    return len(area_code) >= 9 and person.post_over(area_code, Role.STREET_OFFICER) is not None


def can_edit(person, whistle):
    return can_draft_in(person, whistle.area_id)


def can_act_for_street(person, whistle):
    """A street officer or the street's secretary."""
    return street_post(person, whistle.area_id) is not None


def signing_post(person, whistle):
    """The secretary's post in which this person may sign; None without one.

    A community secretary signs for the community the whistle lies in; a whistle for the whole street may be
    signed by the secretary of any of its communities.
    """
    post = person.post_over(whistle.area_id, Role.STREET_SECRETARY, Role.COMMUNITY_SECRETARY)
    if post or len(whistle.area_id) > 9:
        return post
    return next(
        (
            post
            for post in person.posts_now
            if post.role == Role.COMMUNITY_SECRETARY and post.area_id.startswith(whistle.area_id)
        ),
        None,
    )


def can_sign(person, whistle):
    return signing_post(person, whistle) is not None


# Who acts for whoever has a lead in hand, and how long the code of an area is that lies in their ground.
HANDS = {
    Holder.GRID: ((Role.GRID_WORKER,), AreaLevel.GRID),
    Holder.COMMUNITY: ((Role.COMMUNITY_SECRETARY,), AreaLevel.COMMUNITY),
    Holder.STREET: (STREET, AreaLevel.STREET),
}
HANDLE_LEADS = (Role.GRID_WORKER, Role.COMMUNITY_SECRETARY, *STREET)


def hands_over(area_code):
    """Who can have a lead in this area in hand, from below upwards: a whole community's is in no grid's."""
    return [holder for holder in HOLDERS if len(area_code) >= HANDS[holder][1]]


def hand_of(person, area_code, holders=HOLDERS):
    """`(holder, post)` of the lowest of `holders` for which a person acts in an area; `(None, None)` for none."""
    for holder in holders:
        post = person.post_over(area_code, *HANDS[holder][0])
        if post is not None and len(area_code) >= AreaLevel.STREET:
            return holder, post
    return None, None


def handling_post(person, lead):
    """The post in which a person has a lead in hand."""
    return hand_of(person, lead.area_id, [lead.holder])[1]


def can_handle(person, lead):
    return handling_post(person, lead) is not None


def taking_hand(person, lead):
    """For whom above its holder, and in which post, a person can take a lead over; `(None, None)` for nobody."""
    return hand_of(person, lead.area_id, HOLDERS[HOLDERS.index(Holder(lead.holder)) + 1 :])


def can_take_over(person, lead):
    return taking_hand(person, lead)[1] is not None


def can_work_on(person, lead):
    """Anybody on whose ground it lies: they may note what they know of it, and whom to call back."""
    return hand_of(person, lead.area_id)[1] is not None


def can_whistle_lead(person, lead):
    """Whoever blows whistles there."""
    return can_draft_in(person, lead.area_id)


# Who writes advice letters, in the name of a community or of a street.
WRITE_LETTERS = (Role.COMMUNITY_SECRETARY, *STREET)


def letter_hand(person, area_code):
    """`(code of the sender, post)`: in whose name a person writes about an area; `(None, None)` in nobody's."""
    holder, post = hand_of(person, area_code, [Holder.COMMUNITY, Holder.STREET])
    return (area_code[: HANDS[holder][1]], post) if post else (None, None)


def sending_post(person, letter):
    """The post in which a person speaks for the street or the community that sent a letter."""
    of_a_community = len(letter.sender_id) == AreaLevel.COMMUNITY
    return hand_of(person, letter.sender_id, [Holder.COMMUNITY if of_a_community else Holder.STREET])[1]


def can_speak_for_sender(person, letter):
    return sending_post(person, letter) is not None
