"""What people wrote, shown safely: Markdown for a little structure, and nothing else of HTML."""

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_markdown = MarkdownIt("zero").enable(["emphasis", "list", "newline", "escape"])
_ALLOWED = {"p", "em", "strong", "ul", "ol", "li", "br"}


def story(text: str | None) -> Markup:
    """The HTML of somebody's text: paragraphs, lists and emphasis; any HTML typed in it is shown as text."""
    html = _markdown.render(text or "", {"breaks": True})
    return Markup(nh3.clean(html, tags=_ALLOWED, attributes={}))  # noqa: S704 - cleaned just here
