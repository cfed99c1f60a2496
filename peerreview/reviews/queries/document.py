"""The report as the PDF template wants it: the kept content, in one language, with the words of that language."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from peerreview.core import i18n
from peerreview.frameworks.outline import Outline
from peerreview.programmes.lifecycle import ItemKind
from peerreview.programmes.words import kind_name, listed
from peerreview.reviews.lifecycle import FactAnswer, Verdict
from peerreview.reviews.reporting import Report, story_parts, whole

WRITTEN_IN = "nl"


def document_of(report: Report, *, brand: Mapping[str, str]) -> dict[str, Any]:
    """The data for `documents.render("report", ...)` in the language now spoken."""
    report = whole(report)
    host, team = report["host"]["name"], report["team"]["name"]
    issued = date.fromisoformat(report["date"])
    return {
        "title": _("Report on %(host)s, review by %(team)s", host=host, team=team),
        "issued": report["date"],
        "lang": WRITTEN_IN,
        "brand": dict(brand),
        "words": _words(host, team),
        "host": report["host"],
        "team": {
            "name": team,
            "people": [
                {"name": person["name"], "role": _("lead reviewer") if person["lead"] else _("reviewer")}
                for person in report["team"]["people"]
            ],
        },
        "scope": scope_words(report),
        "route": route_words(report),
        "framework": i18n.localised(report["framework"]["title"]),
        "visited": visited_words(report),
        "version": str(report["number"] or _("draft")),
        "date": i18n.day(issued, weekday=False, year=True),
        "status": _status(report["number"]),
        "scale": [{"code": step["code"], "label": i18n.localised(step["label"])} for step in report["scale"]],
        "summary": {
            "text": report["summary"],
            "strengths": report["strengths"],
            "improvements": report["improvements"],
        },
        "chapters": [_chapter(chapter) for chapter in report["chapters"]],
        "competencies": [
            {
                "title": i18n.localised(part["title"]),
                "norms": [
                    {"code": norm["code"], "title": i18n.localised(norm["title"]), "rating": norm["rating"]}
                    for norm in part["norms"]
                    if norm["rating"]
                ],
            }
            for part in report["competencies"]
        ],
        "left_out": [_named(row, row["reason"]) for row in report["not_assessed"]],
        "opinions": [_named(row, row["text"]) for row in report["opinions"]],
        "programme": programme_days(report),
        "method": {
            "text": "\n\n".join(filter(None, [method_words(), noted_words(report)])),
            "heard": [{"function": i18n.localised(row["function"]), "count": row["count"]} for row in report["heard"]],
        },
    }


def _named(row: Mapping[str, Any], text: str) -> dict[str, Any]:
    return {"code": row["code"], "title": i18n.localised(row["title"]), "text": text}


def programme_days(report: Report) -> list[dict[str, Any]]:
    """The programme day by day, each item with its time, what or whom it was about, and its norms, ready to show."""
    found: dict[str, list[dict[str, str]]] = {}
    for item in report["programme"]:
        functions = listed([_low(str(i18n.localised(label))) for label in item["functions"]])
        kind = kind_name(ItemKind(item["kind"]))
        times = [time if i18n.language() == "en" else time.replace(":", ".") for time in (item["from"], item["until"])]
        found.setdefault(item["on"], []).append({
            "time": "\N{NO-BREAK SPACE}–\N{NO-BREAK SPACE}".join(time.removeprefix("0") for time in times),
            "name": item["title"] or kind,
            "functions": functions,
            "norms": " ".join(item["norms"]),
        })  # fmt: skip
    return [{"day": i18n.day(date.fromisoformat(on), year=True), "items": items} for on, items in found.items()]


def _low(text: str) -> str:
    return text[:1].lower() + text[1:]


def noted_words(report: Report) -> str:
    """'We noted 200 observations: 120 heard, 60 seen and 20 read.'; empty when nobody counted."""
    noted, how = report["noted"], how_words()
    total = sum(noted.values())
    if not total:
        return ""
    kinds = listed([f"{count} {how[kind]}" for kind, count in noted.items()])
    said = ngettext(
        "We noted one observation: %(kinds)s.", "We noted %(num)s observations: %(kinds)s.", total, kinds=kinds
    )
    return str(said)


def _status(number: int) -> str:
    if number == 0:
        return str(_("Draft: not released"))
    return str(_("For the fact check") if number == 1 else _("Final"))


def scope_words(report: Report) -> str:
    if report["scope"]["kind"] == "whole":
        return str(_("The whole organisation"))
    return report["scope"]["text"] or str(_("Parts of the organisation"))


def route_words(report: Report) -> str:
    routes = {"peer": _("Peer review"), "audit": _("Audit"), "combined": _("Peer review and audit")}
    kinds = {"pair": _("in a pair"), "ring": _("in a ring")}
    return f"{routes[report['route']]}, {kinds[report['exchange']]}"


def visited_words(report: Report) -> str:
    days = [i18n.day(date.fromisoformat(day), year=True) for day in report["visited"]]
    joined = _("and")
    return f" {joined} ".join(days) if days else str(_("No day known"))


def method_words() -> str:
    """How every review of this kind goes; people wrote none of it."""
    return "\n\n".join(
        [
            _(
                "We read the self-evaluation and were guests at the organisation. We spoke with people in several "
                "functions, and wrote down what we saw, heard and read."
            ),
            _(
                "First each reviewer rated every norm alone. Then we laid our ratings side by side and talked until we "
                "agreed. Where we did not, the diverging opinion stands with the finding."
            ),
        ]
    )


def _chapter(chapter: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "title": i18n.localised(chapter["title"]),
        "text": i18n.localised(chapter["description"]),
        "findings": [_finding(finding) for finding in chapter["findings"] if finding["rating"]],
    }


def _finding(finding: Mapping[str, Any]) -> dict[str, Any]:
    made = {
        "code": finding["code"],
        "title": i18n.localised(finding["title"]),
        "statement": i18n.localised(finding["statement"]),
        "rating": finding["rating"],
        "reason": finding["reason"],
        "story": [{k: v for k, v in part.items() if v} for part in story_parts(finding)] or finding["story"],
        "strong": finding["strength"],
        "improve": finding["improvement"],
        "based_on": based_on_words(finding, how_words()),
        "talk": talk_of(finding["answer"]),
    }
    return made | ({"diverging": {"text": finding["diverging"]}} if finding["diverging"] else {})


def words_of_ratings(report: Report) -> dict[str, str]:
    """What each rating is called, in the words of the framework."""
    words = {step["code"]: i18n.localised(step["label"]) for step in report["scale"]}
    return words | {"not_assessed": str(_("Not assessed"))}


def words_of_scale(outline: Outline) -> dict[str, str]:
    """The same, of the framework itself."""
    words = {code: str(i18n.localised(label)) for code, label in outline.rating_labels.items()}
    return words | {"not_assessed": str(_("Not assessed"))}


def how_words() -> dict[str, str]:
    return {"heard": _("heard"), "seen": _("seen"), "shadowed": _("seen while going along"), "read": _("read")}


def based_on_words(finding: Mapping[str, Any], how: Mapping[str, str]) -> str:
    """'Based on 3 observations: heard from client, volunteer; read.'; empty when there is none."""
    count = finding["observations"]
    if not count:
        return ""
    parts = []
    for source in finding["sources"]:
        functions = ", ".join(str(i18n.localised(label)).lower() for label in finding["heard"])
        if source == "heard" and functions:
            parts.append(_("heard from: %(functions)s", functions=functions))
        else:
            parts.append(how[source])
    based = ngettext("Based on one observation", "Based on %(num)s observations", count)
    return f"{based} ({'; '.join(parts)})."


def talk_of(answer: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """The host's answer and the team's verdict as turns of a talk."""
    if not answer:
        return []
    words = {
        FactAnswer.AGREE: _("this is right"),
        FactAnswer.ERROR: _("error of fact"),
        FactAnswer.COMMENT: _("comment"),
    }
    about = f"{_short_day(answer['answered_on'])} · {words[FactAnswer(answer['answer'])]}"
    document = answer.get("document") or {"title": ""}  # versions that were kept before know of none
    source = ", ".join(filter(None, (answer["evidence"], document["title"])))
    turns = [{"side": "us", "who": _("Host"), "about": about, "text": answer["text"], "source": source}]
    if answer["verdict"] in (Verdict.ACCEPTED, Verdict.REJECTED):
        taken = answer["verdict"] == Verdict.ACCEPTED
        state = {"kind": "done" if taken else "quiet", "text": _("Taken over") if taken else _("Not taken over")}
        turns.append(
            {
                "side": "them",
                "who": _("Reviewers"),
                "about": _short_day(answer["verdict_on"]),
                "state": state,
                "text": answer["verdict_reason"],
            }
        )
    return turns


def _short_day(iso: str) -> str:
    return i18n.day(date.fromisoformat(iso), weekday=False) if iso else ""


def headings() -> dict[str, str]:
    """The headings of the report, and its other words, in the language now spoken."""
    return _words("", "")


def _words(host: str, team: str) -> dict[str, str]:
    return {
        "report": _("Report"),
        "by_team": _("Reviewed by {team}"),
        "team": _("Reviewers"),
        "scope": _("Scope"),
        "route": _("Route"),
        "framework": _("Framework"),
        "visited": _("Visit"),
        "version": _("Version"),
        "status": _("Status"),
        "kvk": _("KvK number"),
        "for_whom": _(
            "This report is for %(host)s, %(team)s and the members of the commission. Findings name functions, never "
            "people.",
            host=host,
            team=team,
        ),
        "contents": _("Contents"),
        "version_of": _("version {version} of {date}"),
        "page": _("Page {page} of {pages}"),
        "summary": _("Summary"),
        "strengths": _("What is strong"),
        "improvements": _("To improve"),
        "tally": _("All norms at a glance"),
        "chapter": _("Chapter"),
        "total": _("Together"),
        "not_assessed": _("Not assessed"),
        "no_findings": _("There are no findings on this chapter."),
        "strong": _("Strong"),
        "improve": _("To improve"),
        "diverging": _("Diverging opinion"),
        "because": _("Not assessed, because"),
        "source": _("Source"),
        "redline_about": _("What the fact check changed stays visible:"),
        "removed": _("removed"),
        "added": _("added"),
        "method": _("How we looked"),
        "heard": _("Whom we spoke with"),
        "function": _("Function"),
        "count": _("Observations"),
        "competencies": _("By competency"),
        "norm": _("Norm"),
        "rating": _("Rating"),
        "left_out": _("What we could not assess"),
        "opinions": _("Where one of us sees it otherwise"),
        "programme": _("The programme of the visit"),
        "time": _("Time"),
        "with_whom": _("With whom"),
        "norms": _("Norms"),
    }
