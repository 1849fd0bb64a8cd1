"""Fenced blocks, tables and links of a Markdown file.

Knows as much of Markdown as the documents of this repository use. Pure
functions.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, List, Set, Tuple

ROOT = Path(__file__).resolve().parents[2]


def documents() -> List[Path]:
    found = sorted(ROOT.glob("README*.md"))
    return found + sorted((ROOT / "docs").glob("*.md"))


@dataclass
class Block:
    """A fenced block: ```language word key=value"""

    path: Path
    line: int  # of the opening fence, from 1
    language: str
    words: List[str] = field(default_factory=list)
    options: Dict[str, str] = field(default_factory=dict)
    text: str = ""

    @property
    def place(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line}"


def blocks(path: Path) -> List[Block]:
    found: List[Block] = []
    block = None
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        fence = line.strip()
        if block is None and fence.startswith("```"):
            info = fence[3:].split()
            block = Block(path, number, info[0] if info else "")
            for word in info[1:]:
                key, equals, value = word.partition("=")
                if equals:
                    block.options[key] = value
                else:
                    block.words.append(word)
        elif block is not None and fence == "```":
            found.append(block)
            block = None
        elif block is not None:
            block.text += line + "\n"
    if block is not None:
        raise SystemExit(f"{block.place}: the block has no end")
    return found


def prose(path: Path) -> str:
    """The text without its fenced blocks."""
    return re.sub(
        r"^```.*?^```$", "", path.read_text("utf-8"), flags=re.M | re.S
    )


def sections(path: Path) -> List[Tuple[str, str]]:
    """(heading, text below it), in order; headings of any level."""
    parts = re.split(r"^#+ +(.*)$", prose(path), flags=re.M)
    return list(zip(parts[1::2], parts[2::2]))


def rows(text: str) -> List[List[str]]:
    """Cells of the table rows in a text, without headings and rules."""
    found = []
    lines = text.splitlines()
    for i, line in enumerate(lines):
        if not line.startswith("|") or re.match(r"^\|[-| :]+\|$", line):
            continue
        if i + 1 < len(lines) and re.match(r"^\|[-| :]+\|$", lines[i + 1]):
            continue  # the heading
        cells = re.split(r"(?<!\\)\|", line.strip()[1:-1])
        found.append([cell.strip().replace("\\|", "|") for cell in cells])
    return found


def code(cell: str) -> str:
    """`x` without its backquotes."""
    return cell.strip("`")


def links(path: Path) -> List[Tuple[str, str]]:
    """(file, heading) of the links within the repository; either may be
    empty."""
    targets = re.findall(r"\]\(([^)#\s]*)(?:#([^)]*))?\)", prose(path))
    return [(file, heading) for file, heading in targets if ":" not in file]


def anchors(path: Path) -> Set[str]:
    """What a link may name after #, by GitHub's rule for headings."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading, _ in sections(path)
    }
