"""A small framework: two chapters, two competencies, by default three norms."""

from typing import Any

from sqlalchemy import select

from peerreview.core import clock
from peerreview.core.db import db, unit_of_work
from peerreview.frameworks.lifecycle import VersionState
from peerreview.frameworks.models import Chapter, Competency, Framework, FrameworkVersion, Norm


def both(nl: str, en: str = "") -> dict[str, str]:
    return {"nl": nl, "en": en or nl}


def make_framework(norms: int = 3, label: str = "2026", **fields: object) -> FrameworkVersion:
    """Published; norms alternate between chapters V and O: V1, O2, V3 ..."""
    with unit_of_work():
        family = db.session.scalars(select(Framework).where(Framework.identifier == "voorbeeld")).one_or_none()
        family = family or Framework(identifier="voorbeeld")
        values: dict[str, object] = {
            "framework": family, "label": label, "title": both("Voorbeeldkader", "Example framework"),
            "description": both("Een kader.", "A framework."), "checksum": f"{label}{norms}",
            "rating_scale": [
                {"code": "complies", "label": both("Voldoet", "Complies"), "meaning": both("Te zien en te horen.")},
                {"code": "partly", "label": both("Voldoet deels", "Partly"), "meaning": both("Een begin.")},
                {"code": "not", "label": both("Voldoet nog niet", "Not yet"), "meaning": both("Nog niet.")},
            ],
            "interlocutors": [
                {"code": "client", "label": both("Cliënt", "Client")},
                {"code": "volunteer", "label": both("Vrijwilliger", "Volunteer")},
            ],
            "state_since": clock.now(), "published_at": clock.now(),
        }  # fmt: skip
        state = fields.pop("state", VersionState.PUBLISHED)
        version = FrameworkVersion(**(values | fields))
        db.session.add(version)
        db.session.flush()
        chapters = [
            Chapter(version_id=version.id, code=code, position=n, title=both(title), description=both(title))
            for n, (code, title) in enumerate([("V", "Vakmanschap"), ("O", "Organisatie en bestuur")])
        ]
        competencies = [
            Competency(
                version_id=version.id, code=f"C{n}", position=n, title=both(f"Competentie {n}"), description=both("")
            )
            for n in (1, 2)
        ]
        db.session.add_all([*chapters, *competencies])
        db.session.flush()
        for n in range(1, norms + 1):
            chapter = chapters[(n + 1) % 2]
            db.session.add(_norm(version, chapter, competencies[n % 2], n))
        db.session.flush()
        version.state = state  # only now: nothing can be added to a published version
    return version


def _norm(version: FrameworkVersion, chapter: Chapter, competency: Competency, n: int) -> Norm:
    return Norm(
        version_id=version.id, chapter_id=chapter.id, code=f"{chapter.code}{n}", position=n, theme_code=f"1.{n}",
        title=both(f"Norm {n}", f"Norm {n} in English"), statement=both(f"Dit vraagt norm {n}."),
        explanation=both("Omdat het telt."),
        indicators={code: both(f"{code} {n}") for code in ("complies", "partly", "not")},
        questions={"nl": ["Hoe merk je dat?"], "en": ["How do you notice?"]}, interlocutors=["client"],
        evidence_examples={"nl": ["Verslag"], "en": ["Report"]}, essential=n == 1, competencies=[competency],
    )  # fmt: skip


def norms_of(version: FrameworkVersion) -> list[Norm]:
    return list(db.session.scalars(select(Norm).where(Norm.version_id == version.id).order_by(Norm.position)))


def framework_file(norms: int = 3, version: str = "2027", identifier: str = "voorbeeld") -> dict[str, Any]:
    """The content of a small framework file that is right."""
    return {
        "identifier": identifier, "version": version, "title": both("Voorbeeldkader", "Example framework"),
        "description": both("Een kader.", "A framework."),
        "rating_scale": [
            {"code": code, "label": both(code), "meaning": both(f"Zo is {code}.")} for code in ("complies", "partly", "not")
        ],
        "chapters": [
            {"code": "V", "title": both("Vakmanschap", "Craft"), "description": both("Het werk.", "The work.")},
            {"code": "O", "title": both("Organisatie", "Organisation"), "description": both("Het huis.", "The house.")},
        ],
        "competencies": [
            {"code": f"C{n}", "title": both(f"Competentie {n}", f"Competency {n}"), "description": both("Kunnen.", "Can.")}
            for n in (1, 2)
        ],
        "interlocutors": [
            {"code": "client", "label": both("Cliënt", "Client")},
            {"code": "volunteer", "label": both("Vrijwilliger", "Volunteer")},
        ],
        "norms": [_norm_of_file(n) for n in range(1, norms + 1)],
    }  # fmt: skip


def _norm_of_file(n: int) -> dict[str, Any]:
    chapter = "VO"[(n + 1) % 2]
    return {
        "code": f"{chapter}{n}", "theme_code": f"1.{n}", "chapter": chapter, "competencies": ["C2", "C1"][: 1 + n % 2],
        "title": both(f"Norm {n}", f"Norm {n} in English"), "statement": both(f"Dit vraagt norm {n}.", f"Norm {n} asks this."),
        "explanation": both("Omdat het telt.", "Because it counts."),
        "indicators": {code: both(f"{code} {n}") for code in ("complies", "partly", "not")},
        "questions": {"nl": ["Hoe merk je dat?"], "en": ["How do you notice?"]}, "interlocutors": ["client"],
        "evidence_examples": {"nl": ["Verslag"], "en": ["Report"]}, "essential": n == 1,
    }  # fmt: skip
