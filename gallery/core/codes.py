"""QR codes as inline SVG, for pages; papers made by typst draw their own from the same address."""

import segno
from flask import Flask
from markupsafe import Markup, escape


def qr_svg(address: str, label: str) -> Markup:
    """A QR code that says `address`; `label` is its name for a screen reader. Error correction M."""
    drawing = segno.make(address, error="m", micro=False).svg_inline(
        border=2, omitsize=True, svgclass=None, lineclass=None
    )
    return Markup(drawing.replace("<svg ", f'<svg role="img" aria-label="{escape(label)}" ', 1))  # noqa: S704 -- segno's own


def register(app: Flask) -> None:
    """`qr_svg` for the component of the same name."""
    app.jinja_env.globals["qr_svg"] = qr_svg
