"""Pictures where a demonstration would show photos: grey fields that say so themselves (演示)."""

import io
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw

SIZE = (960, 720)


@cache
def _mark():
    with Image.open(Path(__file__).parent / "mark.png") as mark:
        return mark.convert("L")


def picture(number: int) -> io.BytesIO:
    """A JPEG that differs with `number`, ready to be kept as a photo."""
    width, height = SIZE
    tone = 150 + 14 * (number % 6)
    image = Image.new("RGB", SIZE, (tone, tone, tone + 8))
    draw = ImageDraw.Draw(image)
    horizon = height // 2 + 30 * (number % 4)
    draw.rectangle([0, horizon, width, height], fill=(tone - 40, tone - 38, tone - 36))
    for house in range(5):
        left = 40 + 190 * house
        top = horizon - 90 - 37 * ((number * 3 + house * 2) % 5)
        draw.rectangle([left, top, left + 130, horizon], fill=(tone - 22, tone - 20, tone - 14))
    mark = _mark()
    image.paste((245, 245, 245), (width - mark.width - 24, height - mark.height - 12), mark)
    content = io.BytesIO()
    image.save(content, "JPEG", quality=70)
    content.seek(0)
    return content
