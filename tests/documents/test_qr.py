import re
from xml.etree import ElementTree

import segno
from hypothesis import given
from hypothesis import strategies as st

from peerreview.core import qr

URL = "https://onderling.example/c/2027-0142?code=LH7K-42QD"
SVG = "{http://www.w3.org/2000/svg}"


def test_it_is_an_image_with_a_title_and_without_styles_or_scripts() -> None:
    svg = qr.svg(URL, title='Controleer <dit> "certificaat" & meer')
    assert not re.search(r"style|class=|<script|\bon\w+=|href", svg)
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img" and "width" not in root.attrib
    assert root.get("aria-label") == root.findtext(f"{SVG}title") == 'Controleer <dit> "certificaat" & meer'


@given(st.text(min_size=1, max_size=120).filter(lambda text: text.isprintable()))
def test_it_draws_exactly_the_dark_modules(text: str) -> None:
    root = ElementTree.fromstring(qr.svg(text))
    path = root.findall(f"{SVG}path")[-1].get("d", "")
    drawn = set()
    for x, y, across, down in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)h-\d+z", path):
        drawn |= {(int(x) + i, int(y) + j) for i in range(int(across)) for j in range(int(down))}
    matrix = segno.make(text, error="m", micro=False).matrix
    assert drawn == {(x, y) for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark}
    assert root.get("viewBox") == f"-4 -4 {len(matrix) + 8} {len(matrix) + 8}"
