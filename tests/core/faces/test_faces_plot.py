"""The drawn error rates: whole SVG, every curve with its name, nothing outside the picture."""

from __future__ import annotations

from xml.etree import ElementTree

from lookin.site.faces_plot import HEIGHT, WIDTH, error_curve

SVG = "{http://www.w3.org/2000/svg}"


def test_every_curve_has_its_name_and_stays_inside() -> None:
    falling = [(10.0**-n, 10.0 ** (n / 2 - 4)) for n in range(9)]
    root = ElementTree.fromstring(error_curve({"one <picture>": falling, "three": falling}))
    lines = root.findall(f"{SVG}polyline")
    assert len(lines) == 2
    assert {"one <picture>", "three"} <= {text.text for text in root.iter(f"{SVG}text")}
    for line in lines:
        places = [place.split(",") for place in line.attrib["points"].split()]
        assert len(places) > 3
        assert all(0 < float(x) < WIDTH and 0 < float(y) < HEIGHT for x, y in places)


def test_rates_of_nothing_and_of_nobody_are_left_out() -> None:
    curve = [(0.0, 1.0), (1e-3, 0.0), (float("nan"), float("nan")), (1e-2, 1e-2)]
    (line,) = ElementTree.fromstring(error_curve({"": curve})).findall(f"{SVG}polyline")
    assert len(line.attrib["points"].split()) == 1
