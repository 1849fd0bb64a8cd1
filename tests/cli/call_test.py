"""Exit codes and streams: 0 done, 1 the input is at fault, 2 the call is, 3
the machine is."""

import os
import re
import resource
import shutil
import signal
import stat
import subprocess

import program


def limit_files(size):
    """For a child: no file past this size, and an error for a signal."""
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    return limit


class Calls(program.CommandTest):

    WRONG = [
        (), ("frob",), ("check",), ("test",), ("eval",), ("import",),
        ("import", "a.duban"), ("import", "a.duban", "folder"),
        ("list", "a.duban"), ("show", "a.duban"), ("verify",),
        ("duties", "a.duban"), ("assess", "a.duban", "--pack", "p"),
        ("assess", "a.duban", "--as-of", "2021-12-31"),
        ("explain", "a.duban", "--pack", "p", "--as-of", "2021-12-31"),
        ("check", "p", "--no-such-option"), ("check", "p", "q"),
        ("list", "a.duban", "persons", "--format", "xml"),
        ("list", "a.duban", "persons", "--limit", "-1"),
        ("list", "a.duban", "persons", "--limit", "many"),
        ("duties", "a.duban", "--pack", "p", "--as-of", "2021-12-31",
         "--state", "late"),
        ("explain", "a.duban", "m1", "--pack", "p", "--as-of", "2021-12-31",
         "--format", "csv"),
        ("list", "a.duban", "nothing"),
        ("verify", "a.duban", "--head", "abc"),
        ("days",), ("days", "p", "--against"),
        ("reminders", "a.duban", "--pack", "p"),
        ("reminders", "a.duban", "--pack", "p", "--as-of", "2021-12-31",
         "--within", "-1"),
    ]

    def test_wrong_calls(self):
        for arguments in self.WRONG:
            with self.subTest(" ".join(arguments)):
                ran = program.run(*arguments, cwd=self.folder)
                self.assertEqual((ran.code, ran.out), (2, ""))
                self.assertNotEqual(ran.err, "")
        self.assertEqual(os.listdir(self.folder), [])

    def test_wrong_calls_are_told_in_both_languages(self):
        in_one = []
        for arguments in self.WRONG:
            err = program.run(*arguments, cwd=self.folder).err
            if not re.search("[\u4e00-\u9fff]", err) or not re.search(
                    "[a-z]{3}", err):
                in_one.append(" ".join(arguments))
        self.assertEqual(in_one, [])

    def test_what_is_missing_or_wrong_is_named(self):
        for word, *arguments in (
                ("--as-of", "assess", "a.duban", "--pack", "p"),
                ("--pack", "import", "a.duban", "folder"),
                ("frob", "frob"), ("LEDGER", "verify"),
                ("--no-such-option", "check", "p", "--no-such-option"),
                ("xml", "list", "a.duban", "persons", "--format", "xml")):
            with self.subTest(" ".join(arguments)):
                self.assertIn(word, program.run(*arguments).err)

    def test_numbers_out_of_range_without_noise(self):
        err = program.run("list", "a", "persons", "--limit", "-1").err
        self.assertLess(len(err), 300)

    def test_help_and_version(self):
        for arguments in (["--help"], ["-h"], ["--version"]):
            self.assertNotEqual(self.done(*arguments), "")
        commands = ["check", "test", "eval", "import", "list", "show",
                    "verify", "duties", "assess", "explain", "reminders",
                    "days"]
        text = self.done("--help")
        for command in commands:
            self.assertIn(f"  {command} ", text)
            self.assertIn("Usage", self.done(command, "--help"))
        self.assertRegex(self.done("--version"), r"^duban \d+\.\d+\.\d+")


class Input(program.CommandTest):

    def setUp(self):
        super().setUp()
        self.ledger = program.ledger_of(program.SMALL)
        self.on = ("--pack", program.PACK, "--as-of", program.AS_OF)

    def failing(self):
        """Reason, and a call whose input is at fault."""
        ledger, pack = self.ledger, program.PACK
        none = self.path("none")
        for command in (["list", none, "persons"], ["show", none, "m1"],
                        ["verify", none], ["duties", none, *self.on],
                        ["assess", none, *self.on],
                        ["explain", none, "m1", *self.on]):
            yield "LEDGER_NOT_FOUND", command
        for command in (["test", none],
                        ["import", self.path("a"), program.SMALL, "--pack",
                         none],
                        ["assess", ledger, "--pack", none, "--as-of",
                         program.AS_OF]):
            yield "PACK_NOT_FOUND", command
        yield "DIRECTORY_NOT_FOUND", [
            "import", self.path("none", "a.duban"), program.SMALL, "--pack",
            pack]
        yield "SUBJECT_NOT_FOUND", ["explain", ledger, "m99", *self.on]
        yield "UNKNOWN_SCHEME", ["assess", ledger, *self.on, "--scheme", "x"]
        yield "BAD_DATE", ["assess", ledger, "--pack", pack, "--as-of",
                           "2021-02-29"]
        yield "BAD_DATE", ["duties", ledger, "--pack", pack, "--as-of",
                           "today"]
        yield "BAD_DATE", ["list", ledger, "matters", "--as-of", "2021",
                           "--where", "matter.closed"]
        yield "HEAD_NOT_FOUND", ["verify", ledger, "--head", "1" * 64]

    def test_faults_go_to_standard_error_alone(self):
        for reason, arguments in self.failing():
            with self.subTest(" ".join(arguments[:1]) + " " + reason):
                ran = program.run(*arguments)
                self.assertEqual((ran.code, ran.out), (1, ""))
                found = program.faults(ran.err)
                self.assertIn(reason, {f.reason for f in found})
                for fault in found:
                    zh, _, en = fault.text.partition(" / ")
                    self.assertRegex(zh, "[\u4e00-\u9fff]")
                    self.assertRegex(en, "[a-z]{3}")
        self.assertEqual(os.listdir(self.folder), [])

    def test_nobody_of_that_name(self):
        # Neither of the two says "nothing owed" of who is not there.
        for command in ("explain", "duties"):
            with self.subTest(command):
                more = ["m99"] if command == "explain" else ["--subject",
                                                             "m99"]
                found = self.fails(1, command, self.ledger, *more, *self.on)
                self.assertEqual([f.reason for f in found],
                                 ["SUBJECT_NOT_FOUND"])

    def test_messages_of_the_life_of_a_matter(self):
        # p2 is archived, p3 is in progress and has no reason to be returned.
        self.write("t/matter_steps.csv",
                   "id,matter,action,date,by,reason\n"
                   "x1,p2,start,2021-12-30,m3,\n"
                   "x2,p3,suspend,2021-12-30,m1,\n"
                   "x3,p3,verify,2021-12-30,m1,\n")
        ledger = shutil.copyfile(self.ledger, self.path("a.duban"))
        found = self.fails(1, "import", ledger, self.path("t"), "--pack",
                           program.PACK)
        texts = {fault.row: fault.text for fault in found}
        for row, words in ((1, ["已归档", "开始办理", "archived", "start"]),
                           (2, ["中止", "suspend"]),
                           (3, ["办理中", "复核通过", "in_progress",
                                "verify"])):
            for word in words:
                self.assertIn(word, texts[row])


class Machine(program.CommandTest):

    def assess(self, *more, **how):
        return program.run(
            "assess", program.ledger_of(program.generated()), "--pack",
            program.PACK, "--as-of", program.AS_OF, "--json", *more, **how)

    def test_full_device(self):
        for arguments in (
                ["list", program.ledger_of(program.SMALL), "activities"],
                ["assess", program.ledger_of(program.SMALL), "--pack",
                 program.PACK, "--as-of", program.AS_OF],
                ["eval", "1"], ["check", program.PACK],
                ["verify", program.ledger_of(program.SMALL)]):
            with self.subTest(arguments[0]), open("/dev/full", "wb") as full:
                process = subprocess.Popen(
                    [program.binary, *arguments], stdout=full,
                    stderr=subprocess.DEVNULL)
                self.assertEqual(process.wait(timeout=60), 3)

    def test_output_is_written_whole(self):
        path = self.path("out.json")
        self.assertEqual(self.assess("-o", path), (0, "", ""))
        with open(path, encoding="utf-8") as file:
            self.assertEqual(file.read(), self.assess().out)
        self.assertEqual(os.listdir(self.folder), ["out.json"])

    def test_output_that_cannot_be_written_leaves_what_was_there(self):
        path = self.write("out.json", "before\n")
        # More than the index of the log, which readers share, needs.
        ran = self.assess("-o", path, preexec_fn=limit_files(60_000))
        self.assertEqual((ran.code, ran.out), (3, ""))
        self.assertIn("out.json", ran.err)
        with open(path, encoding="utf-8") as file:
            self.assertEqual(file.read(), "before\n")
        self.assertEqual(os.listdir(self.folder), ["out.json"])

    def test_output_in_a_place_that_is_not_there(self):
        for path in (self.path("none", "out.json"), self.folder):
            ran = self.assess("-o", path)
            self.assertEqual((ran.code, ran.out), (3, ""))
            self.assertIn(path, ran.err)
        self.assertEqual(os.listdir(self.folder), [])

    def test_output_is_left_alone_where_the_input_is_at_fault(self):
        path = self.write("out.json", "before\n")
        ran = self.assess("-o", path, "--scheme", "none")
        self.assertEqual(ran.code, 1)
        with open(path, encoding="utf-8") as file:
            self.assertEqual(file.read(), "before\n")


class ReadOnly(program.CommandTest):
    """A folder that the user cannot write to. The superuser can write
    anywhere, so that a copy of the program is run as another user then."""

    def setUp(self):
        super().setUp()
        self.how = {}
        if os.geteuid() == 0:
            self.how = {"user": 65534, "group": 65534, "extra_groups": [],
                        "program": shutil.copy(program.binary,
                                               self.path("duban"))}
            os.chmod(self.folder, 0o755)
            shutil.copytree(program.EXAMPLE, self.path("example"))
        self.example = (self.path("example") if self.how else
                        program.EXAMPLE)
        self.pack = os.path.join(self.example, "pack")
        self.closed = self.path("closed")
        os.mkdir(self.closed)
        self.ledger = shutil.copyfile(program.ledger_of(program.SMALL),
                                      self.path("closed", "a.duban"))
        os.chmod(self.ledger, stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)
        os.chmod(self.closed, 0o555)
        self.addCleanup(os.chmod, self.closed, 0o755)

    def test_no_ledger_can_be_made_or_written_there(self):
        for ledger in (self.path("closed", "new.duban"), self.ledger):
            ran = program.run("import", ledger,
                              os.path.join(self.example, "small"), "--pack",
                              self.pack, **self.how)
            self.assertEqual((ran.code, ran.out), (3, ""), ran)
            self.assertEqual(len(program.faults(ran.err)), 1, ran.err)
        self.assertEqual(os.listdir(self.closed), ["a.duban"])

    def test_a_ledger_there_can_be_read(self):
        self.assertEqual(
            self.done("list", self.ledger, "persons", **self.how),
            self.done("list", program.ledger_of(program.SMALL), "persons"))
        self.assertIn("完整 intact",
                      self.done("verify", self.ledger, **self.how))
        self.assertEqual(os.listdir(self.closed), ["a.duban"])
