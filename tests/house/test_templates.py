"""Templates: each compiles, nothing undefined passes, no macro lies unused, nothing inline that the CSP would block."""

import re
from collections import defaultdict

import pytest
from jinja2 import StrictUndefined, nodes

from tests.house import sources

PAGES = sources.files(".html", ".txt", under="templates")
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.S)
ADDRESSES = ("url_for", "link")


def short(path) -> str:
    return path.relative_to(sources.ROOT / "templates").as_posix()


@pytest.fixture(scope="module")
def trees(house_app):
    env = house_app.jinja_env
    return {short(path): env.parse(sources.text(path), short(path)) for path in PAGES}


def test_undefined_names_are_errors(house_app):
    assert issubclass(house_app.jinja_env.undefined, StrictUndefined)
    assert house_app.jinja_env.autoescape


@pytest.mark.parametrize("path", PAGES, ids=short)
def test_compiles(path, house_app):
    house_app.jinja_env.compile(sources.text(path), short(path))


def macros(tree) -> set[str]:
    return {macro.name for macro in tree.find_all(nodes.Macro)}


def test_what_is_imported_exists(trees):
    missing = []
    for page, tree in trees.items():
        for node in tree.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
            if not isinstance(node.template, nodes.Const):
                continue
            target = node.template.value
            if target not in trees:
                missing.append(f"{page}: {target}")
            elif isinstance(node, nodes.FromImport):
                given = macros(trees[target]) | {
                    name.name for name in trees[target].find_all(nodes.Name) if name.ctx == "store"
                }
                names = [name if isinstance(name, str) else name[0] for name in node.names]
                missing += [f"{page}: {name} from {target}" for name in names if name not in given]
    assert missing == []


def test_no_macro_lies_unused(trees):
    used = defaultdict(set)  # template -> names used from it
    for page, tree in trees.items():
        modules = {}
        for node in tree.find_all(nodes.Import):
            if isinstance(node.template, nodes.Const):
                modules[node.target] = node.template.value
        for node in tree.find_all(nodes.FromImport):
            if isinstance(node.template, nodes.Const):
                loaded = {name.name for name in tree.find_all(nodes.Name) if name.ctx == "load"}
                for name in node.names:
                    original, alias = (name, name) if isinstance(name, str) else name
                    if alias in loaded:
                        used[node.template.value].add(original)
        for node in tree.find_all(nodes.Getattr):
            if isinstance(node.node, nodes.Name) and node.node.name in modules:
                used[modules[node.node.name]].add(node.attr)
        own = macros(tree)
        used[page] |= {name.name for name in tree.find_all(nodes.Name) if name.ctx == "load" and name.name in own}
    unused = [f"{page}: {name}" for page, tree in trees.items() for name in sorted(macros(tree) - used[page])]
    assert unused == []


def test_no_import_lies_unused(trees):
    unused = []
    for page, tree in trees.items():
        loaded = {name.name for name in tree.find_all(nodes.Name) if name.ctx == "load"}
        for node in tree.find_all(nodes.FromImport):
            aliases = [name if isinstance(name, str) else name[1] for name in node.names]
            unused += [f"{page}: {alias}" for alias in aliases if alias not in loaded]
    assert unused == []


def test_no_page_lies_unused(trees):
    """Each is extended, included or imported by another, or named in the code."""
    named = set()
    for tree in trees.values():
        for node in tree.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
            named |= {const.value for const in node.template.find_all(nodes.Const)}
            if isinstance(node.template, nodes.Const):
                named.add(node.template.value)
    code = "\n".join(sources.text(path) for path in sources.files(".py", under="gallery"))
    # A family of pages may be named by its folder: f"storefront/shop/info/{page}.html"
    families = {family for family in (page.rpartition("/")[0] + "/{" for page in trees) if family in code}
    lonely = [
        page
        for page in trees
        if page not in named and page not in code and page.rpartition("/")[0] + "/{" not in families
    ]
    assert lonely == []


INLINE = {
    "a style element": re.compile(r"<style\b", re.I),
    "a style attribute": re.compile(r"\sstyle\s*=", re.I),
    "an event attribute": re.compile(r"\son[a-z]+\s*=", re.I),
    "a javascript: address": re.compile(r"javascript:", re.I),
    "an inline script": re.compile(r"<script(?![^>]*\b(?:src=|type=\"application/ld\+json\"))", re.I),
    "an address of elsewhere": re.compile(r"<(?:script|link|img|source)[^>]*\b(?:src|href)=[\"'](?:https?:)?//", re.I),
}


@pytest.mark.parametrize("path", [p for p in PAGES if not short(p).startswith("emails/")], ids=short)
def test_nothing_inline(path):
    text = JINJA.sub("", re.sub(r"\{#.*?#\}", "", sources.text(path), flags=re.S))
    assert [what for what, pattern in INLINE.items() if pattern.search(text)] == []


def test_every_address_is_known(house_app, trees):
    """Constant endpoints in `url_for` and `link` exist, in templates and in the code."""
    known = {rule.endpoint for rule in house_app.url_map.iter_rules()}
    unknown = []
    for page, tree in trees.items():
        for call in tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name in ADDRESSES and call.args:
                first = call.args[0]
                if isinstance(first, nodes.Const) and not first.value.startswith(".") and first.value not in known:
                    unknown.append(f"{page}:{call.lineno}: {first.value}")
    for path in sources.files(".py", under="gallery"):
        for word, call in sources.calls(path):
            if word in ADDRESSES and call.args:
                value = getattr(call.args[0], "value", None)
                if isinstance(value, str) and "." in value.strip(".") and value not in known:
                    unknown.append(f"{sources.name(path)}:{call.lineno}: {value}")
    assert unknown == []


CLASSES = re.compile(r"""(?:class=|look=)(["'])(.*?)\1""")
DRAWN = re.compile(r"\.([a-z][\w-]*)")


def test_every_class_is_drawn():
    """A class that no sheet knows is a gap or a colour somebody wanted and nobody sees; scripts may look for some."""
    sheets = "".join(sources.text(path) for path in sources.files(".css", under="static/css"))
    scripts = "".join(sources.text(path) for path in sources.files(".js", under="static/js"))
    drawn, lost = set(DRAWN.findall(sheets)), []
    for page in PAGES:
        for _quote, words in CLASSES.findall(sources.text(page)):
            for word in re.sub(r"\{[{%].*?[}%]\}", " ", words).split():
                if re.fullmatch(r"[a-z][\w-]*", word) and word not in drawn and f".{word}" not in scripts:
                    lost.append(f"{short(page)}: {word}")
    assert lost == []
