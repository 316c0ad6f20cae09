"""Reads the charts that commands write as SVG."""

import re
import xml.etree.ElementTree as ET

import numpy as np

_LINES_AND_DOTS = ("line2d", "PathCollection")
_SVG = "{http://www.w3.org/2000/svg}"
_PATH, _MARK = f"{_SVG}path", f".//{_SVG}use"


class Drawing:
    """The content of an SVG file by matplotlib.

    Attributes:
        texts: all texts, in the order of the file.
        curves: for each chart its lines, a colour and the points on the page.
        dots: for each chart its groups of dots, a colour and the points.
        bars: for each chart its bars, a colour and the corners.
        frames: for each chart that shows its axes the corners of its area.
        legend: texts of the legend, in order.
        legend_starts: where the legend begins on the page, from the left.
    """

    def __init__(self, file):
        root = ET.parse(file).getroot()
        self.texts = ["".join(e.itertext()) for e in root.iter(f"{_SVG}text")]
        charts = [e for e in root.iter(f"{_SVG}g") if _kind(e) == "axes"]
        parts = [
            [part for part in chart if _kind(part) in _LINES_AND_DOTS]
            for chart in charts
        ]
        self.curves = [
            [_curve(part) for part in chart if part.find(_PATH) is not None]
            for chart in parts
        ]
        patches = [
            [_curve(part) for part in chart if _kind(part) == "patch"]
            for chart in charts
        ]
        # The first patch of a chart is its area, lines are those around it.
        self.frames = [chart[0][1] for chart in patches if chart]
        self.bars = [
            [bar for bar in chart[1:] if len(bar[1]) > 2] for chart in patches
        ]
        legends = [e for e in root.iter(f"{_SVG}g") if _kind(e) == "legend"]
        texts = [e for legend in legends for e in legend.iter(f"{_SVG}text")]
        self.legend = ["".join(e.itertext()) for e in texts]
        self.legend_starts = min(float(e.get("x")) for e in texts)
        # A line without a path has its points as marks alone.
        self.dots = [
            [
                _dots(part)
                for part in chart
                if part.find(_PATH) is None and part.find(_MARK) is not None
            ]
            for chart in parts
        ]


def _kind(element):
    return element.get("id", "").rpartition("_")[0]


def _colour(style):
    found = re.search(r"(?:stroke|fill): (#\w+)", style)
    return found and found[1]


def _curve(group):
    path = group.find(_PATH)
    numbers = [float(n) for n in re.findall(r"-?[\d.]+", path.get("d"))]
    return _colour(path.get("style")), np.reshape(numbers, (-1, 2))


def _dots(group):
    dots = group.findall(_MARK)
    points = [[float(dot.get(axis)) for axis in "xy"] for dot in dots]
    return _colour(dots[0].get("style")), np.array(points)


def assert_readable(drawing):
    """Checks that all data lies in its chart, and no legend lies on it."""
    for chart, frame in enumerate(drawing.frames):
        first, last = frame.min(0), frame.max(0)
        for _, points in [*drawing.curves[chart], *drawing.dots[chart]]:
            assert (points >= first - 1e-3).all()
            assert (points <= last + 1e-3).all()
        assert drawing.legend_starts > last[0]


def assert_draws(curves, x, y):
    """Checks that lines of one chart show the numbers, at one scale.

    Args:
        curves: lines of a chart.
        x: numbers on the x axis, for each line.
        y: numbers on the y axis, for each line.
    """
    points = np.concatenate([points for _, points in curves])
    for axis, numbers in enumerate((x, y)):
        numbers = np.concatenate(numbers)
        slope, start = np.polyfit(numbers, points[:, axis], 1)
        # The y axis of a page points down.
        assert slope > 0 if axis == 0 else slope < 0
        np.testing.assert_allclose(
            points[:, axis], start + slope * numbers, atol=1e-3
        )
