"""Pictures of pages for people to look at: ``make screenshots`` writes them all, and a page to leaf through them."""

import sys
from collections.abc import Sequence
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

from tests.browser.portal_site import FLAGS, Site, find_chromium, open_site
from tests.browser.shown_pages import PAGES

FOLDER = Path("build/screenshots")
SIZES = {"phone": 320, "wide": 1440}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
NOWHERE = ("not-found", "employee", "/nowhere")
HEAD = """<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><title>Pages of MentorMatch</title><style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem; background: #888; color: #fff }
section { display: flex; gap: 1rem; align-items: start; margin-bottom: 3rem; flex-wrap: wrap }
h2 { flex-basis: 100%; margin: 0 } a { color: #fff }
img { border: 1px solid #444; height: auto } img.phone { width: 200px } img.wide { width: 560px }
</style></head><body><h1>Pages of MentorMatch</h1>
"""


def take_pictures(browser: Browser, site: Site, names: Sequence[str]) -> list[str]:
    """Take the pictures of the pages of some names, or of all; return the names of those that were drawn."""
    known = [*((page.name, page.visitor, page.path(site.grounds)) for page in PAGES), NOWHERE]
    chosen = [shown for shown in known if not names or any(name in shown[0] for name in names)]
    for size, width in SIZES.items():
        for scheme in SCHEMES:
            pages = {who: site.enter(browser, who, width, color_scheme=scheme).new_page() for _, who, _ in chosen}
            for name, visitor, path in chosen:
                pages[visitor].goto(path)
                pages[visitor].screenshot(path=FOLDER / f"{name}-{size}-{scheme}.png", full_page=True)
            for page in pages.values():
                page.context.close()
    return [name for name, _, _ in chosen]


def write_index(names: Sequence[str]) -> None:
    """Write the page on which all pictures can be seen beside each other."""
    drawn = [
        f'<a href="{name}-{size}-{scheme}.png"><img class="{size}" src="{name}-{size}-{scheme}.png" loading="lazy"'
        f' alt="{escape(name)}, {size}, {scheme}"></a>'
        for name in names
        for size in SIZES
        for scheme in SCHEMES
    ]
    each = len(SIZES) * len(SCHEMES)
    sections = [
        f"<section><h2>{escape(name)}</h2>{''.join(drawn[k * each : (k + 1) * each])}</section>"
        for k, name in enumerate(names)
    ]
    (FOLDER / "index.html").write_text("\n".join((HEAD, *sections, "</body></html>\n")), encoding="utf-8")


def main(names: Sequence[str]) -> None:
    """Take pictures of the pages in whose names one of these words occurs, or of all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder, sync_playwright() as playwright, open_site(Path(folder)) as site:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=[*FLAGS])
        drawn = take_pictures(browser, site, names)
        browser.close()
    if not drawn:
        sys.exit(f"No page has {' or '.join(names)} in its name; there are: {', '.join(page.name for page in PAGES)}.")
    if not names:
        write_index(drawn)
    print(f"{len(drawn) * len(SIZES) * len(SCHEMES)} pictures are in {FOLDER}/")  # noqa: T201 - a command of its own


if __name__ == "__main__":
    main(sys.argv[1:])
