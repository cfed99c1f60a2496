"""`make bench-reviews`, the part about the report: 52 findings with 200 observations as page, PDF and Word file.

Figures are medians of processor time; of the PDF, which a child process makes, of the clock.

Beside the Word file stand two other ways to make one of the same length: by python-docx's own paragraphs, and as one string
of XML put into a package that is there already.
"""

import io
import statistics
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from tests.bench import SECRET, session_cookie

NORMS, OBSERVATIONS, TURNS = 52, 200, 5
STORY = (
    "Medewerkers melden incidenten zonder angst; ze noemen daar zelf voorbeelden van. De verbeteringen komen nog niet "
    "bij iedereen aan. Vrijwilligers in Eefde horen niet wat er met een melding is gebeurd.\n\nIn Zutphen staat dat elke "
    "maand in de nieuwsbrief. Een cliënt vertelde dat er naar haar is geluisterd."
)
BRAND = {"name": "Onderling", "tagline": "Label"}


def application(folder: Path) -> Any:
    from config import settings
    from peerreview import create_app

    url = f"sqlite:///{folder}/bench.sqlite"
    return create_app(settings("development", database_url=url, secret_key=SECRET, ratelimit_enabled=False))


def build() -> tuple[int, int]:
    """A pair of which one report is written; (review, person)."""
    from sqlalchemy import insert

    from peerreview.core import clock
    from peerreview.core.db import db, unit_of_work
    from peerreview.reviews.lifecycle import Rating, Source
    from peerreview.reviews.models import Observation, SentenceSource, finding_observation
    from peerreview.reviews.queries.sources import grounds_of
    from tests.factories.reviews import make_pair

    db.create_all()
    with unit_of_work():
        pair = make_pair(norms=NORMS)
        review = pair.review
        person = review.visit.team[0].person_id
        findings = sorted(review.findings, key=lambda finding: finding.norm.position)
        review.summary = STORY
        kinds = list(Source)
        noted = [
            Observation(
                review_id=review.id, norm_id=findings[n % NORMS].norm_id, person_id=person, client_key=f"b{n}",
                noted_at=clock.now(), text=f"Een medewerker zei bij {n}: er is geluisterd.", source=kinds[n % len(kinds)],
                interlocutor="client" if n % 2 else "volunteer",
            )
            for n in range(OBSERVATIONS)
        ]  # fmt: skip
        db.session.add_all(noted)
        db.session.flush()
        leans = [{"finding_id": findings[n % NORMS].id, "observation_id": one.id} for n, one in enumerate(noted)]
        db.session.execute(insert(finding_observation), leans)
        for n, finding in enumerate(findings):
            finding.rating, finding.story = (Rating.COMPLIES, Rating.PARTLY)[n % 2], STORY
            finding.strength, finding.improvement = (
                "Persoonlijke aandacht, ook zonder aanleiding.",
                "Spreek af wie invalt.",
            )
        db.session.flush()
        for finding_id, grounds in grounds_of(review.id, findings).items():
            db.session.add_all(
                SentenceSource(finding_id=finding_id, sentence=one.key, observation_id=next(iter(grounds.bases)))
                for one in grounds.sentences[::2]
            )
        return review.id, person


def milliseconds(act: Callable[[], Any], turns: int = TURNS, clock: Callable[[], float] = time.process_time) -> float:
    """The median; once more before, so that nothing is read for the first time."""
    act()
    taken = []
    for _turn in range(turns):
        began = clock()
        act()
        taken.append((clock() - began) * 1000)
    return statistics.median(taken)


def by_paragraphs(texts: list[str]) -> bytes:
    """The same length by python-docx's own paragraphs."""
    import docx

    document, file = docx.Document(), io.BytesIO()
    for text in texts:
        document.add_paragraph(text, "Normal")
    document.save(file)
    return file.getvalue()


def by_template(package: bytes, texts: list[str]) -> bytes:
    """The same length as one string in a package that is there."""
    file = io.BytesIO()
    body = "".join(f'<w:p><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>' for text in texts)
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            part = old.read(info)
            if info.filename == "word/document.xml":
                head, _body, tail = part.decode().partition("<w:body>")
                part = (head + "<w:body>" + body + tail[tail.rindex("<w:sectPr") :]).encode()
            new.writestr(info, part)
    return file.getvalue()


def figures() -> Iterator[tuple[str, float, str]]:
    """(what, figure, unit), each figure the median of five."""
    import docx

    from peerreview.reviews import queries, services
    from peerreview.reviews.services import word
    from tests.factories.reviews import fresh

    with tempfile.TemporaryDirectory() as folder:
        app = application(Path(folder))
        with app.app_context():
            review_id, person_id = build()
            cookie = session_cookie(app, person_id).partition("=")[2].partition(";")[0]
        client = app.test_client()
        client.set_cookie("session", cookie)
        url = f"/reviews/{review_id}/report"
        if client.get(url).status_code != 200:
            raise RuntimeError("the report does not open")
        yield (
            "report of 52 findings, 200 observations: page (target 50)",
            milliseconds(lambda: client.get(url), 20),
            "ms",
        )
        with app.test_request_context():
            from peerreview.core.db import db
            from peerreview.reviews.models import Review

            review = fresh(db.session.get_one(Review, review_id))
            content = queries.compose(review)
            pdf = milliseconds(lambda: services.draft_pdf(content, language="nl", brand=BRAND), 3, time.perf_counter)
            yield "  PDF (PDF/A-2a, PDF/UA-1; target 1500)", pdf, "ms"
            yield (
                "  Word (target 1500)",
                milliseconds(lambda: word.draft_word(review, language="nl", brand=BRAND)),
                "ms",
            )
            file = word.draft_word(review, language="nl", brand=BRAND)
            texts = [paragraph.text for paragraph in docx.Document(io.BytesIO(file)).paragraphs]
            yield "  Word, by python-docx's own paragraphs", milliseconds(lambda: by_paragraphs(texts)), "ms"
            yield "  Word, as one string in a package", milliseconds(lambda: by_template(file, texts)), "ms"
            yield "  Word read back and compared", milliseconds(
                lambda: word.changes_in(review, word.read_back(review, file))
            ), "ms"  # fmt: skip


if __name__ == "__main__":
    for what, figure, unit in figures():
        print(f"{what:60} {figure:9.2f} {unit}")
