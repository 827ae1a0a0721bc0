"""docs/performance.md: its words are a person's, its tables and plots come from stored results.

A table stands between `<!-- table NAME -->` and `<!-- end -->`; `<!-- about -->` likewise for date, machine
and versions. Nothing measured is written anywhere else on the page."""
import pathlib
import re

from results import Results

from . import plots, tables

PAGE, STORED, PLOTS = "docs/performance.md", "docs/performance/results.json", "docs/performance"
BLOCK = re.compile(r"(<!-- (table (?P<name>[\w-]+)|about) -->\n).*?(<!-- end -->)", re.S)


def about(results):
    told = results.about
    lines = [f"- Date: {told['date']}; medians of {told['passes']} passes, three, two or one where a burst took "
             "long; one of the steady load and of what is only plotted.",
             f"- Machine: {told['processor']}; {told['system']}; {told['compiler']}; {told['libcurl']}."]
    for parts, date in told.get("again", {}).items():
        lines.append(f"- The part `{parts}` again: {date}.")
    if told.get("peers"):
        versions = ", ".join(f"{name} {version}" for name, version in told["peers"].items())
        lines.append(f"- Other libraries: {versions}.")
    if told.get("runtimes"):
        lines.append(f"- Run by: {', '.join(f'{name} {version}' for name, version in told['runtimes'].items())}.")
    for name, why in told.get("absent", {}).items():
        lines.append(f"- Not measured: {name}, {why}.")
    for name, why in told.get("failed", {}).items():
        lines.append(f"- Failed in this run: {name}, {why}.")
    return "\n".join(lines) + "\n"


def fill(text, results):
    """The page with its blocks as the results have them."""
    found = tables.everything(results)

    def block(match):
        if match["name"] is None:
            return f"{match[1]}{about(results)}{match[4]}"
        table = found.get(match["name"])
        return f"{match[1]}{table.markdown() if table else 'Not measured in this run.' + chr(10)}{match[4]}"
    return BLOCK.sub(block, text)


def files(results, root):
    """{path: text} of all that follows from the results."""
    page = pathlib.Path(root) / PAGE
    made = {page: fill(page.read_text(encoding="utf-8"), results)}
    for name, draw in plots.PLOTS.items():
        made[pathlib.Path(root) / PLOTS / name] = draw(results)
    return made


def write(results, root):
    for path, text in files(results, root).items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


def differing(root):
    """Files that are not what the stored results make of them."""
    made = files(Results.load(pathlib.Path(root) / STORED), root)
    return [str(path.relative_to(root)) for path, text in made.items()
            if not path.exists() or path.read_text(encoding="utf-8") != text]
