"""Rules about every text of the tree: links that lead somewhere, nothing of one machine."""
import posixpath
import re

from rule import Finding, rule

# Spelt in pieces, so that this file keeps its own rule.
HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("rubygems", "org"),
        ("luarocks", "org"),
        ("proxy", "golang", "org"),
        ("crates", "io"),
        ("deb", "debian", "org"),
    )
]
HOST = re.compile("|".join(re.escape(host) for host in HOSTS))
PLACE = re.compile(r"(?<![\w.$}/-])/(?:work|root|home/\w+|Users/\w+|tmp/b-\w+)(?:/|\b)(?!\w)")
LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")


def numbered(text):
    return enumerate(text.split("\n"), 1)


@rule(
    "machine",
    "nothing in the tree may depend on one machine: a relative path, or a setting",
    {"docs/a.md": "see " + "/ro" + "ot/notes\n"},
)
def machine(tree):
    for path, text in tree.files.items():
        for number, line in numbered(text):
            match = PLACE.search(line) or HOST.search(line)
            if match:
                yield Finding(path, number, f"names {match.group(0)}")


@rule("links", "correct the path", {"README.md": "[here](docs/nowhere.md)\n"})
def links(tree):
    for path, text in tree.files.items():
        if not path.endswith(".md"):
            continue
        for number, line in numbered(text):
            for target in LINK.findall(line):
                file = target.split("#")[0]
                if not file or re.match(r"[a-z]+:", target):
                    continue
                place = posixpath.normpath(posixpath.join(posixpath.dirname(path), file))
                if not tree.exists(place):
                    yield Finding(path, number, f"the link {target} leads nowhere")
