"""A report as a .docx: everything that the page and the PDF hold, in the order of reading, with headings and bookmarks.

`word_of` wants the data of the PDF and, for a file that may come back, the texts as they are written. What may be changed
stands under a label of its own; all else is in a style that says that it is only to be read. The same data gives the same
file, whenever it is made.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from peerreview.core.documents import clean
from peerreview.reviews.word.marks import FIELDS, FIXED, LABELS, SUMMARY, Stamp, mark_of, mark_of_field

PLUM, QUIET = RGBColor(0x6A, 0x2A, 0x5B), RGBColor(0x5C, 0x50, 0x5D)
SERIF, SANS = "Georgia", "Calibri"
TWIPS = 56.7  # in a millimetre


class _Page:
    """A document with its styles looked up once: python-docx searches them anew for each paragraph."""

    def __init__(self, data: Mapping[str, Any], language: str) -> None:
        self.document = docx.Document()
        self.language, self.marks = language, 0
        self._dress(data)
        names = ("Normal", "Title", "Heading 1", "Heading 2", "Heading 3", "List Bullet", FIXED)
        self.styles = {name: self.document.styles[name].style_id for name in names}
        self.body = self.document.element.body
        self.end = self.body.sectPr
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(22)

    def _dress(self, data: Mapping[str, Any]) -> None:
        document, styles = self.document, self.document.styles
        fixed: Any = styles.add_style(FIXED, WD_STYLE_TYPE.PARAGRAPH)
        fixed.base_style, fixed.font.italic, fixed.font.size, fixed.font.color.rgb = (
            styles["Normal"],
            True,
            Pt(9.5),
            QUIET,
        )
        styles["Normal"].font.name, styles["Normal"].font.size = SERIF, Pt(11)
        for name, size in (("Title", 26), ("Heading 1", 18), ("Heading 2", 13), ("Heading 3", 10.5)):
            style: Any = styles[name]
            style.font.name, style.font.size = SANS, Pt(size)
            style.font.color.rgb = PLUM if name != "Heading 3" else QUIET
            fonts = style.element.rPr.rFonts
            for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
                fonts.attrib.pop(qn(theme), None)
        for language in document.styles.element.iter(qn("w:lang")):
            language.set(qn("w:val"), "nl-NL")  # in which people write here, whatever language the reader speaks
        properties = document.core_properties
        properties.title, properties.author, properties.language = data["title"], data["team"]["name"], self.language
        properties.comments = properties.last_modified_by = ""
        year, month, day = (int(part) for part in data["issued"].split("-"))
        properties.created = properties.modified = datetime(year, month, day, tzinfo=UTC)

    def put(self, text: str, style: str = "Normal", *, mark: str = "", strong: str = "") -> None:
        """A paragraph; a line end is a line break, `strong` stands before it in bold."""
        paragraph = OxmlElement("w:p")
        if style != "Normal":
            properties, pstyle = OxmlElement("w:pPr"), OxmlElement("w:pStyle")
            pstyle.set(qn("w:val"), self.styles[style])
            properties.append(pstyle)
            paragraph.append(properties)
        if mark:
            self.marks += 1
            paragraph.append(_tag("w:bookmarkStart", id=str(self.marks), name=mark))
        if strong:
            paragraph.append(_run(strong + " ", bold=True))
        if text:
            paragraph.append(_run(text))
        if mark:
            paragraph.append(_tag("w:bookmarkEnd", id=str(self.marks)))
        self.end.addprevious(paragraph)

    def write(self, text: str, style: str = "Normal") -> None:
        """What somebody wrote: a blank line begins a paragraph."""
        for part in clean(text).split("\n\n"):
            if part.strip():
                self.put(part.strip("\n"), style)

    def table(self, heads: Sequence[str], rows: Iterable[Sequence[str]], *, widths: Sequence[int]) -> None:
        """A table whose first row is its heads; widths in millimetres."""
        twips = [str(round(width * TWIPS)) for width in widths]
        table, properties, grid = OxmlElement("w:tbl"), OxmlElement("w:tblPr"), OxmlElement("w:tblGrid")
        properties.append(_tag("w:tblW", w=str(round(sum(widths) * TWIPS)), type="dxa"))
        properties.append(_tag("w:tblLayout", type="fixed"))
        table.append(properties)
        for width in twips:
            grid.append(_tag("w:gridCol", w=width))
        table.append(grid)
        for n, row in enumerate([heads, *rows]):
            line = OxmlElement("w:tr")
            if n == 0:
                properties = OxmlElement("w:trPr")
                properties.append(OxmlElement("w:tblHeader"))
                line.append(properties)
            for text, width in zip(row, twips, strict=True):
                cell, shape, paragraph = OxmlElement("w:tc"), OxmlElement("w:tcPr"), OxmlElement("w:p")
                shape.append(_tag("w:tcW", w=width, type="dxa"))
                cell.append(shape)
                if text:
                    paragraph.append(_run(text, bold=n == 0))
                cell.append(paragraph)
                line.append(cell)
            table.append(line)
        self.end.addprevious(table)
        self.put("")

    def content(self) -> bytes:
        file = io.BytesIO()
        self.document.save(file)
        return file.getvalue()


def _tag(tag: str, /, **attributes: str) -> Any:
    element = OxmlElement(tag)
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    return element


def _run(text: str, *, bold: bool = False) -> Any:
    run = OxmlElement("w:r")
    if bold:
        properties = OxmlElement("w:rPr")
        properties.append(OxmlElement("w:b"))
        run.append(properties)
    for n, line in enumerate(clean(text).split("\n")):
        if n:
            run.append(OxmlElement("w:br"))
        words = OxmlElement("w:t")
        words.text = line.replace("\t", " ")
        words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        run.append(words)
    return run


def word_of(data: Mapping[str, Any], *, language: str, form: "Mapping[str, Any] | None" = None) -> bytes:
    """The .docx of a report.

    `data` is what `queries.document.document_of` makes. `form` makes a file that may come back: its `stamp` (Stamp), its
    `how` (sentences that say how one works in it), and its `chapters`: title and findings, each with code, title,
    statement, based_on and `texts` by field, the rating as its word.
    """
    page, words = _Page(data, language), data["words"]
    page.put(data["title"], "Title")
    page.put("\n".join(_facts(data)), FIXED)
    for sentence in form["how"] if form else ():
        page.put(sentence, FIXED)
    _summary(page, data, form)
    for chapter in form["chapters"] if form else data["chapters"]:
        page.put(chapter["title"], "Heading 1")
        for finding in chapter["findings"]:
            _heading(page, finding)
            _editable(page, finding, language) if form else _finding(page, finding, data)
    _after(page, data, words)
    if form:
        page.put(str(form["stamp"]), FIXED, mark="pr_mark")
        page.document.core_properties.keywords = _keyword(form["stamp"])
    return page.content()


def _keyword(stamp: Stamp) -> str:
    """The mark for the properties, which hold 255 characters; the last line of the file holds any."""
    return str(stamp) if len(str(stamp)) <= 255 else ""


def _facts(data: Mapping[str, Any]) -> list[str]:
    words = data["words"]
    people = ", ".join(f"{person['name']} ({person['role']})" for person in data["team"]["people"])
    pairs = [
        (words["team"], f"{data['team']['name']}: {people}"), (words["scope"], data["scope"]),
        (words["route"], data["route"]), (words["framework"], data["framework"]), (words["visited"], data["visited"]),
        (words["version"], f"{data['version']}, {data['date']}"), (words["status"], data["status"]),
    ]  # fmt: skip
    return [f"{label}: {value}" for label, value in pairs if value]


def _summary(page: _Page, data: Mapping[str, Any], form: Mapping[str, Any] | None) -> None:
    words, text = data["words"], data["summary"]["text"]
    page.put(LABELS[SUMMARY][page.language], "Heading 1", mark=mark_of_field("", SUMMARY, text) if form else "")
    page.write(text)
    if form:
        if not text:
            page.put("")
        return  # strengths and points to improve are those of the findings: they change there
    for key in ("strengths", "improvements"):
        if data["summary"][key]:
            page.put(words[key], "Heading 2")
            for point in data["summary"][key]:
                page.put(point["text"], "List Bullet", strong=point["code"])


def _heading(page: _Page, finding: Mapping[str, Any]) -> None:
    page.put(f"{finding['code']}\N{EM SPACE}{finding['title']}", "Heading 2", mark=mark_of(finding["code"]))
    page.write(finding["statement"], FIXED)


def _editable(page: _Page, finding: Mapping[str, Any], language: str) -> None:
    if finding["based_on"]:
        page.put(finding["based_on"], FIXED)
    for name in FIELDS:
        text = finding["texts"][name]
        page.put(LABELS[name][language], "Heading 3", mark=mark_of_field(finding["code"], name, text))
        page.write(text)
        if not text:
            page.put("")


def _finding(page: _Page, finding: Mapping[str, Any], data: Mapping[str, Any]) -> None:
    words, scale = data["words"], {step["code"]: step["label"] for step in data["scale"]}
    page.put(scale.get(finding["rating"], words["not_assessed"]), strong=words["rating"] + ":")
    if finding["reason"]:
        page.put(finding["reason"], strong=words["because"])
    story = finding["story"]
    page.write(story if isinstance(story, str) else "".join(p["text"] for p in story if p.get("change") != "removed"))
    for key in ("strong", "improve"):
        if finding[key]:
            page.put(finding[key], strong=words[key] + ":")
    if "diverging" in finding:
        page.put(finding["diverging"]["text"], strong=words["diverging"] + ":")
    if finding["based_on"]:
        page.put(finding["based_on"], FIXED)
    for turn in finding["talk"]:
        state = f" ({turn['state']['text']})" if "state" in turn else ""
        page.put(f"{turn['about']}{state}\n{turn['text']}".rstrip(), FIXED, strong=turn["who"])


def _after(page: _Page, data: Mapping[str, Any], words: Mapping[str, str]) -> None:
    """What follows the chapters: by competency, not assessed, diverging opinions, how the team looked."""
    scale = {step["code"]: step["label"] for step in data["scale"]}
    if any(part["norms"] for part in data["competencies"]):
        page.put(words["competencies"], "Heading 1")
        for part in data["competencies"]:
            rows = [(n["code"], n["title"], scale.get(n["rating"], words["not_assessed"])) for n in part["norms"]]
            if rows:
                page.put(part["title"], "Heading 2")
                page.table((words["norm"], "", words["rating"]), rows, widths=(16, 110, 40))
    for key in ("left_out", "opinions"):
        if data[key]:
            page.put(words[key], "Heading 1")
            for row in data[key]:
                page.put(row["text"], strong=f"{row['code']} {row['title']}:")
    page.put(words["method"], "Heading 1")
    page.write(data["method"]["text"])
    if data["method"]["heard"]:
        page.put(words["heard"], "Heading 2")
        page.table(
            (words["function"], words["count"]),
            [(row["function"], str(row["count"])) for row in data["method"]["heard"]],
            widths=(80, 40),
        )
    if data["programme"]:
        page.put(words["programme"], "Heading 2")
        for day in data["programme"]:
            page.put(day["day"], "Heading 3")
            heads = (words["time"], "", words["with_whom"], words["norms"])
            page.table(
                heads,
                [(i["time"], i["name"], i["functions"], i["norms"]) for i in day["items"]],
                widths=(36, 46, 48, 36),
            )
