"""An import that is killed leaves whole batches, or nothing."""

import json
import os
import random
import shutil
import time

import program
import tables
from call_test import limit_files

ROUNDS = 150 if program.DEEP else 25  # of the two kinds together


class Killed(program.CommandTest):

    def setUp(self):
        super().setUp()
        self.year = program.generated()

    def importing(self, ledger):
        return ("import", ledger, self.year, "--pack", program.PACK)

    def undisturbed(self, ledger):
        """What an import gives, and how long it takes."""
        began = time.monotonic()
        said = program.written(self.done(*self.importing(ledger)))
        return said, time.monotonic() - began

    def kill_one(self, ledger, delay):
        """Whether it came to be killed before it was done."""
        process = program.start(*self.importing(ledger))
        time.sleep(delay)
        process.kill()
        process.communicate()
        self.assertIn(process.returncode, (0, -9))
        return process.returncode == -9

    def entries_after(self, ledger):
        """None where there is no ledger yet."""
        if not os.path.exists(ledger):
            return None
        ran = program.run("verify", ledger, "--json")
        if ran.code == 0:
            return int(json.loads(ran.out).get("entries", 0))
        # A file that was being made has nothing in it that could be lost.
        reasons = [fault.reason for fault in program.faults(ran.err)]
        self.assertEqual(reasons, ["NOT_A_LEDGER"], ran.err)
        return None

    def rounds(self, count, prepare, allowed):
        """Kills at delays from none to a whole import's; after each, all is
        in order, and the import can be done again."""
        prepare(self.path("whole.duban"))
        whole, duration = self.undisturbed(self.path("whole.duban"))
        allowed = allowed | {whole.entries}
        chance = random.Random(count)
        delays = [0.0] + [chance.uniform(0, duration)
                          for _ in range(count - 1)]
        killed = 0
        for number, delay in enumerate(delays):
            with self.subTest(f"killed after {1000 * delay:.1f} ms"):
                ledger = self.path(f"{number}.duban")
                prepare(ledger)
                killed += self.kill_one(ledger, delay)
                self.assertIn(self.entries_after(ledger), allowed)
                again, _ = self.undisturbed(ledger)
                self.assertEqual((again.entries, again.head),
                                 (whole.entries, whole.head))
                self.assertEqual(self.entries_after(ledger), whole.entries)
            for name in os.listdir(self.folder):
                if name.startswith(f"{number}."):
                    os.remove(self.path(name))
        self.assertGreater(killed, 0)

    def test_into_a_new_ledger(self):
        # Nothing yet, or a ledger without entries; never the pack alone.
        self.rounds((ROUNDS + 1) // 2, lambda ledger: None, {None, 0})

    def test_into_a_ledger_in_use(self):
        folder = self.path("part")
        os.mkdir(folder)
        for table in ("organizations", "persons", "posts"):
            tables.write(folder, table, *tables.read(self.year, table))
        base = self.path("base.duban")
        before = self.imports(base, folder)
        self.rounds(ROUNDS // 2, lambda ledger: shutil.copyfile(base, ledger),
                    {before.entries})


class OutOfSpace(program.CommandTest):
    """A file that cannot grow: what the disk of a full machine does."""

    def test_import_says_so_and_leaves_whole_batches(self):
        whole = self.imports(self.path("whole.duban"), program.generated())
        size = os.path.getsize(self.path("whole.duban"))
        for share in (0.001, 0.02, 0.1, 0.5, 0.9):
            with self.subTest(share):
                ledger = self.path(f"{share}.duban")
                ran = program.run(
                    "import", ledger, program.generated(), "--pack",
                    program.PACK, preexec_fn=limit_files(int(share * size)))
                self.assertEqual(ran.code, 3, ran)
                self.assertEqual(ran.out, "")
                self.assertEqual(len(program.faults(ran.err)), 1, ran.err)
                after = program.run("verify", ledger, "--json")
                if after.code == 0:
                    entries = json.loads(after.out).get("entries", 0)
                    self.assertEqual(int(entries), 0)
                again = self.imports(ledger, program.generated())
                self.assertEqual(again.head, whole.head)


class AtOnce(program.CommandTest):

    def test_several_imports_into_one_new_ledger(self):
        whole = self.imports(self.path("whole.duban"), program.generated())
        ledger = self.path("a.duban")
        running = [program.start("import", ledger, program.generated(),
                                 "--pack", program.PACK) for _ in range(4)]
        written = []
        for process in running:
            out, err = process.communicate(timeout=120)
            self.assertEqual((process.returncode, err), (0, b""))
            said = program.written(out.decode())
            self.assertEqual(said.head, whole.head)
            written.append(said.written)
        # One of them wrote it all, and the others found it there.
        self.assertEqual(sorted(written), [0, 0, 0, whole.written])
        self.assertEqual(self.verified(ledger)["head"]["digest"], whole.head)

    def test_reading_while_another_writes(self):
        ledger = self.path("a.duban")
        part = self.path("part")
        os.mkdir(part)
        tables.write(part, "organizations",
                     *tables.read(program.generated(), "organizations"))
        before = self.imports(ledger, part)
        process = program.start("import", ledger, program.generated(),
                                "--pack", program.PACK)
        seen = set()
        while process.poll() is None:
            found = self.json("list", ledger, "activities", "--json")
            seen.add(len(found))
            self.verified(ledger, "--head", before.head)
        process.communicate()
        self.assertEqual(process.returncode, 0)
        activities = len(tables.read(program.generated(), "activities")[1])
        self.assertLessEqual(seen, {0, activities})
        self.assertEqual(
            len(self.json("list", ledger, "activities", "--json")),
            activities)
