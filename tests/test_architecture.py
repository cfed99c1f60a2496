"""The rules of docs/architecture.md that a machine can keep: who may import whom, and who may change rows."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from peerreview import FEATURES

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "peerreview"
PARTS = ("lifecycle", "", "models", "policy", "queries", "mail", "services", "forms", "routes", "commands")
PRIVATE = {"forms", "routes", "commands", "mail"}
FORBIDDEN_NAMES = {"utils", "helpers", "manager", "handler", "data", "util", "helper", "misc", "common"}


@dataclass(frozen=True)
class Source:
    """A file of the package: its feature ('core' or ''), the part of speech it is ('' is reasoning), its tree."""

    path: Path
    feature: str
    part: str
    tree: ast.Module
    lines: list[str]

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))

    def imports(self) -> Iterator[tuple[str, int, bool]]:
        """(module, line, inside a function) for each import that runs; those for type checking do not."""
        checking = {id(n) for i in ast.walk(self.tree) if _is_type_checking(i) for n in ast.walk(i)}
        inside = {id(n) for f in ast.walk(self.tree) if isinstance(f, ast.FunctionDef) for n in ast.walk(f)}
        for node in ast.walk(self.tree):
            if id(node) in checking:
                continue
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield alias.name, node.lineno, id(node) in inside
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module, node.lineno, id(node) in inside
                for alias in node.names:
                    yield f"{node.module}.{alias.name}", node.lineno, id(node) in inside


def _is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)


def _part(words: tuple[str, ...]) -> str:
    return words[0] if words and words[0] in PARTS else ""


def read(path: Path) -> Source:
    words = path.relative_to(PACKAGE).with_suffix("").parts
    feature = words[0] if len(words) > 1 else ""
    text = path.read_text()
    return Source(path, feature, _part(words[1:]), ast.parse(text), text.splitlines())


@cache
def sources() -> tuple[Source, ...]:
    return tuple(read(path) for path in sorted(PACKAGE.rglob("*.py")))


def of_features() -> list[Source]:
    return [source for source in sources() if source.feature in FEATURES]


def feature_faults(source: Source) -> Iterator[str]:
    """Imports that go against the order of the features or into what another feature keeps to itself."""
    for module, line, _inside in source.imports():
        words = module.split(".")
        if words[0] != "peerreview" or len(words) < 2 or words[1] not in FEATURES or words[1] == source.feature:
            continue
        if source.feature == "core":
            yield f"{source.name}:{line} core imports {module}"
        elif FEATURES.index(words[1]) > FEATURES.index(source.feature):
            yield f"{source.name}:{line} imports the later feature {words[1]}"
        elif len(words) > 2 and words[2] in PRIVATE:
            yield f"{source.name}:{line} imports {module}, which {words[1]} keeps to itself"


def order_faults(source: Source) -> Iterator[str]:
    """Imports of a file of the same feature that stands below this one in the table."""
    for module, line, _inside in source.imports() if source.feature in FEATURES else ():
        words = module.split(".")
        if words[:2] == ["peerreview", source.feature] and len(words) > 2:
            other = _part(tuple(words[2:]))
            if PARTS.index(other) > PARTS.index(source.part):
                yield f"{source.name}:{line} ({source.part or 'reasoning'}) imports {module}"


def framework_faults(source: Source) -> Iterator[str]:
    """Flask where none belongs, SQLAlchemy in routes, the database in rules."""
    for module, line, _inside in source.imports() if source.feature in FEATURES else ():
        top = module.split(".")[0]
        if source.part in ("lifecycle", "policy", "") and source.path.name != "__init__.py":
            if top in ("flask", "flask_login", "sqlalchemy", "flask_sqlalchemy") or module.startswith(
                "peerreview.core.db"
            ):
                yield f"{source.name}:{line} (rules) imports {module}"
        if source.part in ("models", "queries", "services", "mail") and top in ("flask", "flask_login"):
            yield f"{source.name}:{line} imports {module}"
        if source.part == "routes" and top in ("sqlalchemy", "flask_sqlalchemy"):
            yield f"{source.name}:{line} (routes) imports {module}"


WRITES = {"add", "add_all", "delete", "commit", "merge", "bulk_save_objects", "bulk_insert_mappings"}


def writing_faults(source: Source) -> Iterator[str]:
    """Rows changed outside services and core, commits outside core.db, states set past their lifecycle."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            on_session = isinstance(node.func.value, ast.Attribute) and node.func.value.attr == "session"
            if on_session and node.func.attr == "commit" and source.name != "peerreview/core/db.py":
                yield f"{source.name}:{node.lineno} commits"
            elif on_session and node.func.attr in WRITES and source.feature != "core" and source.part != "services":
                yield f"{source.name}:{node.lineno} changes rows"
        if isinstance(node, ast.Assign | ast.AugAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            flat = [t for target in targets for t in (target.elts if isinstance(target, ast.Tuple) else [target])]
            if any(isinstance(t, ast.Attribute) and t.attr == "state" for t in flat) and source.feature != "core":
                yield f"{source.name}:{node.lineno} sets a state past its lifecycle"


def inner_import_faults(source: Source) -> Iterator[str]:
    """Imports inside a function without their reason on the line."""
    for module, line, inside in source.imports():
        if inside and "#" not in source.lines[line - 1] and module.count(".") <= 9:
            yield f"{source.name}:{line} imports {module} inside a function without a reason"


# Files that bind a library which itself is Flask's or SQLAlchemy's; each with why.
EXCUSED = {
    "peerreview/accounts/signin.py": "binds Flask-Security, which is made of Flask",
}
CHECKS = (feature_faults, order_faults, framework_faults, writing_faults, inner_import_faults)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_every_file_keeps_the_rules(check):
    faults = [
        fault
        for source in sources()
        for fault in dict.fromkeys(check(source))
        if not (source.name in EXCUSED and check in (framework_faults, order_faults, writing_faults))
        and (source.feature in (*FEATURES, "core") or check in (inner_import_faults,))
    ]
    assert faults == [], "\n" + "\n".join(faults)


def test_no_file_has_a_name_that_says_nothing():
    assert [s.name for s in sources() if s.path.stem in FORBIDDEN_NAMES or s.path.parent.name in FORBIDDEN_NAMES] == []


def test_every_feature_is_found_in_three_places_with_one_name():
    places = {"peerreview", "templates", "tests"}
    without_pages = {"demo": places - {"templates"}}
    missing = [f for f in FEATURES for place in without_pages.get(f, places) if not (ROOT / place / f).is_dir()]
    assert missing == []


def test_the_folder_list_is_the_features_list():
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir() and not path.name.startswith("__")}
    assert folders == {"core", "translations", *FEATURES}


def test_core_files_stay_small():
    assert [s.name for s in sources() if s.feature == "core" and len(s.lines) > 200] == []


def test_no_file_outgrows_its_room():
    assert [f"{s.name}: {len(s.lines)} lines" for s in sources() if len(s.lines) > 400] == []


PLANTED = {
    feature_faults: ("matching", "", "from peerreview.reviews.models import Review"),
    order_faults: ("reviews", "models", "from peerreview.reviews.services import x"),
    framework_faults: ("reviews", "services", "from flask import request"),
    writing_faults: ("reviews", "routes", "db.session.add(thing)"),
    inner_import_faults: ("reviews", "services", "def f():\n    import json"),
}


@pytest.mark.parametrize("check", PLANTED, ids=lambda check: check.__name__)
def test_each_rule_sees_a_planted_fault(check):
    feature, part, code = PLANTED[check]
    (PACKAGE / feature).mkdir(exist_ok=True)
    planted = Source(PACKAGE / feature / f"{part or 'x'}.py", feature, part, ast.parse(code), code.splitlines())
    assert len(list(check(planted))) >= 1


def test_templates_hold_no_inline_script_or_style():
    # JSON-LD is data: no browser runs it, so the Content-Security-Policy does not stop it.
    script = r"<script(?![^>]*\bsrc=)(?! type=\"application/ld\+json\">)"
    inline = re.compile(rf"<style|\sstyle=|\son[a-z]+=[\"']|{script}", re.IGNORECASE)
    faults = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if inline.search(line)
    ]
    assert faults == []
