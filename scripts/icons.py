"""Draws the icons of the installed page: `python scripts/icons.py` writes web/icons/*.png.

The same drawing as web/icons/favicon.svg, at the sizes that systems ask for; the maskable one
keeps it within the middle four fifths, since launchers cut what is outside.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

FOLDER = Path(__file__).parents[1] / "web" / "icons"
GROUND, LINE, DOT = "#0e655c", "#ffffff", "#ffc857"
GRID = 64  # the drawing's own units
FINE = 4  # drawn so many times larger, then scaled down: smooth edges


def icon(pixels: int, *, maskable: bool = False) -> Image.Image:
    """The lens on its ground. A maskable icon has no corners of its own and a smaller drawing."""
    side = pixels * FINE
    scale, shift = side / GRID, 0.0
    image = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    if maskable:
        draw.rectangle((0, 0, side, side), fill=GROUND)
        scale, shift = 0.72 * scale, 0.14 * side
    else:
        draw.rounded_rectangle((0, 0, side - 1, side - 1), radius=16 * scale, fill=GROUND)

    def at(value: float) -> float:
        return value * scale + shift

    wide = 5.5 * scale
    _circle(draw, at(28.5), at(28.5), 13 * scale + wide / 2, LINE)
    _circle(draw, at(28.5), at(28.5), 13 * scale - wide / 2, GROUND)
    draw.line((at(38.5), at(38.5), at(49), at(49)), fill=LINE, width=round(wide))
    for end in (38.5, 49):
        _circle(draw, at(end), at(end), wide / 2, LINE)
    _circle(draw, at(28.5), at(28.5), 4.2 * scale, DOT)
    return image.resize((pixels, pixels), Image.Resampling.LANCZOS)


def _circle(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float, fill: str) -> None:
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)


if __name__ == "__main__":
    for pixels in (192, 512):
        icon(pixels).save(FOLDER / f"icon-{pixels}.png", optimize=True)
    icon(512, maskable=True).save(FOLDER / "maskable-512.png", optimize=True)
