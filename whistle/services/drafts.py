"""A street officer writes down what is the matter."""

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import Invalid, WrongState, require
from common.moments import exactly
from whistle.models import EventKind, Whistle
from whistle.permissions import can_draft_in, can_edit, street_post
from whistle.services.moves import lock
from whistle.services.numbers import give_number, no_number_yet
from whistle.services.photos import add_photos
from whistle.services.record import record
from whistle.services.unfinished import Elsewhere
from whistle.states import WITH_THE_STREET, Source

FIELDS = ("type", "level", "source", "title", "description", "area", "address", "lat", "lng", "item", "drill")


def create_draft(
    *,
    by,
    at,
    type,
    level,
    title,
    description,
    area,
    criteria,
    address="",
    lat=None,
    lng=None,
    departments=(),
    source=Source.STREET,
    item=None,
    lead=None,
    photos=(),
    drill=False,
    demonstration=False,
):
    """A new draft with a number of its own. `area`: a street, community or grid; `criteria`: rows of the type's;
    `departments`: the ones the street suggests, the first one to lead; `lat`, `lng`: degrees or both None; `lead`:
    what it grew out of; `drill`: everything runs and nothing of it counts.

    Refuses with Forbidden outside the officer's street, and with Invalid when too few criteria hold.
    """
    require(can_draft_in(by, area.code), _("You can only blow whistles for your own street."))
    check_criteria(type, {criterion.code for criterion in criteria})
    post = street_post(by, area.code)
    whistle = Whistle(
        district_id=area.district_code,
        area=area,
        type=type,
        level=level,
        source=source,
        title=title,
        description=description,
        address=address,
        lat=lat,
        lng=lng,
        item=item,
        lead=lead,
        criteria=copied(criteria),
        suggested=[department.code for department in departments],
        sign_off=type.sign_off,
        created_by=by,
        created_at=at,
        drill=drill,
        demonstration=demonstration,
    )
    # All that can be refused is behind us, so a transaction that is open already needs no savepoint.
    with transaction.atomic(savepoint=False):
        whistle.number = no_number_yet()
        whistle.save(force_insert=True)
        # Kept on the row, so that an answer can tell of it without reading it again.
        whistle.drafted = record(EventKind.DRAFTED, whistle, at=at, by=by, post=post, **_told(whistle))
        whistle.drafted.added_photos = add_photos(whistle, whistle.drafted, photos)
        give_number(whistle, at)
    return whistle


@transaction.atomic
def edit_draft(whistle, *, by, at, criteria, departments=(), photos=(), written=None, **fields):
    """Changes a draft, or a whistle that the centre returned. Takes what `create_draft` takes.

    `written`: the line of the record (`last_written`) that whoever changes it has read; should a later one have been
    written since, by whomever, it is refused with Elsewhere rather than written over. None: not looked at.

    `fields` hold at least the type and the area; what else is left out stays as it was. Whether it is a drill can be
    changed until it is blown.
    """
    require(can_edit(by, whistle))
    whistle = lock(whistle)
    if whistle.state not in WITH_THE_STREET:
        raise WrongState(_("This whistle has left your desk; it can no longer be changed."))
    if written is not None and (last := last_written(whistle)).pk != written:
        sentence = _("%(name)s changed it at %(moment)s, after you had opened it. Nothing was written over.")
        raise Elsewhere(sentence % {"name": last.person_name, "moment": exactly(last.at)})
    area = fields["area"]
    require(can_draft_in(by, area.code), _("You can only blow whistles for your own street."))
    if area.district_code != whistle.district_id:
        raise Invalid(fields={"area": [_("A whistle keeps its district, because its number names it.")]})
    if whistle.filed_at and fields.get("drill", whistle.drill) != whistle.drill:
        raise Invalid(fields={"drill": [_("It has been blown: whether it is a drill can no longer be changed.")]})
    check_criteria(fields["type"], {criterion.code for criterion in criteria})
    for name in FIELDS:
        setattr(whistle, name, fields.get(name, getattr(whistle, name)))
    whistle.sign_off = whistle.type.sign_off
    whistle.criteria = copied(criteria)
    whistle.suggested = [department.code for department in departments]
    whistle.save(update_fields=[*FIELDS, "sign_off", "criteria", "suggested"])
    event = record(EventKind.EDITED, whistle, at=at, by=by, post=street_post(by, area.code), **_told(whistle))
    add_photos(whistle, event, photos)
    return whistle


def last_written(whistle):
    """The line of the record with which it came to say what it says."""
    return whistle.events.filter(kind__in=[EventKind.DRAFTED, EventKind.EDITED]).latest("id")


def _told(whistle):
    """What a line of the record says of a draft beside that it was written."""
    return {"drill": True} if whistle.drill else {}


def copied(criteria):
    return [{"code": criterion.code, "name": criterion.name, "name_en": criterion.name_en} for criterion in criteria]


def check_criteria(type, codes):
    """Refuses unless the type's minimum and every criterion it requires are among the criteria with `codes`."""
    sentences = []
    if len(codes) < type.minimum_criteria:
        sentences.append(
            _("A %(type)s needs at least %(least)d criteria that hold; you named %(given)d.")
            % {"type": type, "least": type.minimum_criteria, "given": len(codes)}
        )
    required = [criterion for criterion in type.criteria.all() if criterion.required]
    missing = [str(criterion) for criterion in required if criterion.code not in codes]
    if missing:
        sentences.append(_("This criterion must hold: %(names)s.") % {"names": " · ".join(missing)})
    if sentences:
        raise Invalid(fields={"criteria": sentences})
