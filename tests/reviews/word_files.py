"""Made-up reports as Word files. `python -m tests.reviews.word_files` makes those in files/ anew; it needs LibreOffice.

`libreoffice.docx` is ours, opened and saved by LibreOffice. `libreoffice-odt.docx` went through its own format, in which
one text was changed, and back.
"""

import io
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from peerreview.reviews.word.marks import FIELDS, Stamp
from peerreview.reviews.word.reading import Returned, read_word
from peerreview.reviews.word.writing import word_of

FILES = Path(__file__).parent / "files"
STAMP = Stamp(7, 3, (4, 1, 9))
SUMMARY = "Een organisatie waar mensen graag komen.\n\nWij waren er twee dagen."
STORY = "De vrijwilligers weten bij wie ze terechtkunnen.\nZij worden gezien.\n\nIn Eefde valt dat stil: “wie valt in?”"
CHANGED = STORY.replace("valt dat stil", "valt dat soms stil")
TEXTS = {
    "V1": {
        "rating": "Voldoet deels",
        "story": STORY,
        "strength": "Persoonlijke aandacht.",
        "improvement": "Spreek af.",
    },
    "O2": {"rating": "Niet beoordeeld", "not_assessed_reason": "Niemand was er."},
    "V3": {},
}
CHAPTERS = {"Vakmanschap": ("V1", "V3"), "Organisatie en bestuur": ("O2",)}
STATEMENT = "Vrijwilligers worden begeleid."


def texts_of(code: str) -> dict[str, str]:
    return dict.fromkeys(FIELDS, "") | TEXTS[code]


def made() -> bytes:
    """Our own file of three norms in two chapters."""
    keys = ("team scope route framework visited version status competencies norm rating left_out opinions method heard "
            "function count programme time with_whom norms not_assessed")  # fmt: skip
    words = {key: key for key in keys.split()} | {"method": "Hoe we keken", "competencies": "Per competentie"}
    norms = [{"code": code, "title": f"Norm {code}", "rating": "partly"} for code in TEXTS]
    data: dict[str, Any] = {
        "title": "Rapport over Lindenhof", "issued": "2027-05-26", "words": words, "scope": "", "route": "",
        "team": {"name": "Brugveld", "people": [{"name": "Fatma", "role": "teamleider"}]}, "framework": "Kader",
        "visited": "", "version": "concept", "date": "26 mei 2027", "status": "Concept",
        "summary": {"text": SUMMARY, "strengths": [], "improvements": []}, "chapters": [],
        "scale": [{"code": "partly", "label": "Voldoet deels"}],
        "competencies": [{"title": "Verbinden", "norms": norms}], "left_out": [], "opinions": [], "programme": [],
        "method": {"text": "Wij lazen en keken.", "heard": [{"function": "Vrijwilliger", "count": 2}]},
    }  # fmt: skip
    chapters = [
        {
            "title": title,
            "findings": [
                {"code": code, "title": f"Norm {code}", "statement": STATEMENT, "based_on": "Op 2 waarnemingen.",
                 "texts": texts_of(code)}
                for code in codes
            ],
        }
        for title, codes in CHAPTERS.items()
    ]  # fmt: skip
    return word_of(
        data, language="nl", form={"stamp": STAMP, "how": ["Schrijf onder de kopjes."], "chapters": chapters}
    )


def back(content: bytes) -> Returned:
    return read_word(
        content,
        codes=list(TEXTS),
        chapters=list(CHAPTERS),
        after=["Hoe we keken", "Per competentie"],
        fixed=[STATEMENT],
    )


def repacked(content: bytes, changes: dict[str, Any]) -> bytes:
    """The same package with these parts changed by a function of their text; a new part is given as bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            part = old.read(info)
            change = changes.get(info.filename)
            new.writestr(info, change(part.decode()).encode() if callable(change) else part)
        for name, part in changes.items():
            if isinstance(part, bytes):
                new.writestr(name, part)
    return file.getvalue()


def converted(path: Path, to: str, folder: Path) -> Path:
    """The file as LibreOffice saves it in this format."""
    office = shutil.which("soffice") or ""
    order = [office, "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", to]
    subprocess.run([*order, "--outdir", str(folder / to), str(path)], check=True, capture_output=True, timeout=120)
    return folder / to / path.with_suffix(f".{to}").name


def make_files() -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        ours = folder / "report.docx"
        ours.write_bytes(made())
        FILES.mkdir(exist_ok=True)
        (FILES / "libreoffice.docx").write_bytes(converted(ours, "docx", folder).read_bytes())
        odt = converted(ours, "odt", folder)
        edit = {"content.xml": lambda text: text.replace("valt dat stil", "valt dat soms stil")}
        odt.write_bytes(repacked(odt.read_bytes(), edit))
        (FILES / "libreoffice-odt.docx").write_bytes(converted(odt, "docx", folder).read_bytes())


if __name__ == "__main__":
    make_files()
