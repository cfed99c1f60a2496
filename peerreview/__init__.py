"""peerreview: member organisations review each other, and a commission awards the label."""

import json
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import StrictUndefined

from config import ROOT, Settings, settings
from peerreview import extensions
from peerreview.core import access, aliases, clock, hints, i18n, pages, text, web

# The order of the road, and of who may import whom: each feature knows only those before it.
FEATURES = (
    "accounts", "organisations", "frameworks", "rounds", "trajectories", "impartiality", "marketplace", "matching",
    "selfevaluations", "questionnaires", "visits", "programmes", "reviews", "fairplay", "improvement", "commission",
    "certificates", "appeals", "credentials", "register", "letters", "deadlines", "dashboard", "demo",
)  # fmt: skip


def create_app(config: Settings | None = None) -> Flask:
    """The application for these settings (by default the environment's); refuses to start with undeclared routes."""
    chosen = config or settings()
    app = Flask("peerreview", static_folder=str(ROOT / "static"), template_folder=str(ROOT / "templates"))
    app.config.from_mapping(chosen.flask())
    app.extensions["static_versions"] = _static_versions(Path(app.static_folder or ""))
    _prepare_folders(app)
    extensions.db.init_app(app)
    extensions.migrate.init_app(app, extensions.db, directory=str(ROOT / "migrations"), render_as_batch=True)
    extensions.mail.init_app(app)
    extensions.csrf.init_app(app)
    extensions.limiter.init_app(app)
    i18n.init_app(app, extensions.babel)
    web.init_app(app)
    hints.init_app(app)
    for name in ("core", *FEATURES):
        _add(app, name)
    aliases.finish()
    _prepare_templates(app)
    access.declare(app, {"static": "public"})
    access.refuse_undeclared(app)
    return app


def _add(app: Flask, name: str) -> None:
    """A feature brings its tables, its pages (`bp`), its commands (`cli`) and, where it must, its own `init_app`."""
    for part in ("models", "services", "routes", "commands"):
        full = f"peerreview.{name}.{part}"
        spec = find_spec(full)
        if spec is None or spec.origin is None:  # a folder without code is no part
            continue
        module = import_module(full)
        if part == "routes":
            for blueprint in getattr(module, "blueprints", None) or [module.bp]:
                app.register_blueprint(blueprint)
        if hasattr(module, "init_app"):
            module.init_app(app)


def _static_versions(folder: Path) -> dict[str, str]:
    """The version of each static file: that of the built assets, and the time of change of our own."""
    manifest = folder / "vendor" / "manifest.json"
    built: dict[str, Any] = json.loads(manifest.read_text()) if manifest.exists() else {}
    versions = {str(path.relative_to(folder)): f"{path.stat().st_mtime_ns:x}"[-9:] for path in folder.glob("*.*")}
    files = built.get("files", {})
    stamp = str(built.get("stamp", built.get("version", "0")))[:10]
    for path in (folder / "vendor").rglob("*.*"):
        name = str(path.relative_to(folder))
        versions[name] = str(files.get(name, stamp))[:10]
    return versions


def _prepare_folders(app: Flask) -> None:
    uri = app.config["SQLALCHEMY_DATABASE_URI"]
    if uri.startswith("sqlite:///") and ":memory:" not in uri:
        Path(uri.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)


def _prepare_templates(app: Flask) -> None:
    """What every template may use; the macros are the global `ui`."""
    env = app.jinja_env
    env.undefined = StrictUndefined
    env.template_class = pages.ForgetfulTemplate
    env.trim_blocks = env.lstrip_blocks = True
    env.globals.update(
        static_url=pages.static_url,
        lang=i18n.language,
        day=i18n.day,
        clock_time=i18n.clock_time,
        localised=i18n.localised,
        working_days_left=lambda on: clock.working_days_between(clock.today(), on),
        today=clock.today,
    )
    env.filters.update(localised=i18n.localised, day=i18n.day, clock_time=i18n.clock_time, story=text.story)
    env.filters["filesizeformat"] = i18n.file_size  # Jinja's own speaks English
    with app.test_request_context():
        env.globals["ui"] = env.get_template("components/ui.html").module
