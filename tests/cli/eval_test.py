"""duban eval: what an expression is, and why."""

import json

import program


def width(text):
    """Columns that a terminal gives to it."""
    return len(text) + sum(c > "\u2e80" for c in text)


class Eval(program.CommandTest):

    def value(self, *arguments):
        return self.done("eval", *arguments).strip()

    def test_values_and_types(self):
        for expected, *arguments in (
                ("3  : int", "1 + 2"),
                ("3  : int", "7 / 2"), ("3.5  : decimal", "7.0 / 2"),
                ("true  : bool", "0.1 + 0.2 == 0.3"),
                ('"ab"  : string', "'a' + 'b'"),
                ("29.25  : decimal", "min(30 * minutes / 1200, 30)", "--var",
                 "minutes=1170"),
                ("5  : decimal", "a * 2 + b", "--var", "a=1.5", "--var",
                 "b=2"),
                ("true  : bool", "day < date('2021-12-31')", "--var",
                 "day=2021-10-27"),
                ("false  : bool", "done && !late", "--var", "done=true",
                 "--var", "late=true"),
                ("true  : bool", "姓名.startsWith('王')", "--var",
                 "姓名=王敏"),
                ('"a=b"  : string', "x", "--var", "x=a=b"),
                ('""  : string', "x", "--var", "x="),
                ("date('2021-12-31')  : date", "as_of", "--var",
                 "as_of=2021-12-31"),
                ("3  : int", "xs.size()", "--var", "xs=[1, 2, 3]"),
                ("2.5  : decimal", "m.a", "--var", "m={'a': 2.5}"),
                ('"[x"  : string', "x", "--var", "x='[x'")):
            with self.subTest(" ".join(arguments)):
                self.assertEqual(self.value(*arguments), expected)

    def test_caret_stands_under_the_fault(self):
        for text, under in (("1 + ", " "), ("a + 名", "名"),
                            ("'你好' + 1 * true", "*"), ("'两在两同' + 名", "名"),
                            ("minn(1, 2)", "minn")):
            with self.subTest(text):
                ran = program.run("eval", text, "--var", "a=1")
                self.assertEqual((ran.code, ran.out), (1, ""))
                lines = ran.err.rstrip("\n").split("\n")
                at = lines.index(text)
                before = text[:text.rindex(under)] if under.strip() else text
                self.assertEqual(lines[at + 1].index("^"), width(before),
                                 ran.err)
                found, = program.faults(ran.err)
                self.assertEqual((found.line, found.column),
                                 (1, len(before) + 1))

    def test_fault_while_it_is_worked_out(self):
        for reason, line, column, text in (
                ("DIVISION_BY_ZERO", 1, 4, "10 / (a - 1)"),
                ("DIVISION_BY_ZERO", 1, 14, "2 * max(3, 1 / (a - 1))"),
                ("DIVISION_BY_ZERO", 1, 19,
                 "'你好名字' + string(1 / (a - 1))"),
                ("DIVISION_BY_ZERO", 1, 23,
                 "['很长'].map(字, size(字) / 0)"),
                ("NO_SUCH_KEY", 1, 21, "('一二三' + {'a': 'b'}.c)"),
                ("INT_OVERFLOW", 2, 6,
                 "false ||\n名[0] + 9223372036854775807 > 0")):
            variables = ["--var", "a=1", "--var", "名=[1]"]
            for mode in ([], ["--json"]):
                with self.subTest(text=text, mode=mode):
                    ran = program.run("eval", text, *variables, *mode)
                    self.assertEqual(ran.code, 1)
                    found, = program.faults(ran.err)
                    self.assertEqual((found.reason, found.line, found.column),
                                     (reason, line, column))
                    self.assertIn(" / ", found.text)  # both languages
                    shown, under = ran.err.rstrip("\n").split("\n")[-2:]
                    self.assertEqual(shown, text.split("\n")[line - 1])
                    self.assertEqual(under.strip(), "^")
                    self.assertEqual(under.index("^"),
                                     width(shown[:column - 1]))
                    if mode:
                        self.assertEqual(json.loads(ran.out)["error"], reason)
                    else:
                        self.assertEqual(ran.out, "")

    def test_variables_that_cannot_be(self):
        for variables in (["x"], ["=1"], ["x=1", "x=2"], ["x=[1"],
                          ["x={'a': 1/0}"], ["x='"], ["y=1", "x=[y]"]):
            with self.subTest(variables):
                arguments = [word for variable in variables
                             for word in ("--var", variable)]
                ran = program.run("eval", "1", *arguments)
                self.assertEqual((ran.code, ran.out), (2, ""))
                self.assertIn(variables[-1], ran.err)

    def test_nothing_of_the_machine_gets_in(self):
        for text in ("now()", "today()", "env('HOME')", "random()"):
            with self.subTest(text):
                self.fails(1, "eval", text)

    def test_hostile_expressions_end_soon(self):
        for text in ("(" * 100_000, "1" + "+1" * 100_000, "-" * 100_000 + "1",
                     "[" * 5_000 + "]" * 5_000, "9" * 10_000,
                     "'" + "x" * 1_000_000, "\ud83d\ude00".encode(
                         "utf-16", "surrogatepass").decode("utf-16") * 1000,
                     "[1,2,3].map(a, [1,2,3].map(b, [1,2,3].map(c, a)))" +
                     ".size()" * 500):
            # What execve takes as one argument has an end of its own.
            text = text[:120_000]
            with self.subTest(text[:20]):
                arguments = ["eval", "--", text]
                self.assertIn(program.run(*arguments).code, (0, 1))


class Strict(program.CommandTest):

    def value(self, *arguments):
        return self.done("eval", "--strict", *arguments).strip()

    def test_values_and_types(self):
        for expected, *arguments in (
                ("0.30000000000000004  : double", "0.1 + 0.2"),
                ("3u  : uint", "1u + 2u"),
                ('b"\\xff"  : bytes', "b'\\xff'"),
                ("timestamp('2021-10-28T00:30:00Z')  : timestamp",
                 "timestamp('2021-10-27T23:30:00Z') + duration('1h')"),
                ('"a has 3"  : string', "'%s has %d'.format(['a', 3])"),
                ("2.5  : dyn", "math.greatest(1, 2.5)"),
                ("true  : bool",
                 "cidr('10.0.0.0/8').containsIP('10.1.2.3')"),
                ("{0: 2}  : map(int, int)",
                 "[1].transformMap(i, v, v * 2)"),
                ("optional.of(2)  : optional_type(int)",
                 "optional.of(1).optMap(x, x + 1)"),
                ('duban.v1.Person{id: "a"}  : duban.v1.Person',
                 "duban.v1.Person{id: 'a'}")):
            with self.subTest(arguments[0]):
                self.assertEqual(self.value(*arguments), expected)

    def test_what_variables_are(self):
        for text, expected in (
                ("true", "true  : bool"), ("12", "12  : int"),
                ("-12", "-12  : int"), ("12u", "12u  : uint"),
                ("18446744073709551615u", "18446744073709551615u  : uint"),
                ("1.5", "1.5  : double"), ("-1e3", "-1000.0  : double"),
                ("null", "null  : null"), ("text", '"text"  : string'),
                ('"12"', '"12"  : string'), ("'a\\n'", '"a\\n"  : string'),
                ("[1, 2]", "[1, 2]  : list(int)"),
                ('{"a": [1.5, null]}', '{"a": [1.5, null]}  : '
                 "map(string, list(dyn))"),
                ("2021-12-31", '"2021-12-31"  : string'),
                ("12-3", '"12-3"  : string'), ("-", '"-"  : string'),
                ("inf", '"inf"  : string'), ("-u", '"-u"  : string'),
                ("1u2", '"1u2"  : string'),
                ("", '""  : string')):
            with self.subTest(text):
                self.assertEqual(self.value("x", "--var", f"x={text}"),
                                 expected)

    def test_it_is_another_language(self):
        for text, reason in (("sum([1])", "UNKNOWN_FUNCTION"),
                             ("date('2021-10-27')", "UNKNOWN_FUNCTION"),
                             ("1 + 1.0", "NO_OVERLOAD"),
                             ("18446744073709551615u + 1u", "UINT_OVERFLOW"),
                             ("'a'.matches('(')", "BAD_PATTERN")):
            with self.subTest(text):
                found, = self.fails(1, "eval", "--strict", text)
                self.assertEqual(found.reason, reason)


class Explained(program.CommandTest):

    def test_every_part_has_its_line(self):
        text = ("姓名 == '王敏' && size(姓名) / 2 > 2 ? '好' : "
                "'坏' + 姓名")
        out = self.done("eval", text, "--var", "姓名=王敏", "--explain")
        lines = out.splitlines()
        self.assertEqual(lines[:2], ['"坏王敏"  : string', ""])
        self.assertEqual(lines[2].split(), ["部分", "part", "值", "value"])
        rows = [line.rsplit("  ", 1) for line in lines[4:]]
        self.assertEqual([(part.rstrip(), value) for part, value in rows], [
            (text, '"坏王敏"'),
            ("  姓名 == '王敏' && size(姓名) / 2 > 2", "false"),
            ("    姓名 == '王敏'", "true"),
            ("      姓名", '"王敏"'),
            ("    size(姓名) / 2 > 2", "false"),
            ("      size(姓名) / 2", "1"),
            ("        size(姓名)", "2"),
            ("          姓名", '"王敏"'),
            ("  '坏' + 姓名", '"坏王敏"'),
            ("    姓名", '"王敏"')])
        # Values stand below one another, whatever is before them.
        at = {width(line[:line.rindex("  ")]) for line in lines[4:]}
        self.assertEqual(len(at), 1, out)

    def test_parts_that_were_not_evaluated(self):
        for text, part in (("true ? 1 : 1 / 0", "1 / 0"),
                           ("x > 0 || 1 / 0 == x", "1 / 0 == x"),
                           ("x < 0 && 1 / 0 == x", "1 / 0 == x"),
                           ("[].all(y, y / 0 == x)", "y / 0 == x")):
            for mode in ([], ["--strict"]):
                with self.subTest(text=text, mode=mode):
                    arguments = ["eval", text, "--var", "x=1", "--explain",
                                 *mode]
                    line = self.done(*arguments).splitlines()[-1]
                    self.assertRegex(line, " +未计算 not evaluated$")
                    self.assertEqual(line.split("  未")[0].strip(), part)
                    found = self.json(*arguments, "--json")["parts"][-1]
                    self.assertEqual((found["text"], found["times"]),
                                     (part, 0))
                    self.assertNotIn("value", found)

    def test_how_often(self):
        out = self.done("eval", "[1, 2, 3].map(x, x > 1, x * 2)", "--explain")
        self.assertIn("次数 times", out)
        self.assertRegex(out, "(?m)^  x > 1 +3  true$")
        self.assertRegex(out, "(?m)^  x \\* 2 +2  6$")
        self.assertRegex(out, "(?m)^  \\[1, 2, 3\\] {5,}\\[1, 2, 3\\]$")
        self.assertNotIn("times", self.done("eval", "1 + 2", "--explain"))

    def test_of_what_fails_the_parts_are_shown(self):
        ran = program.run("eval", "x + 10 / (x - 1)", "--var", "x=1",
                          "--explain")
        self.assertEqual(ran.code, 1)
        self.assertEqual([f.reason for f in program.faults(ran.err)],
                         ["DIVISION_BY_ZERO"])
        self.assertRegex(ran.out,
                         r"(?m)^  10 / \(x - 1\) +error\(DIVISION_BY_ZERO\)$")
        self.assertRegex(ran.out, r"(?m)^    x - 1 +0$")

    def test_json(self):
        found = self.json("eval", "size('名\"') +\n x[0]", "--strict", "--var",
                          "x=[2, 3]", "--explain", "--format", "json")
        self.assertEqual(found, {
            "value": "4", "type": "int", "parts": [
                {"text": "size('名\"') +  x[0]", "line": 1, "column": 1,
                 "times": 1, "value": "4"},
                {"text": "size('名\"')", "line": 1, "column": 1,
                 "times": 1, "value": "2"},
                {"text": "x[0]", "line": 2, "column": 2, "times": 1,
                 "value": "2"},
                {"text": "x", "line": 2, "column": 2, "times": 1,
                 "value": "[2, 3]"}]})
        self.assertEqual(self.json("eval", "'\\n\u0001\u007f'", "--json"),
                         {"value": '"\\n\\x01\\x7f"', "type": "string"})
        ran = program.run("eval", "dyn('a') + 1", "--json", "--explain",
                          "--strict")
        self.assertEqual(ran.code, 1)
        found = json.loads(ran.out)
        self.assertEqual(found["error"], "NO_OVERLOAD")
        self.assertEqual([(p["text"], p.get("error"), p.get("value"))
                          for p in found["parts"]],
                         [("dyn('a') + 1", "NO_OVERLOAD", None),
                          ("dyn('a')", None, '"a"')])

    def test_into_a_file(self):
        path = self.path("out.json")
        self.assertEqual(
            self.done("eval", "1 + 1", "--json", "-o", path), "")
        with open(path, encoding="utf-8") as file:
            self.assertEqual(json.load(file)["value"], "2")

    def test_long_expressions_end_soon(self):
        for text in ("x" + " + x" * 9_000, "[" * 60 + "]" * 60,
                     "'" + "长" * 20_000 + "' + string(x)",
                     "[" + ", ".join(["x + x"] * 5_000) + "].size()"):
            for mode in ([], ["--json"]):
                with self.subTest(text=text[:20], mode=mode):
                    ran = program.run("eval", "--explain", "--var", "x=1",
                                      *mode, "--", text)
                    self.assertEqual((ran.code, ran.err), (0, ""))
                    self.assertLess(len(ran.out), 40_000_000)

    def test_other_formats_there_are_not(self):
        for name in ("csv", "text"):
            self.fails(2, "eval", "1", "--format", name)
