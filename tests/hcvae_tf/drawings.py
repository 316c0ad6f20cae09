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
        dots: for each chart its groups of dots, a colour and their number.
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
    return re.search(r"(?:stroke|fill): (#\w+)", style)[1]


def _curve(group):
    path = group.find(_PATH)
    numbers = [float(n) for n in re.findall(r"-?[\d.]+", path.get("d"))]
    return _colour(path.get("style")), np.reshape(numbers, (-1, 2))


def _dots(group):
    dots = group.findall(_MARK)
    return _colour(dots[0].get("style")), len(dots)


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
