"""duban export, digest, --at: a ledger that moves, and a ledger's past."""

import os

import program


class Export(program.CommandTest):

    def setUp(self):
        super().setUp()
        self.ledger = program.ledger_of(program.SMALL)

    def digest(self, ledger, *more):
        return self.done("digest", ledger, *more).strip()

    def test_comes_back_to_the_same_digest(self):
        for language in ("en", "zh"):
            for encoding in ("utf-8", "gb18030"):
                with self.subTest(language=language, encoding=encoding):
                    name = f"{language}-{encoding}"
                    out = self.path(name)
                    copy = self.path(name + ".duban")
                    self.done("export", self.ledger, out, "--unmasked",
                              "--language", language, "--encoding", encoding)
                    self.done("import", copy, out)
                    self.assertEqual(self.digest(copy),
                                     self.digest(self.ledger))

    def test_masked_says_that_it_cannot_come_back(self):
        ran = program.run("export", self.ledger, self.path("out"))
        self.assertEqual(ran.code, 0)
        self.assertIn("--unmasked", ran.err)

    def test_some_tables_only(self):
        found = self.json("export", self.ledger, self.path("out"), "--unmasked", "--table",
                          "活动", "--table", "persons", "--json")
        self.assertEqual(found["files"], "2")
        self.assertEqual(sorted(os.listdir(self.path("out"))),
                         ["activities.csv", "persons.csv"])

    def test_nothing_is_written_over(self):
        self.done("export", self.ledger, self.path("out"), "--unmasked", "--table",
                  "persons")
        found, = self.fails(1, "export", self.ledger, self.path("out"))
        self.assertEqual(found.reason, "FOLDER_NOT_EMPTY")

    def test_without_packs_of_its_own_a_folder_needs_one(self):
        out = self.path("out")
        self.done("export", self.ledger, out, "--unmasked",
                  "--table", "organizations")
        ran = program.run("import", self.path("l.duban"), out)
        self.assertEqual(ran.code, 2)
        self.assertIn("--pack", ran.err)

    def test_the_digest_as_json_with_the_entry(self):
        found = self.json("digest", self.ledger, "--json")
        self.assertEqual(found["state_digest"], self.digest(self.ledger))
        self.assertGreater(int(found["sequence"]), 0)


class ListMore(program.CommandTest):

    def setUp(self):
        super().setUp()
        self.ledger = program.ledger_of(program.SMALL)

    def test_order_columns_and_pages(self):
        arguments = ("list", self.ledger, "activities", "--order-by",
                     "minutes", "--order-by", "activity.date", "--descending",
                     "--columns", "id,时长（分钟）", "--page-size", "2",
                     "--format", "csv")
        ran = program.run(*arguments)
        self.assertEqual(ran.out.splitlines()[:2], ["id,minutes", "a16,600"])
        token = ran.err.split("--page ")[1].strip()
        following = program.run(*arguments, "--page", token)
        self.assertEqual(len(following.out.splitlines()), 3)
        self.assertNotIn("a16", following.out)

    def test_faults_name_the_option(self):
        for option, value, reason in (
                ("--order-by", "activity.minuts", "UNKNOWN_FIELD"),
                ("--columns", "minuts", "UNKNOWN_COLUMN"),
                ("--page", "x", "BAD_PAGE_TOKEN"),
                ("--as-of", "2021-02-30", "BAD_DATE")):
            with self.subTest(option):
                found, = self.fails(1, "list", self.ledger, "activities",
                                    option, value)
                self.assertEqual((found.file, found.reason), (option, reason))


class Past(program.CommandTest):

    def test_a_ledger_as_it_was(self):
        ledger = self.path("l.duban")
        self.imports(ledger, program.SMALL)
        then = self.done("digest", ledger)
        entry = self.json("digest", ledger, "--json")["sequence"]
        self.write("more/activities.csv",
                   "id,kind,date,minutes,participants\n"
                   "new,party-lecture,2021-12-01,60,m1\n")
        self.imports(ledger, self.path("more"))
        self.assertNotEqual(self.done("digest", ledger), then)
        self.assertEqual(self.done("digest", ledger, "--at", entry), then)
        found, = self.fails(1, "show", ledger, "new", "--at", entry)
        self.assertEqual(found.reason, "RECORD_NOT_FOUND")
        found, = self.fails(1, "list", ledger, "persons", "--at", "2")
        self.assertEqual(found.reason, "ENTRY_WITHIN_BATCH")
        found, = self.fails(1, "list", ledger, "persons", "--at", "99999")
        self.assertEqual(found.reason, "ENTRY_NOT_FOUND")
