"""The report as one plain value, made of findings: what the web page shows, what the PDF prints and what is kept.

`compose` puts everything in the order of reading: who and how, strengths before improvements, then chapter by chapter.
Texts of the framework carry both languages, people's own words stand as they wrote them. The value holds only what JSON
knows, so that a version of the report can be kept as it was.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from peerreview.core.redline import redline
from peerreview.frameworks.outline import Outline
from peerreview.reviews.lifecycle import BELOW, Rating, Source

Report = dict[str, Any]
RATINGS = tuple(rating.value for rating in Rating)


def compose(
    head: Mapping[str, Any],
    outline: Outline,
    *,
    summary: str,
    findings: Mapping[int, Any],
    based_on: Mapping[int, Sequence[tuple[Source, str]]],
    heard: Iterable[str],
    answers: Mapping[int, Mapping[str, Any]],
    noted: Mapping[str, int] | None = None,
    programme: Sequence[Mapping[str, Any]] = (),
) -> Report:
    """The report. `findings` by norm id; `based_on`: how and from whom, by finding id; `heard`: the function of each
    observation that somebody told; `answers`: the fact check by finding id; `noted`: how many observations of each kind;
    `programme`: its items, with the codes of functions and the ids of norms.
    """
    chapters: list[dict[str, Any]] = []
    for part in outline.chapters:
        made = [
            _finding(norm, findings[norm.id], outline, based_on, answers) for norm in part.norms if norm.id in findings
        ]
        chapters.append(
            {
                "code": part.code,
                "title": dict(part.title),
                "description": dict(part.description),
                "findings": made,
                "tally": tally(made),
            }
        )
    every: list[dict[str, Any]] = [finding for chapter in chapters for finding in chapter["findings"]]
    labels = outline.interlocutor_labels
    return dict(head) | {
        "framework": {
            "title": dict(outline.version.title),
            "label": outline.version.label,
        },
        "scale": [
            {"code": step["code"], "label": dict(step["label"])}  # type: ignore[call-overload]
            for step in outline.version.rating_scale
        ],
        "summary": summary,
        "strengths": [_point(f, "strength") for f in every if f["strength"]],
        "improvements": [_point(f, "improvement") for f in every if f["improvement"] and f["rating"] in BELOW],
        "chapters": chapters,
        "tally": tally(every),
        "competencies": _competencies(outline, {f["code"]: f for f in every}),
        "not_assessed": not_assessed_of(every),
        "diverging": [f["code"] for f in every if f["diverging"]],
        "opinions": opinions_of(every),
        "programme": [_item(item, outline) for item in programme],
        "noted": dict(noted or {}),
        "heard": [
            {
                "function": dict(labels.get(code, {"nl": code, "en": code})),
                "count": count,
            }
            for code, count in Counter(code for code in heard if code).most_common()
        ],
    }


def whole(content: Report) -> Report:
    """A kept report with every part that reports have nowadays: what an older one lacks is made of it, or is empty."""
    every = [finding for chapter in content["chapters"] for finding in chapter["findings"]]
    lacking: Report = {
        "competencies": [],
        "not_assessed": not_assessed_of(every),
        "opinions": opinions_of(every),
        "programme": [],
        "noted": {},
    }
    return lacking | content


def not_assessed_of(findings: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The norms on which the team could not judge, with why."""
    chosen = (finding for finding in findings if finding["rating"] == Rating.NOT_ASSESSED)
    return [{"code": f["code"], "title": f["title"], "reason": f["reason"]} for f in chosen]


def opinions_of(findings: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Where one of the team sees it otherwise, gathered."""
    return [{"code": f["code"], "title": f["title"], "text": f["diverging"]} for f in findings if f["diverging"]]


def _competencies(outline: Outline, findings: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each competency with its norms and their ratings, side by side; nothing is added up."""
    return [
        {
            "code": part.code,
            "title": dict(part.title),
            "norms": [
                {"code": norm.code, "title": dict(norm.title), "rating": findings[norm.code]["rating"]}
                for norm in part.norms
                if norm.code in findings
            ],
        }
        for part in outline.competencies
    ]


def _item(item: Mapping[str, Any], outline: Outline) -> dict[str, Any]:
    """An item of the programme in functions and codes; who of the team was there, and notes about it, stay out."""
    labels, norms = outline.interlocutor_labels, outline.by_id
    return {
        "on": item["on"],
        "from": item["from"],
        "until": item["until"],
        "kind": item["kind"],
        "title": item["title"],
        "functions": [dict(labels.get(code, {"nl": code, "en": code})) for code in item["functions"]],
        "norms": [norms[id].code for id in item["norms"] if id in norms],
    }


def _point(finding: Mapping[str, Any], which: str) -> dict[str, Any]:
    return {"code": finding["code"], "text": finding[which]}


def _finding(
    norm: Any,
    row: Any,
    outline: Outline,
    based_on: Mapping[int, Sequence[tuple[Source, str]]],
    answers: Mapping[int, Mapping[str, Any]],
) -> dict[str, Any]:
    noted = based_on.get(row.id, ())
    functions = dict.fromkeys(code for source, code in noted if source == Source.HEARD and code)
    labels = outline.interlocutor_labels
    return {
        "id": row.id,
        "code": norm.code,
        "title": dict(norm.title),
        "statement": dict(norm.statement),
        "essential": norm.essential,
        "rating": row.rating.value if row.rating else None,
        "reason": row.not_assessed_reason if row.rating == Rating.NOT_ASSESSED else "",
        "story": row.story,
        "strength": row.strength,
        "improvement": row.improvement,
        "diverging": row.diverging_opinion,
        "observations": len(noted),
        "sources": [source.value for source in Source if any(source == kind for kind, _code in noted)],
        "heard": [dict(labels.get(code, {"nl": code, "en": code})) for code in functions],
        "answer": dict(answers[row.id]) if row.id in answers else None,
    }


def tally(findings: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """How many findings have each rating, in the order of the scale."""
    counted = Counter(finding["rating"] for finding in findings)
    return {rating: counted[rating] for rating in RATINGS}


def story_parts(finding: Mapping[str, Any]) -> list[dict[str, str]]:
    """The story as a redline when the fact check changed it, else an empty list."""
    answer = finding["answer"]
    if not answer or answer.get("story_before") is None or answer["story_before"] == finding["story"]:
        return []
    return [{"text": part.text, "change": part.change} for part in redline(answer["story_before"], finding["story"])]
