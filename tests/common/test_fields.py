"""Fields of our own: photos are judged by their content, and junk from outside is refused in words."""

import io
import struct
import zlib

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from common.fields import PHOTO_BYTES, PHOTOS_PER_ACT, PhotosField, YesNoField, describe

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


class Asked(forms.Form):
    photos = PhotosField()
    solved = YesNoField(label="?", yes="yes", no="no", required=False)


def drawn(format="JPEG", size=(40, 30), **options):
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, format, **options)
    return file.getvalue()


def upload(content, name="photo.jpg"):
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def refusal_of(*uploads, required=False):
    """What the field says to these files, in English; empty if it takes them."""
    with override("en"):
        try:
            PhotosField(required=required).clean(list(uploads))
        except ValidationError as error:
            return " ".join(error.messages)
    return ""


def bomb(width, height):
    """A PNG of a few bytes that claims to be huge."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_taken_whatever_its_name_says(format):
    assert refusal_of(upload(drawn(format), "notes.txt")) == ""


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(drawn("GIF"), id="a gif renamed"),
        pytest.param(drawn("BMP"), id="a bitmap"),
        pytest.param("这不是照片".encode(), id="text"),
        pytest.param(b"", id="an empty file"),
        pytest.param(drawn("JPEG", (400, 300))[:-200], id="a truncated jpeg"),
        pytest.param(drawn("PNG", (400, 300))[:120], id="a truncated png"),
        pytest.param(drawn("WEBP", (400, 300))[:60], id="a truncated webp"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", id="a drawing with scripts"),
    ],
)
def test_what_is_no_photo_by_its_content_is_refused_by_name(content):
    assert (
        refusal_of(upload(content, "gate.jpg"))
        == "“gate.jpg” is not a JPEG, PNG or WebP image. Please choose a photo."
    )


def test_ten_megabytes_are_taken_and_one_byte_more_is_not():
    whole = drawn()
    assert refusal_of(upload(whole + b"\0" * (PHOTO_BYTES - len(whole)))) == ""
    assert refusal_of(upload(whole + b"\0" * (PHOTO_BYTES - len(whole) + 1))) == "“photo.jpg” is larger than 10 MB."


def test_nine_photos_are_taken_and_ten_are_not():
    photos = [upload(drawn()) for _ in range(PHOTOS_PER_ACT + 1)]
    assert refusal_of(*photos[:-1]) == ""
    assert refusal_of(*photos) == "At most 9 photos with one act."


@pytest.mark.parametrize("size", [(9_000, 9_000), (30_000, 30_000), (2**31 - 1, 2**31 - 1)])
def test_a_decompression_bomb_is_refused_before_it_is_unpacked(size):
    assert refusal_of(upload(bomb(*size))) == "“photo.jpg” has too many pixels."


def test_photos_that_are_asked_for_must_be_given():
    assert refusal_of(required=True) == "This field is required."
    assert refusal_of() == ""


@given(st.binary(max_size=300))
def test_no_bytes_upset_the_check(content):
    assert "photo.jpg" in refusal_of(upload(b"\xff\xd8\xff" + content))


@given(JSON)
def test_no_json_upsets_yes_or_no(value):
    form = Asked({"solved": value}, MultiValueDict())
    if form.is_valid():
        assert form.cleaned_data["solved"] in (True, False, "")
        assert value in (True, False, "true", "false", None, "", [], {})
    assert "solved" in str(form)


def test_yes_and_no_are_taken_as_json_and_as_a_radio_button():
    for value, meant in [(True, True), (False, False), ("true", True), ("false", False)]:
        form = Asked({"solved": value})
        assert form.is_valid()
        assert form.cleaned_data["solved"] is meant


def test_a_form_is_described_for_programs():
    with override("en"):
        assert describe(Asked()) == [
            {"name": "photos", "label": "Photos", "type": "photos", "required": False},
            {"name": "solved", "label": "?", "type": "boolean", "required": False},
        ]
