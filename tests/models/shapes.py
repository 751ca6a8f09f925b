"""Pictures of coloured shapes, for a model that is small enough to learn them in seconds."""

from __future__ import annotations

from typing import Any

import numpy as np

COLOURS = {"red": (220, 30, 30), "green": (30, 170, 50), "blue": (40, 60, 220)}
SHAPES = ("square", "circle")
SIDE = 32


def drawn(colour: str, shape: str, random: np.random.Generator) -> np.ndarray[Any, Any]:
    """A picture of SIDE x SIDE: the shape somewhere on a light ground."""
    ground = random.integers(200, 256, 3)
    picture = np.tile(ground, (SIDE, SIDE, 1)).astype(np.float32)
    size = int(random.integers(14, 24))
    left, top = random.integers(0, SIDE - size, 2)
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    inside = (x >= left) & (x < left + size) & (y >= top) & (y < top + size)
    if shape == "circle":
        middle = (left + size / 2, top + size / 2)
        inside = (x - middle[0]) ** 2 + (y - middle[1]) ** 2 < (size / 2) ** 2
    picture[inside] = COLOURS[colour]
    return picture + random.normal(0, 8, picture.shape)
