"""duban verify: a ledger that was changed past the journal is found out."""

import os
import random
import shutil
import sqlite3

import program
import tables

FLIPS = 2000 if program.DEEP else 200


def kept(ledger):
    """All that a ledger keeps of its entries: (sequence, what, bytes)."""
    # Immutable, so that SQLite leaves no files of a log beside it.
    database = sqlite3.connect(f"file:{ledger}?immutable=1", uri=True)
    try:
        for sequence, payload, digest in database.execute(
                "SELECT sequence, payload, digest FROM entry"):
            yield sequence, "payload", payload
            yield sequence, "digest", digest
    finally:
        database.close()


class OneByte(program.CommandTest):

    def setUp(self):
        super().setUp()
        self.ledger = shutil.copyfile(program.ledger_of(program.SMALL),
                                      self.path("a.duban"))
        self.assertEqual(os.listdir(self.folder), ["a.duban"])
        with open(self.ledger, "rb") as file:
            self.bytes = file.read()

    def offsets(self, count, seed):
        """Places in the file of bytes of payloads and digests. A page may
        still hold bytes that are nobody's, so that only those are taken that
        stand in the file once."""
        chance = random.Random(seed)
        found = list(kept(self.ledger))
        places = {}
        while len(places) < count:
            sequence, what, blob = chance.choice(found)
            at = chance.randrange(len(blob))
            begin = max(0, at - 15)
            around = blob[begin:begin + 30]
            if len(around) >= 10 and self.bytes.count(around) == 1:
                place = self.bytes.index(around) + at - begin
                places[place] = (sequence, what)
        return places

    def flip(self, place, mask):
        with open(self.ledger, "r+b") as file:
            file.seek(place)
            file.write(bytes([self.bytes[place] ^ mask]))

    def test_is_found_wherever_it_is(self):
        chance = random.Random(2021)
        places = self.offsets(FLIPS, seed=5)
        for what in ("payload", "digest"):
            self.assertGreater(sum(w == what for _, w in places.values()),
                               FLIPS // 10)
        for place, (sequence, what) in places.items():
            with self.subTest(f"{what} of entry {sequence}, byte {place}"):
                self.flip(place, 1 << chance.randrange(8))
                found = self.fails(1, "verify", self.ledger)
                self.assertIn("JOURNAL_BROKEN", {f.reason for f in found})
                # The entry itself; past the last, the head row.
                self.assertIn(sequence, {f.row for f in found}, found)
                self.flip(place, 0)
        self.assertEqual(self.verified(self.ledger)["entries"],
                         str(tables.row_count(program.SMALL) +
                             program.ADOPTION))
        with open(self.ledger, "rb") as file:
            self.assertEqual(file.read(), self.bytes, "verify wrote to it")
        self.assertEqual(os.listdir(self.folder), ["a.duban"])

    def test_what_is_computed_from_such_a_ledger_fails_too(self):
        for place in self.offsets(10, seed=6):
            self.flip(place, 4)
            for arguments in (
                    ("assess", self.ledger, "--pack", program.PACK,
                     "--as-of", program.AS_OF),
                    ("list", self.ledger, "activities"),
                    ("import", self.ledger, program.SMALL, "--pack",
                     program.PACK)):
                with self.subTest(f"{arguments[0]}, byte {place}"):
                    ran = program.run(*arguments)
                    self.assertNotEqual(ran.code, 0)
                    self.assertEqual(ran.out, "")
            self.flip(place, 0)

    def test_head_row(self):
        head = bytes.fromhex(self.verified(self.ledger)["head"]["digest"])
        places = [at for at in range(len(self.bytes))
                  if self.bytes.startswith(head, at)]
        self.assertGreaterEqual(len(places), 2)  # the entry's, the head row's
        broken = 0
        for place in places:
            self.flip(place, 1)
            broken += program.run("verify", self.ledger).code == 1
            self.flip(place, 0)
        self.assertGreaterEqual(broken, 2)


class Rows(program.CommandTest):
    """What somebody with sqlite3 at hand could do."""

    def test_is_found(self):
        for change in (
                "DELETE FROM entry WHERE sequence = 40",
                "DELETE FROM entry WHERE sequence > 100",
                "UPDATE entry SET sequence = 1000 WHERE sequence = 100",
                "UPDATE entry SET batch = batch + 1 WHERE sequence = 7",
                "UPDATE entry SET payload = (SELECT payload FROM entry WHERE "
                "sequence = 9) WHERE sequence = 8",
                "UPDATE head SET sequence = sequence - 1",
                "DELETE FROM head",
                "INSERT INTO entry SELECT sequence + 1, batch, payload, "
                "digest FROM entry ORDER BY sequence DESC LIMIT 1",
                "CREATE TRIGGER t AFTER INSERT ON entry BEGIN DELETE FROM "
                "entry; END",
                "CREATE VIEW v AS SELECT * FROM entry",
        ):
            with self.subTest(change):
                ledger = self.path("a.duban")
                shutil.copyfile(program.ledger_of(program.SMALL), ledger)
                database = sqlite3.connect(ledger)
                with database:
                    database.execute(change)
                database.close()
                self.fails(1, "verify", ledger)


class KnownHead(program.CommandTest):

    def setUp(self):
        super().setUp()
        self.ledger = self.path("a.duban")
        part = self.path("part")
        os.mkdir(part)
        headings, rows = tables.read(program.generated(), "organizations")
        tables.write(part, "organizations", headings, rows)
        self.earlier = self.imports(self.ledger, part)
        self.later = self.imports(self.ledger, program.generated())

    def test_earlier_and_latest_head(self):
        for head in (self.earlier.head, self.later.head,
                     self.earlier.head.upper()):
            out = self.done("verify", self.ledger, "--head", head)
            self.assertIn("完整 intact", out)
            self.assertIn(self.later.head, out)

    def test_any_other_head(self):
        chance = random.Random(9)
        for _ in range(5):
            head = f"{chance.getrandbits(256):064x}"
            found = self.fails(1, "verify", self.ledger, "--head", head)
            self.assertEqual([f.reason for f in found], ["HEAD_NOT_FOUND"])

    def test_older_copy_of_the_file(self):
        # Whole in itself; only the head that was written down tells.
        older = self.path("older.duban")
        part = self.path("part")
        said = self.imports(older, part)
        self.assertEqual(said.head, self.earlier.head)
        self.verified(older)
        self.fails(1, "verify", older, "--head", self.later.head)

    def test_what_is_no_digest_is_a_fault_of_the_call(self):
        for head in ("", "zz", self.later.head[:-1], self.later.head + "0"):
            with self.subTest(head):
                self.fails(2, "verify", self.ledger, "--head", head)


class Reports(program.CommandTest):

    def test_entries_batches_and_head(self):
        ledger = self.path("a.duban")
        said = self.imports(ledger, program.SMALL)
        self.assertEqual(said.entries, tables.row_count(program.SMALL) +
                         program.ADOPTION)
        self.assertEqual(self.verified(ledger), {
            "entries": str(said.entries), "batches": "1",
            "head": {"sequence": str(said.entries), "digest": said.head}})
        self.assertIn(f"{said.entries} 条 entries, 1 批 batches",
                      self.done("verify", ledger))

    def test_files_that_are_no_ledger(self):
        text = self.write("a.txt", "组织\n")
        empty = self.write("empty", "")
        other = self.path("other.db")
        database = sqlite3.connect(other)
        with database:
            database.execute("CREATE TABLE entry(sequence)")
        database.close()
        for path, reason in ((text, "NOT_A_LEDGER"),
                             (empty, "NOT_A_LEDGER"),
                             (other, "NOT_A_LEDGER"),
                             (self.folder, "NOT_A_LEDGER"),
                             (self.path("none"), "LEDGER_NOT_FOUND")):
            for command in ("verify", "list"):
                with self.subTest(f"{command} {os.path.basename(path)}"):
                    table = ["persons"] if command == "list" else []
                    found = self.fails(1, command, path, *table)
                    self.assertEqual([f.reason for f in found], [reason])

    def test_another_programs_database_is_left_alone(self):
        other = self.path("other.db")
        database = sqlite3.connect(other)
        with database:
            database.execute("CREATE TABLE notes(text)")
        database.close()
        with open(other, "rb") as file:
            before = file.read()
        self.fails(1, "import", other, program.SMALL, "--pack", program.PACK)
        with open(other, "rb") as file:
            self.assertEqual(file.read(), before)
