"""The record is for good, numbers have no gaps, and photos come and go with the act they belong to."""

import io
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import ProtectedError
from PIL import Image

from common.errors import Invalid
from tests.acting import act, again
from tests.factories import MONDAY, orders_of, people, photo
from whistle.models import Event, Photo
from whistle.services import drafts, record
from whistle.services import photos as photo_service

AT = MONDAY + timedelta(hours=2)


# --- the record ---


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE whistle_event SET note = 'nothing happened'",
        "UPDATE whistle_event SET at = now() WHERE id = (SELECT max(id) FROM whistle_event)",
        "DELETE FROM whistle_event",
        "DELETE FROM whistle_event WHERE id = (SELECT min(id) FROM whistle_event)",
    ],
)
def test_the_database_refuses_to_change_or_delete_what_stands_in_the_record(wuhua, statement):
    wuhua.drafted()
    before = list(Event.objects.values())
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert list(Event.objects.values()) == before


@pytest.mark.django_db
def test_nor_may_it_be_emptied():
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE whistle_event CASCADE")


def test_models_are_refused_like_anybody(wuhua):
    whistle = wuhua.drafted()
    event = Event.objects.get()
    event.note = "x"
    for write in (event.save, event.delete, Event.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()
    with pytest.raises(ProtectedError):
        whistle.delete()


def test_names_are_kept_as_they_were_then(wuhua):
    wuhua.drafted()
    officer = people["officer.fengning"]
    officer.name = "后任"
    officer.save(update_fields=["name"])
    assert Event.objects.get().person_name == "丰宁街道工作人员"


def test_somebody_without_a_name_but_a_long_account_can_act_too(wuhua):
    officer = people["officer.fengning"]
    officer.name, officer.username = "", "officer." + "x" * 140
    officer.save(update_fields=["name", "username"])
    assert wuhua.drafted(by=officer).state == "draft"
    assert Event.objects.get().person_name == officer.username[:60]


def test_when_it_happened_and_when_it_was_written_are_both_known(wuhua):
    wuhua.drafted(at=AT)
    event = Event.objects.get()
    assert event.at == AT
    assert event.recorded_at is not None


# --- numbers ---


def test_numbers_count_by_district_and_by_the_day_in_kunming(wuhua):
    midnight = MONDAY.replace(hour=0)
    moments = [midnight - timedelta(microseconds=1), midnight, midnight + timedelta(hours=23, minutes=59)]
    numbers = [wuhua.drafted(at=at).number for at in [*moments, midnight + timedelta(days=1)]]
    assert numbers == [
        "530102-20261122-0001",
        "530102-20261123-0001",
        "530102-20261123-0002",
        "530102-20261124-0001",
    ]


def test_a_refused_draft_takes_no_number(wuhua):
    with pytest.raises(Invalid):
        wuhua.drafted(criteria=["joint"])
    assert wuhua.drafted().number == "530102-20261123-0001"


def test_numbers_go_on_after_9999(wuhua):
    whistle = wuhua.drafted()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE whistle_numberseries SET last = 9999")
    assert wuhua.drafted().number == "530102-20261123-10000"
    assert whistle.number == "530102-20261123-0001"


@pytest.mark.parametrize(
    ("criteria", "sentences"),
    [((), 2), (("joint",), 1), (("urgent", "hazard"), 1), (("urgent",), 2)],
)
def test_a_draft_argues_the_types_minimum_and_what_it_requires(wuhua, criteria, sentences):
    with pytest.raises(Invalid) as refused:
        wuhua.drafted(criteria=criteria)
    assert len(refused.value.fields["criteria"]) == sentences


# --- photos ---


def stored():
    return sorted(name for name in walk("") if "photos" in name)


def walk(folder):
    if not default_storage.exists(folder or "."):
        return
    folders, files = default_storage.listdir(folder or ".")
    yield from (f"{folder}/{name}" for name in files)
    for name in folders:
        yield from walk(f"{folder}/{name}" if folder else name)


@pytest.fixture
def empty_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def turned(orientation):
    """A photo 60 wide and 40 high whose left half is red, held as the tag says."""
    image = Image.new("RGB", (60, 40), "blue")
    image.paste("red", (0, 0, 30, 40))
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = io.BytesIO()
    image.save(file, "JPEG", exif=exif, quality=95)
    return SimpleUploadedFile("phone.jpg", file.getvalue())


def test_photos_are_kept_with_the_act_they_came_with(wuhua, empty_folder):
    whistle = wuhua.drafted(photos=[photo(size=(1200, 800)), photo(color="navy")])
    first, second = Photo.objects.all()
    assert (first.event.kind, first.whistle) == ("whistle.drafted", whistle)
    assert (first.width, first.height, first.content_type) == (1200, 800, "image/png")
    assert first.file.name.startswith("photos/2026/11/")
    assert first.file.name.endswith(".png")
    with first.file.open() as file:
        assert len(file.read()) == first.size
    with Image.open(first.thumbnail.open()) as small:
        assert (small.format, small.size) == ("JPEG", (480, 320))
    assert first.sha256 != second.sha256
    assert len(stored()) == 4


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_picture_gets_a_thumbnail(wuhua, empty_folder, mode):
    file = io.BytesIO()
    Image.new(mode, (600, 300)).save(file, "PNG")
    wuhua.drafted(photos=[SimpleUploadedFile("scan.png", file.getvalue())])
    with Image.open(Photo.objects.get().thumbnail.open()) as small:
        assert (small.mode, small.size) == ("RGB", (480, 240))


@pytest.mark.parametrize(
    ("orientation", "size", "red"),
    [
        (1, (60, 40), "left"),
        (2, (60, 40), "right"),
        (3, (60, 40), "right"),
        (4, (60, 40), "left"),
        (5, (40, 60), "top"),
        (6, (40, 60), "top"),
        (7, (40, 60), "bottom"),
        (8, (40, 60), "bottom"),
        (9, (60, 40), "left"),
    ],
)
def test_a_photo_stands_upright_however_the_phone_was_held(wuhua, empty_folder, orientation, size, red):
    wuhua.drafted(photos=[turned(orientation)])
    kept = Photo.objects.get()
    assert (kept.width, kept.height) == size
    with Image.open(kept.thumbnail.open()) as small:
        wide, high = small.size
        sides = {
            "left": (5, high // 2),
            "right": (wide - 5, high // 2),
            "top": (wide // 2, 5),
            "bottom": (wide // 2, high - 5),
        }
        reddest = max(sides, key=lambda side: small.getpixel(sides[side])[0] - small.getpixel(sides[side])[2])
        assert small.size == size
        pixel = small.getpixel(sides[red])
        assert pixel[0] > 200 > 60 > pixel[2], reddest


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_odd_notes_of_a_phone_are_no_reason_to_fail(wuhua, empty_folder):
    """Pillow itself stumbles over such notes when it turns a photo and writes them anew."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Maker"
    notes = exif.tobytes()
    for place in range(10, len(notes)):
        file = io.BytesIO()
        Image.new("RGB", (60, 40)).save(file, "JPEG", exif=notes[:place] + b"\xff" + notes[place + 1 :])
        wuhua.drafted(photos=[SimpleUploadedFile("phone.jpg", file.getvalue())])
    assert Photo.objects.count() == len(notes) - 10


def test_when_one_photo_fails_none_is_left_behind(wuhua, empty_folder):
    broken = SimpleUploadedFile("broken.jpg", b"\xff\xd8\xff broken")
    with pytest.raises(OSError), transaction.atomic():
        wuhua.drafted(photos=[photo(), photo(), broken])
    assert stored() == []
    assert not Photo.objects.exists()


def test_when_the_row_cannot_be_written_neither_file_is_left(wuhua, empty_folder, monkeypatch):
    def refuse(**fields):
        raise IntegrityError("no")

    monkeypatch.setattr(photo_service.Photo.objects, "create", refuse)
    with pytest.raises(IntegrityError), transaction.atomic():
        wuhua.drafted(photos=[photo()])
    assert stored() == []


def test_when_the_act_fails_its_photos_are_gone(wuhua, empty_folder, monkeypatch):
    whistle = wuhua.on_site(lead="water", assisting=[])

    def fail(*args, **kwargs):
        raise IntegrityError("no")

    monkeypatch.setattr("dispatch.services.finishing.settle", fail)
    with pytest.raises(IntegrityError):
        act(orders_of(whistle)["water"], "submit-result", "liaison.water", AT, {"photos": [photo()]}, note="好了")
    assert stored() == []
    assert again(whistle).state == "dispatched"


@pytest.mark.parametrize(
    ("step", "name", "who", "given"),
    [
        ("acknowledged", "report", "liaison.water", {"rank": "head"}),
        ("on_site", "progress", "liaison.water", {"note": "x"}),
        ("on_site", "submit-result", "liaison.water", {"note": "x"}),
    ],
)
def test_acts_on_an_order_take_photos(wuhua, empty_folder, step, name, who, given):
    order = orders_of(getattr(wuhua, step)(lead="water", assisting=[]))["water"]
    with pytest.raises(Invalid) as refused:
        act(order, name, who, AT, {"photos": [photo(), SimpleUploadedFile("a.jpg", b"GIF89a")]}, **given)
    assert list(refused.value.fields) == ["photos"]
    assert stored() == []
    act(order, name, who, AT, {"photos": [photo(), photo()]}, **given)
    assert {kept.event.order_number for kept in Photo.objects.all()} == {order.number}
    assert len(stored()) == 4


def test_so_does_verifying(wuhua, empty_folder):
    act(wuhua.finished(), "verify", "officer.fengning", AT, {"photos": [photo()]}, solved="true")
    assert Photo.objects.get().event.kind == "whistle.verified"


def test_a_line_of_the_record_belongs_to_the_whistles_district(wuhua):
    whistle = wuhua.drafted()
    assert record("whistle.edited", whistle, at=AT).district_id == wuhua.DISTRICT
    assert drafts.copied([]) == []
