"""Some fifty drawn pictures, rasterised by typst and taken in like any upload, two at a time."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import typst

from gallery.core import media
from gallery.core.transaction import transaction
from gallery.demo import artwork
from gallery.demo.scene import Scene
from gallery.demo.words import CRAFTS

PAGE = (
    '#set page(width: 400pt, height: 500pt, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg", width: 100%)\n'
)


def drawings(most: int) -> Iterator[tuple[str, int]]:
    """(art, seed) of the pictures, one of each art first, so that a small demo has all kinds."""
    arts = {craft.art: craft.seeds for craft in CRAFTS if craft.seeds}
    arts |= {item.art: craft.seeds for craft in CRAFTS for item in craft.items if item.art}
    wanted = [(art, seed) for seed in range(max(arts.values())) for art, seeds in arts.items() if seed < seeds]
    yield from wanted[:most]


def develop(art: str, seed: int) -> media.Developed:
    """One drawing as an upload: 800 x 1000 pixels."""
    inputs = {"svg": artwork.make(art, seed)}
    return media.develop(typst.compile(PAGE.encode(), format="png", ppi=144.0, sys_inputs=inputs))


def hang(scene: Scene) -> None:
    """Take all pictures in: files first, then their rows."""
    wanted = list(drawings(scene.size.pictures))
    with ThreadPoolExecutor(2) as two:
        for (art, _seed), developed in zip(wanted, two.map(lambda one: develop(*one), wanted), strict=True):
            media.store(developed)
            with transaction():
                media.record(developed, at=scene.at(scene.first_day, 8))
            scene.pictures.setdefault(art, []).append(developed.sha)
            scene.count("pictures")
            scene.progress("pictures", 1)
