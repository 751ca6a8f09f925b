"""Where each note stands in the picture: like beside like, on a plane.

t-SNE (van der Maaten & Hinton 2008) with its repulsion summed on a grid by Fourier transform
(Linderman et al. 2019), so that a step costs as good as nothing more for twice the notes. No
random number is drawn: it begins at the two principal components, or at the picture before.
"""

from __future__ import annotations

from collections.abc import Callable

import faiss
import numpy as np
from numpy.typing import NDArray

from khoj_lite.errors import CancelledError
from khoj_lite.types import Vector

Spots = NDArray[np.float64]
"""Places on the plane, shape (n, 2)."""

NEIGHBOURS = 15
COMPONENTS = 50  # of the vectors, before neighbours are looked for; the rest is mostly noise
EARLY, LATE = (100, 12.0), (200, 2.0)
"""Steps, and how many times too strong likeness pulls in them: groups form early; the little
that is left of it late keeps them apart (Kobak & Berens 2019)."""
SETTLING = 60  # steps of a picture that begins at the one before
FEW = 10  # notes that need no more than their principal components
CELL, LEAST_CELLS, MOST_CELLS = 0.6, 32, 192
"""Size of a cell of the grid in units of the kernel's width, and cells each way."""


def layout(
    vectors: Vector,
    start: Spots | None = None,
    on_step: Callable[[int, int], None] = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Spots:
    """A place for each vector; the same for the same vectors. With `start` (NaN where a vector is
    new) only so much moves as must. CancelledError when `cancelled`."""
    flat = principal(vectors, COMPONENTS)
    if len(flat) < FEW:
        return np.zeros((len(flat), 2)) + _first_two(flat)
    rows, columns, weights, near = _likeness(flat)
    if start is None:
        spots = _first_two(flat)
        spots *= 1e-2 / max(float(spots[:, 0].std()), 1e-12)
        phases = [EARLY, LATE]
    else:
        spots = _seated(start, near)
        phases = [(SETTLING, LATE[1])]
    total = sum(steps for steps, _ in phases)
    grid, done = _Grid(), 0
    for steps, pull in phases:
        moved, gains = np.zeros_like(spots), np.ones_like(spots)
        rate = max(len(spots) / pull / 4, 50.0) if start is None else len(spots) / pull / 8
        for step in range(steps):
            if cancelled():
                raise CancelledError("the map was stopped")
            gradient = 4 * (
                pull * _attraction(spots, rows, columns, weights) - grid.repulsion(spots)
            )
            same = np.sign(gradient) == np.sign(moved)
            gains = np.maximum(np.where(same, gains * 0.8, gains + 0.2), 0.01)
            momentum = 0.5 if pull > LATE[1] and step < 50 else 0.8
            moved = momentum * moved - rate * gains * gradient
            spots = spots + moved
            spots -= spots.mean(axis=0)
            done += 1
            on_step(done, total)
    return spots


def principal(vectors: Vector, components: int) -> NDArray[np.float32]:
    """The vectors along their directions of most spread; each direction's sign is fixed."""
    centred = np.asarray(vectors, np.float32)
    centred = centred - centred.mean(axis=0, keepdims=True) if len(centred) else centred
    if len(centred) < 2:
        return np.zeros((len(centred), 2), np.float32)
    _, axes = np.linalg.eigh(centred.T.astype(np.float64) @ centred)
    axes = axes[:, ::-1][:, : min(components, axes.shape[1])]
    peaks = axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])]
    turned: NDArray[np.float32] = (centred @ (axes * np.sign(peaks))).astype(np.float32)
    return turned


def aligned(spots: Spots, before: Spots) -> Spots:
    """`spots` turned and mirrored (not stretched) so that those with a place `before` (not NaN)
    stand as near to it as can be."""
    known = ~np.isnan(before[:, 0])
    if known.sum() < 3:
        return spots
    here, there = spots[known], before[known]
    u, _, vt = np.linalg.svd((here - here.mean(axis=0)).T @ (there - there.mean(axis=0)))
    turned: Spots = (spots - here.mean(axis=0)) @ (u @ vt)
    return turned


def _first_two(flat: NDArray[np.float32]) -> Spots:
    two = np.zeros((len(flat), 2))
    two[:, : min(2, flat.shape[1])] = flat[:, :2]
    return two


def _seated(start: Spots, near: NDArray[np.int64]) -> Spots:
    """New notes begin amid their neighbours; those without any known one in the middle."""
    spots = start.copy()
    for new in np.flatnonzero(np.isnan(start[:, 0])):
        around = start[near[new]]
        around = around[~np.isnan(around[:, 0])]
        # Never exactly on another: two on one spot would never part.
        spots[new] = (around.mean(axis=0) if len(around) else 0.0) + 1e-3 * np.array(
            [np.cos(new), np.sin(new)]
        )
    return spots


def _likeness(
    flat: NDArray[np.float32],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """Pairs (row, column) with the weight of their likeness, which sum to 1; and the neighbours
    of each, nearest first. Each note's own scale is how far its fifth neighbour is."""
    count = len(flat)
    index = faiss.IndexFlatL2(flat.shape[1])
    index.add(np.ascontiguousarray(flat))
    distances, near = index.search(np.ascontiguousarray(flat), min(NEIGHBOURS, count - 1) + 1)
    rows = np.repeat(np.arange(count), near.shape[1])
    columns, squares = near.ravel(), distances.ravel().astype(np.float64)
    other = (rows != columns) & (columns >= 0)
    scale = np.maximum(distances[:, min(5, near.shape[1] - 1)].astype(np.float64), 1e-9)
    weights = np.where(other, np.exp(-squares / scale[rows]), 0.0)
    weights /= np.maximum(np.bincount(rows, weights, count), 1e-12)[rows]
    rows, columns, weights = rows[other], columns[other], weights[other]
    both = np.concatenate([rows, columns]), np.concatenate([columns, rows])
    double = np.concatenate([weights, weights])
    return both[0], both[1], double / double.sum(), near


def _attraction(
    spots: Spots,
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    weights: NDArray[np.float64],
) -> Spots:
    apart = spots[rows] - spots[columns]
    pull = weights / (1 + (apart**2).sum(axis=1))
    return np.stack([np.bincount(rows, pull * apart[:, i], len(spots)) for i in (0, 1)], axis=1)


class _Grid:
    """Sums what pushes every note from every other, on a grid of cells; remembers the kernels'
    transforms while the extent of the picture stays within the same size."""

    def __init__(self) -> None:
        self._cells = 0
        self._width = 0.0
        self._kernels: list[NDArray[np.complex128]] = []

    def repulsion(self, spots: Spots) -> Spots:
        low = spots.min(axis=0)
        span = float((spots.max(axis=0) - low).max())
        self._fit(span)
        cells, width = self._cells, self._width
        place = (spots - low) / width
        corner = np.minimum(place.astype(np.int64), cells - 2)
        part = place - corner
        corners, shares = [], []
        for x in (0, 1):
            for y in (0, 1):
                corners.append((corner[:, 0] + x) * cells + corner[:, 1] + y)
                shares.append(
                    np.abs(1 - x - part[:, 0]) * np.abs(1 - y - part[:, 1])
                )  # bilinear: the four shares of a note sum to 1
        at, share = np.concatenate(corners), np.concatenate(shares)
        masses = [np.ones(len(spots)), spots[:, 0], spots[:, 1]]
        size = 2 * cells
        turned = []
        for mass in masses:
            laid = np.bincount(at, share * np.tile(mass, 4), cells * cells).reshape(cells, cells)
            turned.append(np.fft.rfft2(laid, (size, size)))
        sums = []
        for kernel, laid_out in ((0, 0), (1, 0), (1, 1), (1, 2)):
            field = np.fft.irfft2(turned[laid_out] * self._kernels[kernel], (size, size))
            there = field[:cells, :cells].ravel()[at] * share
            sums.append(there.reshape(4, -1).sum(axis=0))
        all_pairs = max(float(sums[0].sum()) - len(spots), 1e-12)
        push: Spots = np.stack([sums[1] * spots[:, i] - sums[2 + i] for i in (0, 1)], axis=1)
        return push / all_pairs

    def _fit(self, span: float) -> None:
        if self._cells and 0.6 <= span / (self._width * (self._cells - 2)) <= 1:
            return
        cells = int(np.clip(np.ceil(1.3 * span / CELL / 16) * 16, LEAST_CELLS, MOST_CELLS))
        self._cells, self._width = cells, max(1.25 * span, 1e-3) / (cells - 2)
        steps = np.minimum(np.arange(2 * cells), 2 * cells - np.arange(2 * cells)) * self._width
        square = steps[:, None] ** 2 + steps[None, :] ** 2
        self._kernels = [np.fft.rfft2(1 / (1 + square)), np.fft.rfft2(1 / (1 + square) ** 2)]
