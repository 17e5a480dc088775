"""Data docs as a folder of plain pages: `<docs>/<day>/<table>.html`, and an index that says which passed.

Great Expectations' own pages load styles and scripts from content networks. A guarded facility's browser must ask
nobody outside, so those references are cut out and a few lines of style put in their place.
"""

import html
import os
import re
import shutil
from datetime import date
from pathlib import Path

DAYS_KEPT = 60
"""Days whose pages stay; the counts themselves stay in quality.verdict for good."""

OUTSIDE = re.compile(
    r"<script\b[^>]*\bsrc=[^>]*>\s*</script>|<link\b[^>]*>|<script\b[^>]*>.*?</script>|<style\b.*?</style>|<img\b[^>]*>"
    r"|<form\b.*?</form>",
    re.DOTALL | re.IGNORECASE,
)
STYLE = """<style>
:root{color-scheme:light dark}
body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%;margin:.4rem 0 1.2rem}
td,th{border:1px solid #8886;padding:.3rem .6rem;text-align:left}
.modal,.navbar,#ge-cta-footer,.page-sidebar,.validation-filter,nav{display:none}
i.fa-times::before{content:"✗ broken"}i.fa-check-circle::before{content:"✓ kept"}
tr:has(i.fa-times){font-weight:600}
</style>"""
PASSED, BROKEN = '<meta name="verdict" content="passed">', '<meta name="verdict" content="broken">'


def write_page(page: str, docs: Path, day: date, table: str, *, passed: bool) -> Path:
    """Write the page of one validation, refresh the index, drop days beyond DAYS_KEPT; returns the page's path.

    The day just written stays, however many newer ones there are. Several runs may write at once.
    """
    folder = docs / str(day)
    folder.mkdir(parents=True, exist_ok=True)
    head = f'<head>{PASSED if passed else BROKEN}<meta charset="utf-8">{STYLE}'
    replace(folder / f"{table}.html", OUTSIDE.sub("", page).replace("<head>", head, 1))
    held = sorted((child for child in docs.iterdir() if child.is_dir()), reverse=True)
    kept = [child for n, child in enumerate(held) if n < DAYS_KEPT or child == folder]
    for old in held:
        if old not in kept:
            shutil.rmtree(old, ignore_errors=True)
    replace(docs / "index.html", index(kept))
    return folder / f"{table}.html"


def index(days: list[Path]) -> str:
    """One line per day, newest first; a table with a broken rule is marked in words.

    What another run removes meanwhile is left out.
    """
    lines = []
    for folder in days:
        links = []
        for page in sorted(folder.glob("*.html")):
            try:
                with page.open(encoding="utf-8") as opened:
                    broken = BROKEN in opened.read(1000)
            except FileNotFoundError:
                continue
            name = html.escape(page.stem)
            links.append(f'<a href="{folder.name}/{name}.html">{name}</a>{" ✗ <b>broken</b>" if broken else " ✓"}')
        lines.append(f"<tr><th>{html.escape(folder.name)}</th><td>{'<br>'.join(links)}</td></tr>")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Data docs</title>{STYLE}</head>'
        f"<body><h1>What the gates found</h1><table>{''.join(lines)}</table></body></html>"
    )


def replace(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old or the new one, never half of it, whoever else writes it now."""
    staged = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    staged.write_text(text, encoding="utf-8")
    staged.replace(path)
