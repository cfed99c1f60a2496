"""What a version changes beside the one before it."""

from dataclasses import dataclass

from peerreview.frameworks.outline import NormView, Outline

PARTS = ("title", "statement", "explanation", "indicators", "questions", "evidence_examples")
FACTS = ("chapter_code", "competencies", "interlocutors", "essential", "theme_code")


@dataclass(frozen=True, slots=True)
class Changed:
    """A norm that both versions have, and the parts in which it differs (names of PARTS and FACTS)."""

    before: NormView
    after: NormView
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Norms by their code: new, changed, gone, and how many stayed the same."""

    new: tuple[NormView, ...]
    changed: tuple[Changed, ...]
    gone: tuple[NormView, ...]
    same: int


def compare(before: Outline, after: Outline) -> Comparison:
    """What `after` changes beside `before`; a norm is the same norm when its code is."""
    both = [(before.by_code[norm.code], norm) for norm in after.norms if norm.code in before.by_code]
    changed = tuple(Changed(old, new, parts) for old, new in both if (parts := _differences(old, new)))
    return Comparison(
        new=tuple(norm for norm in after.norms if norm.code not in before.by_code),
        changed=changed,
        gone=tuple(norm for norm in before.norms if norm.code not in after.by_code),
        same=len(both) - len(changed),
    )


def _differences(old: NormView, new: NormView) -> tuple[str, ...]:
    return tuple(name for name in (*PARTS, *FACTS) if getattr(old, name) != getattr(new, name))
