"""A vault that shows everything the page can show, and what it must not do."""

from __future__ import annotations

from pathlib import Path

ROSE = """---
title: Rose garden
tags: [garden, roses]
planted: 2021-03-04
---
# Rose garden

The climbing rose by the **gate** was planted in March. See [[Compost]] and ==water it==.

> [!warning] Thorns
> Wear thick gloves.

## Pruning

- [x] buy secateurs
- [ ] prune in late February
- TODO sharpen the blades

| Rose   | Colour |
| ------ | -----: |
| Albert | apricot |

```python
print("bloom")
```

## Pests

Aphids are washed off with soapy water every second morning in May.

A picture from elsewhere: ![far away](https://pictures.example/rose.png), and one from
here: ![[bud.png]].

See [the society](https://roses.example/) or [the compost](compost.md#turning).
"""

COMPOST = """# Compost

Kitchen scraps and leaves, two to one.

## Turning

The heap is turned every three weeks, and more often in summer.
"""

JOURNEY = """#+TITLE: Journey to Lisbon
#+FILETAGS: :travel:

* TODO [#A] Book the night train :trains:
SCHEDULED: <2026-05-02 Sat>
:PROPERTIES:
:STATUS: waiting
:END:
The sleeper leaves from *platform nine* at /half past eight/. See [[file:compost.md][the heap]].

** What to pack
- [X] passport
- [ ] adapter :: the plug there is type F
  1. one for the camera

| City   | Nights |
|--------+--------|
| Lisbon |      4 |

#+BEGIN_SRC shell
echo "boa viagem"
#+END_SRC

* DONE Learn some Portuguese
CLOSED: [2026-01-09 Fri]
Obrigado means thank you, and a pastry is called pastel.
"""

WORDS = """The ferry to the island leaves at nine in the morning.

It returns at dusk, except in winter.
"""

HEBREW = """# שלום

הגינה בירושלים פורחת באביב.
"""

EVIL = """# Harmless recipe

A soup of leeks and potatoes simmers for forty minutes.

<script>window.stolen = "script"</script>
<img src="x" onerror="window.stolen = 'onerror'">
<img src="https://tracker.example/pixel.gif" alt="pixel">
<a href="javascript:window.stolen = 'href'">click me</a>
<iframe src="https://tracker.example/frame"></iframe>
<div style="position:fixed;inset:0" class="dialog" id="app">cover</div>
<form action="https://tracker.example/"><input name="token"><button>Send</button></form>
<svg onload="window.stolen = 'svg'"><use href="https://tracker.example/x.svg#y"/></svg>
<style>body { display: none }</style>
<a href="#" data-note="compost" onclick="window.stolen = 'click'">inside</a>
[markdown](javascript:window.stolen='markdown')
"""

NOTES = {
    "garden/roses.md": ROSE,
    "garden/compost.md": COMPOST,
    "journey.org": JOURNEY,
    "ferry.txt": WORDS,
    "שלום.md": HEBREW,
    "soup.md": EVIL,
}

LINES_OF_LONG_NOTE = 400


def long_note() -> str:
    """A note whose answer stands far down."""
    filler = "\n\n".join(f"Paragraph {n} speaks of tides." for n in range(LINES_OF_LONG_NOTE // 2))
    return f"# Lighthouse log\n\n{filler}\n\nThe keeper's name was Ingrid Solberg.\n"


def write_notes(folder: Path) -> Path:
    for name, text in {**NOTES, "lighthouse.md": long_note()}.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    (folder / "broken.md").write_bytes(bytes(range(256)) * 8)
    return folder
