"""Form fields of our own, and how any field is described to a program."""

import io
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from PIL import Image

PHOTO_FORMATS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}
PHOTO_BYTES = 10 * 1024 * 1024
PHOTO_PIXELS = 64_000_000
PHOTOS_PER_ACT = 9


class YesNoField(forms.TypedChoiceField):
    """Yes or no, and not answering is not an answer. Takes JSON's true/false as well as a radio button."""

    widget = forms.RadioSelect

    def __init__(self, *, yes, no, **kwargs):
        super().__init__(choices=[("true", yes), ("false", no)], coerce=lambda value: value == "true", **kwargs)

    def prepare_value(self, value):
        return str(value).lower() if isinstance(value, bool) else value

    def to_python(self, value):
        return super().to_python(self.prepare_value(value))


class TickInput(forms.CheckboxInput):
    """A checkbox that hands on what was sent, for the field to judge."""

    def value_from_datadict(self, data, files, name):
        return data.get(name)


class TickField(forms.Field):
    """Ticked or not, and not ticked unless said. Takes JSON's true/false as well as a checkbox; refuses all else."""

    widget = TickInput
    default_error_messages = {"invalid": _("Answer yes or no.")}

    def __init__(self, **kwargs):
        super().__init__(required=False, **kwargs)

    def to_python(self, value):
        if value is None or value is False or value in ("", "false"):
            return False
        if value is True or value in ("on", "true"):
            return True
        raise ValidationError(self.error_messages["invalid"], code="invalid")


class TextOrDateMixin:
    """A day or a moment within living memory; JSON may send something else than a text."""

    def to_python(self, value):
        if value not in self.empty_values and not isinstance(value, str | date):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        found = super().to_python(value)
        # What lies further off is a slip of the pen, and the very first years no database gives back.
        if found and not 1900 <= found.year <= 9000:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return found


class MomentField(TextOrDateMixin, forms.DateTimeField):
    pass


class DayField(TextOrDateMixin, forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"})


class ObjectField(forms.Field):
    """A JSON object, as programs send it; what stands in it is for others to check."""

    default_error_messages = {"invalid": _("Send one JSON object.")}

    def to_python(self, value):
        if value not in self.empty_values and not isinstance(value, dict):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return value or None


class PhotosInput(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"

    def value_from_datadict(self, data, files, name):
        return files.getlist(name) if hasattr(files, "getlist") else []


class PhotosField(forms.FileField):
    """Up to nine photos. What counts is the content of the file, not its name or declared type."""

    widget = PhotosInput(attrs={"accept": "image/jpeg,image/png,image/webp"})

    def __init__(self, **kwargs):
        kwargs.setdefault("label", _("Photos"))
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)

    def clean(self, data, initial=None):
        photos = [photo for photo in data or [] if photo]
        if self.required and not photos:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(photos) > PHOTOS_PER_ACT:
            raise ValidationError(_("At most %(most)d photos with one act."), params={"most": PHOTOS_PER_ACT})
        for photo in photos:
            _check_photo(photo)
        return photos


def _check_photo(photo):
    """Refuses what is too large or not an image by its content."""
    if photo.size > PHOTO_BYTES:
        raise ValidationError(_("“%(name)s” is larger than 10 MB."), params={"name": photo.name})
    not_an_image = ValidationError(
        _("“%(name)s” is not a JPEG, PNG or WebP image. Please choose a photo."), params={"name": photo.name}
    )
    too_many_pixels = ValidationError(_("“%(name)s” has too many pixels."), params={"name": photo.name})
    content = photo.read()
    photo.seek(0)
    try:
        with Image.open(io.BytesIO(content), formats=list(PHOTO_FORMATS)) as image:
            if image.width * image.height > PHOTO_PIXELS:
                raise too_many_pixels
            image.load()
    except ValidationError:
        raise
    except Image.DecompressionBombError as error:
        raise too_many_pixels from error
    except (OSError, ValueError, SyntaxError) as error:
        raise not_an_image from error


KINDS = (
    (YesNoField, "boolean"),
    (TickField, "boolean"),
    (PhotosField, "photos"),
    (ObjectField, "object"),
    (forms.ModelMultipleChoiceField, "choices"),
    (forms.MultipleChoiceField, "choices"),
    (forms.ModelChoiceField, "choice"),
    (forms.ChoiceField, "choice"),
    (forms.DateTimeField, "datetime"),
    (forms.DateField, "date"),
    (forms.FloatField, "number"),
    (forms.DecimalField, "number"),
    (forms.IntegerField, "integer"),
    (forms.BooleanField, "boolean"),
    (forms.CharField, "text"),
)


def kind_of(field):
    """The word by which the API names the kind of a form field."""
    return next(word for kind, word in KINDS if isinstance(field, kind))


def describe(form):
    """`[{name, label, type, required, choices?}]` for every field of a form."""
    described = []
    for name, field in form.fields.items():
        entry = {"name": name, "label": str(field.label), "type": kind_of(field), "required": field.required}
        if entry["type"] in ("choice", "choices"):
            entry["choices"] = [
                {"value": str(value), "label": str(label)} for value, label in field.choices if str(value) != ""
            ]
        described.append(entry)
    return described


def coded_choices(rows):
    """Codes and names to choose from; a code that several districts of a city use stands once."""
    return list({row.code: str(row) for row in rows}.items())
