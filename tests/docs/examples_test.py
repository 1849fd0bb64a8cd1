"""Runs the examples of the documents.

    examples_test.py DUBAN BUILD_DIR

Each document has a folder of its own, in which its blocks are run in order:

    ```textproto complete file=x  a pack: written, checked, its tests run
    ```textproto wrong file=x     written only, to be refused further down
    ```textproto                  a part of one: checked as an addition to
                                  base.textproto; all parts of a document make
                                  one pack, whose tests are run
    ```csv file=x, ```json file=x written
    ```console [exit=1]           lines after "$ duban" are what it prints; a
                                  line "…", or "…" in a line, stands for
                                  anything. exit is that of the last command.
    ```cel [strict] name=value …  expression => value; strict: plain CEL
    ```c, ```cpp, ```python       a program; it must end well, and print the
                                  block ```text output after it, if there is one

Other blocks are not run. A line says how many there were.
"""

import collections
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import List, Optional

import markdown
from markdown import ROOT, Block

WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
TIMEOUT = 300


class Different(Exception):
    """What is printed is not what the document shows."""


def same_line(wanted: str, found: str) -> bool:
    if wanted == found:
        return True
    parts = [re.escape(part) for part in wanted.split("…")]
    return len(parts) > 1 and re.fullmatch(".*".join(parts), found) is not None


def same_lines(wanted: List[str], found: List[str]) -> bool:
    """A line "…" alone stands for any number of lines."""
    if not wanted:
        return not found
    if wanted[0].strip() == "…":
        return any(
            same_lines(wanted[1:], found[i:]) for i in range(len(found) + 1)
        )
    return (
        bool(found)
        and same_line(wanted[0].rstrip(), found[0].rstrip())
        and same_lines(wanted[1:], found[1:])
    )


def compare(wanted: str, found: str) -> None:
    if not same_lines(wanted.splitlines(), found.splitlines()):
        raise Different(f"the document shows\n{wanted}\nbut this is\n{found}")


class Document:
    def __init__(self, path: Path, duban: str, build: Path, folder: Path):
        self.path = path
        self.duban = duban
        self.build = build
        self.folder = folder
        bin_folder = folder / ".bin"
        bin_folder.mkdir()
        (bin_folder / "duban").symlink_to(duban)
        (folder / "examples").symlink_to(ROOT / "examples")
        self.environment = dict(
            os.environ,
            PATH=f"{bin_folder}:{os.environ['PATH']}",
            LC_ALL="C.UTF-8",
        )
        self.not_run: collections.Counter = collections.Counter()
        self.run_count = 0
        self.parts: List[str] = []

    def command(self, *words: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            words,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=TIMEOUT,
            check=False,
        )

    def good(self, *words: str) -> str:
        done = self.command(*words)
        if done.returncode != 0:
            raise Different(
                f"{' '.join(words)}: status {done.returncode}\n{done.stdout}"
            )
        return done.stdout

    def write(self, block: Block) -> Optional[Path]:
        name = block.options.get("file")
        if name is None:
            return None
        target = self.folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(block.text, "utf-8")
        return target

    def run(self, block: Block, output: Optional[Block]) -> bool:
        """False where it is not a block to be run."""
        written = self.write(block)
        if block.language == "textproto":
            self.run_pack(block, written)
        elif block.language == "console":
            self.run_console(block)
        elif block.language == "cel":
            self.run_expressions(block)
        elif block.language in ("c", "cpp"):
            self.run_compiled(block, output)
        elif block.language == "python":
            return self.run_python(block, output)
        elif block.language == "json":
            json.loads(block.text)
        else:
            return written is not None
        return True

    def run_pack(self, block: Block, written: Optional[Path]) -> None:
        if "wrong" in block.words:
            return
        if "complete" in block.words:
            pack = written or self.folder / "pack.textproto"
            pack.write_text(block.text, "utf-8")
            self.good("duban", "check", str(pack))
            self.good("duban", "test", str(pack))
            return
        self.parts.append(block.text)
        # A test speaks of what other parts define.
        if not block.text.startswith("test "):
            self.check_parts([block.text])

    def check_parts(self, parts: List[str]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            base = (Path(__file__).parent / "base.textproto").read_text("utf-8")
            Path(folder, "0-base.textproto").write_text(base, "utf-8")
            for i, part in enumerate(parts):
                name = f"{i + 1}-part.textproto"
                Path(folder, name).write_text(part, "utf-8")
            self.good("duban", "check", folder)
            self.good("duban", "test", folder)

    def run_console(self, block: Block) -> None:
        lines = block.text.splitlines()
        starts = [i for i, line in enumerate(lines) if line.startswith("$ ")]
        if not starts or starts[0] != 0:
            raise Different("the block does not begin with a command")
        for start, end in zip(starts, starts[1:] + [len(lines)]):
            command = lines[start][2:]
            first = start + 1
            while command.endswith("\\"):
                command = command[:-1] + lines[first].lstrip(" >")
                first += 1
            if not command.startswith("duban "):
                raise Different(f"not a duban command: {command}")
            done = self.command("bash", "-c", command)
            compare("\n".join(lines[first:end]), done.stdout)
            last = end == len(lines)
            wanted = int(block.options.get("exit", "0")) if last else 0
            if done.returncode != wanted:
                raise Different(f"{command}: status {done.returncode}")

    def run_expressions(self, block: Block) -> None:
        variables = ["--strict"] if "strict" in block.words else []
        for name, value in block.options.items():
            variables += ["--var", f"{name}={value}"]
        for line in block.text.splitlines():
            if not line.strip() or line.startswith("//"):
                continue
            expression, arrow, wanted = line.partition(" => ")
            if not arrow:
                raise Different(f"no result: {line}")
            done = self.command("duban", "eval", expression.strip(), *variables)
            wanted = wanted.strip()
            if wanted.startswith("error("):
                reason = f"[{wanted[6:-1]}]"
                if done.returncode != 1 or reason not in done.stdout:
                    raise Different(f"{line}\n{done.stdout}")
                continue
            found = done.stdout.rsplit("  : ", 1)[0]
            if done.returncode != 0 or found != wanted:
                raise Different(f"{line}\n{done.stdout}")

    def run_compiled(self, block: Block, output: Optional[Block]) -> None:
        compiler, standard = {
            "c": (os.environ.get("CC", "cc"), "-std=c99"),
            "cpp": (os.environ.get("CXX", "c++"), "-std=c++17"),
        }[block.language]
        source = self.folder / f"program.{block.language}"
        source.write_text(block.text, "utf-8")
        program = self.folder / "program"
        self.good(
            compiler, standard, *WARNINGS, f"-I{ROOT / 'include'}", str(source),
            "-o", str(program), str(self.build / "libduban.so"),
            f"-Wl,-rpath,{self.build}",
        )
        compare_if(output, self.good(str(program)))

    def run_python(self, block: Block, output: Optional[Block]) -> bool:
        python = os.environ.get("DUBAN_PYTHON")
        if python is None:
            return False
        source = self.folder / "program.py"
        source.write_text(block.text, "utf-8")
        compare_if(output, self.good(python, str(source)))
        return True


def compare_if(output: Optional[Block], printed: str) -> None:
    if output is not None:
        compare(output.text, printed)


def broken_links(path: Path) -> List[str]:
    broken = []
    for file, heading in markdown.links(path):
        target = path.parent / file if file else path
        if not target.exists():
            broken.append(file)
        elif heading and heading not in markdown.anchors(target):
            broken.append(f"{file}#{heading}")
    return broken


def run_document(path: Path, duban: str, build: Path) -> int:
    failures = 0
    name = path.relative_to(ROOT)
    for target in broken_links(path):
        print(f"{name}: there is no {target}")
        failures += 1
    with tempfile.TemporaryDirectory() as folder:
        document = Document(path, duban, build, Path(folder))
        all_blocks = markdown.blocks(path)
        for i, block in enumerate(all_blocks):
            if "output" in block.words:
                continue
            following = all_blocks[i + 1] if i + 1 < len(all_blocks) else None
            output = (
                following if following and "output" in following.words else None
            )
            try:
                if document.run(block, output):
                    document.run_count += 1
                else:
                    document.not_run[block.language or "plain"] += 1
            except (Different, subprocess.TimeoutExpired, ValueError) as error:
                print(f"{block.place}: {error}")
                failures += 1
        try:
            document.check_parts(document.parts)
        except Different as error:
            print(f"{name}: its parts of packs together: {error}")
            failures += 1
    left = ", ".join(f"{n} {kind}" for kind, n in document.not_run.items())
    left = f"; not run: {left}" if left else ""
    print(f"{name}: {document.run_count} examples{left}")
    return failures


def main() -> int:
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    duban, build = os.path.abspath(sys.argv[1]), Path(sys.argv[2]).resolve()
    failures = sum(run_document(p, duban, build) for p in markdown.documents())
    if "DUBAN_PYTHON" not in os.environ:
        print(
            "Python examples are not run here: that takes DUBAN_PYTHON, an "
            "interpreter with the package (see the Python tests)"
        )
    print(f"documents: {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
