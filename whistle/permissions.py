"""Who may do what to a whistle before others are asked. Each right stands here once."""

from grid.models import Role

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
