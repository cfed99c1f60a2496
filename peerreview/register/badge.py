"""The badge that an organisation shows on its own site: a small picture that says the status of this moment."""

from collections.abc import Mapping

from lxml import etree  # type: ignore[import-untyped]
from lxml.builder import ElementMaker  # type: ignore[import-untyped]

SVG = "http://www.w3.org/2000/svg"
COLOURS: Mapping[str, tuple[str, str]] = {  # ground, text: at least 4.5 to 1
    "active": ("#e5f1eb", "#14532d"),
    "suspended": ("#f5b83d", "#2a1a05"),
}
ENDED = ("#ece9e4", "#3d3833")
WE, PARTNER, INK = "#6a2a5e", "#145c66", "#241d23"
HEIGHT, MARK = 56, 56


def badge(*, label: str, status: str, words: str, told: str, language: str) -> str:
    """The SVG: the mark, the name of the label, and `words` on the ground of its status; `told` is read aloud.

    It has no script, no style sheet and loads nothing, so that it works inside any <img>.
    """
    ground, ink = COLOURS.get(status, ENDED)
    width = int(MARK + 20 + max(len(label) * 7.4, len(words) * 7.4 + 16))
    make = ElementMaker(namespace=SVG, nsmap={None: SVG})
    font = {"font-family": "system-ui, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif", "font-size": "13"}
    faded = {} if status == "active" else {"opacity": "0.35"}
    picture = make.svg(
        make.title(told),
        make.rect(width=str(width - 1), height=str(HEIGHT - 1), x="0.5", y="0.5", rx="6", fill="#ffffff", stroke="#d5cfc7"),
        make.g(
            make.path(d="M27 12a16 16 0 0 0 0 32z", fill=WE),
            make.path(d="M29 12a16 16 0 0 1 0 32z", fill=PARTNER),
            make.circle(cx="28", cy="28", r="5", fill="#f2a93b"),
            **faded,
        ),
        make.text(label, {"x": str(MARK + 4), "y": "22", "fill": INK, "font-weight": "600", **font}),
        make.rect(x=str(MARK + 4), y="30", width=str(int(len(words) * 7.4 + 14)), height="19", rx="4", fill=ground),
        make.text(words, {"x": str(MARK + 11), "y": "44", "fill": ink, **font}),
        {
            "width": str(width), "height": str(HEIGHT), "viewBox": f"0 0 {width} {HEIGHT}", "role": "img",
            "{http://www.w3.org/XML/1998/namespace}lang": language,
        },
    )  # fmt: skip
    return str(etree.tostring(picture, encoding="unicode"))
