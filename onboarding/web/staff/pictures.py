"""Pictures of figures as SVG: drawn by pygal, without script and without an address of anybody else."""

import sys
from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree

import pygal
from pygal.style import Style

from onboarding.queries.reports import Figures

# pygal leaves a finder for its plug-ins behind that does not know today's protocol; we use no plug-in.
sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__name__ != "PluginImportFixer"]

WIDTH, HEIGHT, ROW = 900, 420, 34
# Ink, lines and paper of static/theme.css; neighbouring bars differ in lightness too, not in color alone.
STYLE = Style(
    background="transparent", plot_background="transparent", foreground="#17252f", foreground_strong="#17252f",
    foreground_subtle="#4f5c66", colors=("#0a6364", "#f2c27b", "#17527f", "#9c1c1c"), value_colors=("#ffffff",) * 4, opacity="1", opacity_hover="1",
    font_family="Source Sans 3, Segoe UI, Helvetica Neue, Arial, sans-serif", label_font_size=14, major_label_font_size=14,
    legend_font_size=15, value_font_size=13, guide_stroke_color="#ddd5c5", major_guide_stroke_color="#ddd5c5",
)  # fmt: skip


def draw(figures: Figures, *, lying: bool = False) -> bytes:
    """The columns to be drawn as bars, standing or lying. What the picture says stands in the table beside it."""
    bars = pygal.HorizontalBar if lying else pygal.Bar
    rows = list(reversed(figures.rows)) if lying else figures.rows
    several = len(figures.drawn) > 1
    chart = bars(
        style=STYLE, js=[], width=WIDTH, height=max(HEIGHT, ROW * len(figures.drawn) * len(rows)) if lying else HEIGHT,
        explicit_size=False, print_values=not several, print_zeroes=False, show_legend=several, legend_at_bottom=True,
        x_label_rotation=0 if lying else 25, no_data_text="Nothing to draw", pretty_print=False,
    )  # fmt: skip
    chart.x_labels = [str(row[0]) for row in rows]
    for column in figures.drawn:
        chart.add(figures.headings[column], [row[column] for row in rows])
    return _plain(chart.render_tree())


def _plain(root: Any) -> bytes:
    """The drawing alone: without scripts, comments and links to their makers."""
    for parent in list(root.iter()):
        for child in list(parent):
            if not isinstance(child.tag, str) or child.tag.rpartition("}")[2] == "script":
                parent.remove(child)
    root.set("xmlns", "http://www.w3.org/2000/svg")
    drawn: bytes = ElementTree.tostring(root, encoding="utf-8")
    return drawn


def said(figures: Figures, most: int = 4) -> str:
    """The picture in a sentence: its largest bars. The table has all of them."""
    column = figures.drawn[0]
    rows: Sequence[tuple[Any, ...]] = sorted(figures.rows, key=lambda row: -(row[column] or 0))[:most]
    told = ", ".join(f"{row[0]} {row[column]}" for row in rows if row[column])
    return f"{figures.headings[column]}: {told}." if told else f"{figures.headings[column]}: nothing yet."
