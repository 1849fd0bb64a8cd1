#!/usr/bin/env python3
"""Writes an invented year of the campaign as CSV tables.

    python3 generate.py OUT

Everybody in it is invented. The same tables come out every time: the only
source of chance is the small generator below, with a fixed seed.
"""

import csv
import datetime
import os
import sys

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高梁郑谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰飞鹏宇浩晨佳欣雨雪梅琳倩峰亮"

BRANCHES = 12
MEMBERS_EACH = 25
DEPARTMENTS = [
    ("student-affairs", "学生工作部"),
    ("academic-affairs", "教务处"),
    ("logistics", "后勤保障处"),
    ("personnel", "人事处"),
    ("library", "图书馆"),
    ("security", "保卫处"),
]
PRACTICAL = [
    ("learning", "图书馆延时开放"), ("learning", "自习座位增设"),
    ("living", "宿舍热水检修"), ("living", "食堂窗口增设"),
    ("living", "快递点调整"), ("safety", "夜间照明修复"),
    ("safety", "电动车充电整治"), ("career", "就业信息推送"),
    ("career", "简历门诊"), ("services", "报销流程简化"),
    ("services", "证明自助打印"), ("services", "办事大厅上线"),
]
LEVELS = ["very_dissatisfied", "dissatisfied", "fair", "satisfied",
          "very_satisfied"]


class Chance:
    """A linear congruential generator (the constants of Knuth's MMIX, the
    upper half used)."""

    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407
                      ) % 2**64
        return (self.state >> 33) % n

    def between(self, low, high):
        return low + self.below(high - low + 1)

    def percent(self, p):
        return self.below(100) < p

    def pick(self, items):
        return items[self.below(len(items))]

    def name(self):
        given = self.pick(GIVEN)
        if self.percent(60):
            given += self.pick(GIVEN)
        return self.pick(SURNAMES) + given


def day(text):
    return datetime.date.fromisoformat(text)


def shift(date, days):
    return date + datetime.timedelta(days=days)


class Tables:
    """Rows by table; ids count up within each."""

    COLUMNS = {
        "organizations": "id name kind parent",
        "persons": "id name organization kinds",
        "posts": "id person organization role rank since",
        "pairings": "id kind person organization partner_organization"
                    " partner_name since until",
        "matter_lists": "id title kind organization issued_on",
        "matters": "id title kind list parent organization lead"
                   " assisting_organizations measures listed_on due_on theme"
                   " beneficiaries.value beneficiaries.qualifier"
                   " beneficiaries.unit",
        "matter_steps": "id matter action date by to due_on outcome reason",
        "activities": "id kind date minutes participants organization title"
                      " pairing",
        "submissions": "id kind person recipients channels received_on title"
                       " matter",
        "ratings": "id kind level date person organization matter panel"
                   " rater",
        "adjustments": "id scheme person points date reason approver",
    }

    def __init__(self):
        self.rows = {name: [] for name in self.COLUMNS}

    def add(self, table, prefix="", **fields):
        if "id" not in fields:
            fields["id"] = f"{prefix}{len(self.rows[table]) + 1:05d}"
        columns = self.COLUMNS[table].split()
        row = []
        for column in columns:
            value = fields.pop(column.replace(".", "_"), "")
            if isinstance(value, (list, tuple)):
                value = ";".join(value)
            row.append(str(value))
        assert not fields, fields
        self.rows[table].append(row)
        return row[0]

    def write(self, folder):
        os.makedirs(folder, exist_ok=True)
        for name, columns in self.COLUMNS.items():
            path = os.path.join(folder, name + ".csv")
            with open(path, "w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(columns.split())
                writer.writerows(self.rows[name])


class Person:

    def __init__(self, id, branch, kind):
        self.id = id
        self.branch = branch
        self.kind = kind  # teacher, staff or student


def people(tables, chance):
    """The tree, 300 members, their posts."""
    tables.add("organizations", id="szcu", name="苏州城市学院",
               kind="university")
    members = []
    for number in range(1, BRANCHES + 1):
        branch = f"branch-{number:02d}"
        kind = ("teacher" if number <= 7 else
                "staff" if number <= 10 else "student")
        label = {"teacher": "教工", "staff": "机关", "student": "学生"}[kind]
        tables.add("organizations", id=branch, parent="szcu",
                   name=f"{label}第{number}党支部", kind="party-branch")
        for _ in range(MEMBERS_EACH):
            members.append(Person(f"p{len(members) + 1:03d}", branch, kind))
    for id, name in DEPARTMENTS:
        tables.add("organizations", id=id, name=name, kind="department",
                   parent="szcu")

    # The leaders belong to branches like everyone else: three each in the
    # three branches of the administration.
    staff = [p for p in members if p.kind == "staff"]
    leaders = [p for i, p in enumerate(staff) if i % MEMBERS_EACH < 3]
    heads = [p for i, p in enumerate(staff) if i % MEMBERS_EACH in (3, 4)]
    secretaries = [members[i * MEMBERS_EACH + 5] for i in range(BRANCHES)]
    cadres = {p.id for p in leaders + heads}
    for person in members:
        kinds = ["party-member", person.kind]
        if person.id in cadres:
            kinds.append("cadre")
        tables.add("persons", id=person.id, name=chance.name(),
                   organization=person.branch, kinds=kinds)

    for i, person in enumerate(leaders):
        tables.add("posts", "post-", person=person.id, organization="szcu",
                   role="head" if i < 2 else "committee-member",
                   rank="bureau" if i < 6 else "division",
                   since="2020-09-01")
    for person, (department, _) in zip(heads, DEPARTMENTS):
        tables.add("posts", "post-", person=person.id,
                   organization=department, role="department-head",
                   rank="division", since="2020-09-01")
    for person in secretaries:
        tables.add("posts", "post-", person=person.id,
                   organization=person.branch, role="branch-secretary",
                   since="2020-09-01")
    return members, leaders, heads, secretaries


def any_day(chance, first="2021-03-01", last="2021-12-24"):
    span = (day(last) - day(first)).days
    return shift(day(first), chance.below(span + 1))


def split(chance, total, parts):
    """`total` minutes in `parts` pieces of at least 30, in steps of 5."""
    assert total >= 30 * parts
    pieces = [30] * parts
    for _ in range((total - 30 * parts) // 5):
        pieces[chance.below(parts)] += 5
    pieces[0] += total - sum(pieces)
    return pieces


def service(tables, chance, members):
    """The four ones. About two thirds meet them; the others fail each in a
    way of their own."""
    together = {}
    for person in members:
        fate = chance.below(100)
        # What lacks, and the minutes in all.
        lacking, total = "", 5 * chance.between(244, 330)
        if fate < 60:
            together.setdefault(person.branch, []).append(person.id)
        elif fate < 68:
            total = 1200  # to the minute
        elif fate < 76:
            lacking = "dormitory-visit"
        elif fate < 83:
            total = 1170  # 19.5 hours
        elif fate < 88:
            lacking = "party-lecture"
        elif fate < 92:
            lacking = "voluntary-labour"
        else:
            lacking, total = "party-lecture", 5 * chance.between(30, 160)

        pairing = ""
        kinds = ["party-lecture", "volunteer-service", "voluntary-labour"]
        if lacking != "dormitory-visit":
            pairing = tables.add(
                "pairings", "pair-", kind="dormitory", person=person.id,
                partner_name=f"{chance.between(1, 9)}号楼"
                             f"{chance.between(1, 6)}"
                             f"{chance.between(1, 30):02d}室",
                since=any_day(chance, "2021-09-06", "2021-09-26"),
                until="2022-06-30")
            kinds.append("dormitory-visit")
        kinds = [kind for kind in kinds if kind != lacking]
        acts = kinds + [chance.pick(kinds) for _ in range(
            chance.between(3, 9))]
        if total < 30 * len(acts):
            acts = acts[:total // 30]
        for kind, minutes in zip(acts, split(chance, total, len(acts))):
            date = any_day(chance)
            if kind == "dormitory-visit":
                date = any_day(chance, "2021-10-01")
            tables.add("activities", "act-", kind=kind, date=date,
                       minutes=minutes, participants=person.id,
                       organization=person.branch, title={
                           "party-lecture": "党（团）课授课",
                           "volunteer-service": "志愿服务",
                           "voluntary-labour": "义务劳动",
                           "dormitory-visit": "宿舍帮扶",
                       }[kind],
                       pairing=pairing if kind == "dormitory-visit" else "")
    # A deed of many, on top of what they did alone: each is credited all of
    # its minutes.
    for branch, ids in together.items():
        tables.add("activities", "act-", kind="volunteer-service",
                   date="2021-10-16", minutes=120, participants=ids,
                   organization=branch, title="全校志愿服务日")


def posts_and_pairings(tables, chance, members, leaders):
    """Lessons, helped students and talks; first class-teachers; 1+N."""
    for person in members:
        if person.kind == "teacher":
            if chance.percent(75):
                tables.add("activities", "act-", kind="demonstration-lesson",
                           date=any_day(chance), minutes=45,
                           participants=person.id,
                           organization=person.branch, title="党员教师示范课")
            if chance.percent(65):
                pairing = tables.add(
                    "pairings", "pair-", kind="helped-student",
                    person=person.id,
                    partner_name=f"受助学生{len(tables.rows['pairings']):03d}",
                    since=any_day(chance, "2021-09-15", "2021-10-20"))
                if chance.percent(85):
                    tables.add("activities", "act-", kind="heart-to-heart",
                               date=any_day(chance, "2021-11-01"),
                               minutes=30, participants=person.id,
                               organization=person.branch, title="交心谈心",
                               pairing=pairing)
        else:
            for _ in range(chance.pick([0, 1, 2, 3, 3, 3, 4])):
                tables.add("activities", "act-", kind="heart-to-heart",
                           date=any_day(chance), minutes=30,
                           participants=person.id,
                           organization=person.branch, title="交心谈心")

    for i, person in enumerate(leaders):
        if i == 8:
            continue  # has no class
        pairing = tables.add("pairings", "pair-", kind="first-class-teacher",
                             person=person.id, partner_name=f"2021级{i + 1}班",
                             since="2021-09-13")
        if i != 7:  # has a class, and gave no lesson
            tables.add("activities", "act-", kind="first-lesson",
                       date=any_day(chance, "2021-11-01", "2021-11-30"),
                       minutes=90, participants=person.id,
                       organization="szcu", title="大学第一课",
                       pairing=pairing)

    for number in range(1, BRANCHES + 1):
        branch = f"branch-{number:02d}"
        for other in range(chance.below(4)):
            partner = number % BRANCHES + 1 + other
            if other == 0 and partner <= BRANCHES:
                where = {"partner_organization": f"branch-{partner:02d}"}
            else:
                where = {"partner_name": f"校外党支部{number}-{other + 1}"}
            tables.add("pairings", "pair-", kind="co-building",
                       organization=branch,
                       since=any_day(chance, "2021-11-01", "2021-12-10"),
                       **where)


def step(tables, matter, action, date, **fields):
    assert date <= day("2021-12-31")
    tables.add("matter_steps", "step-", matter=matter, action=action,
               date=date, **fields)


def begin(tables, matter, listed, lead, by):
    step(tables, matter, "assign", listed, by=by, to=lead)
    step(tables, matter, "accept", shift(listed, 1), by=lead)
    step(tables, matter, "start", shift(listed, 2), by=lead)


def close(tables, matter, date, lead, by, outcome="resolved"):
    """Closing asked, verified and written off, the last on `date`."""
    step(tables, matter, "request_closing", shift(date, -2), by=lead,
         outcome=outcome)
    step(tables, matter, "verify", shift(date, -1), by=by)
    step(tables, matter, "write_off", date, by=by, outcome=outcome)


def practical_life(tables, chance, matter, listed, due, lead, by):
    """One of the lives that a practical matter may have by the end of 2021."""
    last = day("2021-12-31")
    begin(tables, matter, listed, lead, by)
    if chance.percent(40):
        step(tables, matter, "report_progress", shift(listed, 9), by=lead)
    fate = chance.below(100)
    if fate < 56:  # on time
        close(tables, matter, shift(due, -chance.between(0, 6)), lead, by)
    elif fate < 66:  # late, or not yet
        step(tables, matter, "urge", min(shift(due, 1), last), by=by)
        if shift(due, 14) <= last:
            close(tables, matter, shift(due, chance.between(4, 14)), lead, by)
    elif fate < 76:  # extended, then on time where there is still time
        longer = shift(due, 15)
        step(tables, matter, "request_extension", shift(due, -5), by=lead,
             due_on=longer)
        step(tables, matter, "grant_extension", shift(due, -4), by=by,
             due_on=longer)
        if longer <= last:
            close(tables, matter, shift(longer, -1), lead, by)
    elif fate < 83:  # open, urged, at times escalated
        if shift(due, 12) <= last:
            step(tables, matter, "urge", shift(due, 2), by=by)
            step(tables, matter, "urge", shift(due, 8), by=by)
            step(tables, matter, "escalate", shift(due, 12), by=by)
    elif fate < 89:  # returned once
        step(tables, matter, "request_closing", shift(due, -9), by=lead,
             outcome="resolved")
        step(tables, matter, "return", shift(due, -7), by=by,
             reason="佐证材料不足")
        close(tables, matter, due, lead, by)
    elif fate < 94:  # closed and not resolved
        close(tables, matter, due, lead, by,
              chance.pick(["unresolved", "stage_result", "long_term"]))
    elif fate < 97:  # came back
        close(tables, matter, shift(due, -8), lead, by)
        step(tables, matter, "reopen", shift(due, -5), by=by,
             reason="问题反弹")
        close(tables, matter, due, lead, by)
    else:  # stood still for a time
        step(tables, matter, "suspend", shift(due, -10), by=by,
             reason="校园封闭管理")
        step(tables, matter, "resume", shift(due, -6), by=by)
        close(tables, matter, due, lead, by)


def practical_matters(tables, chance, members, verifier):
    for number, (title, issued, first, last) in enumerate([
            ("2021年9—10月实事清单", "2021-09-08", "2021-09-28", "2021-10-31"),
            ("2021年11—12月实事清单", "2021-11-04", "2021-11-25",
             "2021-12-28")]):
        listed = day(issued)
        tables.add("matter_lists", id=f"list-{number + 1}", title=title,
                   kind="two-monthly", organization="szcu",
                   issued_on=listed)
        for i in range(66):
            theme, what = PRACTICAL[(i + 5 * number) % len(PRACTICAL)]
            branch = i % BRANCHES
            # Never one of the first five of a branch: among them are the
            # leaders, who verify.
            lead = members[branch * MEMBERS_EACH + chance.between(5, 24)]
            organization = lead.branch
            if i >= 60:
                organization = DEPARTMENTS[i - 60][0]
            due = any_day(chance, first, last)
            # A figure as it was said: exactly so many, nearly, or over.
            matter = tables.add(
                "matters", "m-", title=f"{what}（{i + 1}）",
                kind="practical-matter", list=f"list-{number + 1}",
                organization=organization, lead=lead.id,
                assisting_organizations=(
                    ["logistics"] if i % 5 == 0 and organization !=
                    "logistics" else []),
                measures=["摸排需求", "制定方案"], listed_on=listed,
                due_on=due, theme=theme,
                beneficiaries_value=50 * chance.between(1, 60),
                beneficiaries_qualifier=chance.pick(
                    ["exact", "nearly", "over", "about"]),
                beneficiaries_unit="人")
            practical_life(tables, chance, matter, listed, due, lead.id,
                           verifier)
            if i % 3 == 0:
                tables.add("ratings", "rate-", kind="satisfaction",
                           level=LEVELS[chance.between(1, 4)],
                           date="2021-12-20", matter=matter, panel="students",
                           rater=f"s{chance.between(1, 9999):04d}")


def projects(tables, chance, secretaries, verifier):
    """One project a branch; the fourth has no milestones, the ninth two
    projects."""
    for number, secretary in enumerate(secretaries, 1):
        for _ in range(2 if number == 9 else 1):
            listed = any_day(chance, "2021-11-08", "2021-11-19")
            project = tables.add(
                "matters", "m-", title=f"第{number}党支部书记项目",
                kind="secretary-project", organization=secretary.branch,
                lead=secretary.id, listed_on=listed, due_on="2022-06-30")
            begin(tables, project, listed, secretary.id, verifier)
            if number == 4:
                continue
            for i, due in enumerate(["2021-12-20", "2022-03-31",
                                     "2022-06-15"]):
                milestone = tables.add(
                    "matters", "m-", title=f"节点{i + 1}", kind="milestone",
                    parent=project, organization=secretary.branch,
                    lead=secretary.id, listed_on=listed, due_on=due)
                if i == 0:
                    begin(tables, milestone, listed, secretary.id, verifier)
                    if chance.percent(80):
                        close(tables, milestone, day("2021-12-17"),
                              secretary.id, verifier)


def research(tables, chance, leaders, heads):
    """One topic and a report each, but for the third (two topics), the fifth
    (no report) and the last (neither)."""
    everyone = leaders + heads
    for i, person in enumerate(everyone):
        if i == len(everyone) - 1:
            continue
        verifier = leaders[1 if i == 0 else 0].id
        for number in range(2 if i == 2 else 1):
            listed = any_day(chance, "2021-11-02", "2021-11-20")
            topic = tables.add(
                "matters", "m-", title=f"调研课题{i + 1}-{number + 1}",
                kind="research-topic", organization="szcu", lead=person.id,
                listed_on=listed, due_on="2021-12-31")
            begin(tables, topic, listed, person.id, verifier)
            if i == 4:
                continue
            handed_in = any_day(chance, "2021-12-10", "2021-12-28")
            tables.add("submissions", "sub-", kind="research-report",
                       person=person.id, recipients=["szcu"],
                       channels=["electronic"], received_on=handed_in,
                       title=f"调研报告{i + 1}-{number + 1}", matter=topic)
            close(tables, topic, shift(handed_in, 3), person.id, verifier)


def opinions(tables, chance, members):
    """Two opinions a member, six a branch; twelve members have none."""
    for i, person in enumerate(members):
        if i % 25 == 24:
            continue
        for panel in ["peers", "students"]:
            level = chance.pick([1, 2, 2, 3, 3, 3, 4, 4])
            tables.add("ratings", "rate-", kind="favourable",
                       level=LEVELS[level], date="2021-12-15",
                       person=person.id, panel=panel,
                       rater=f"r{chance.between(1, 9999):04d}")
    for number in range(1, BRANCHES + 1):
        for i in range(6):
            tables.add("ratings", "rate-", kind="satisfaction",
                       level=LEVELS[chance.pick([1, 2, 3, 3, 4, 4])],
                       date="2021-12-16", organization=f"branch-{number:02d}",
                       panel="students" if i % 2 else "staff",
                       rater=f"r{chance.between(1, 9999):04d}")


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: generate.py OUT")
    chance = Chance(20211027)
    tables = Tables()
    members, leaders, heads, secretaries = people(tables, chance)
    verifier = leaders[0].id  # leads none of what it verifies
    service(tables, chance, members)
    posts_and_pairings(tables, chance, members, leaders)
    practical_matters(tables, chance, members, verifier)
    projects(tables, chance, secretaries, verifier)
    research(tables, chance, leaders, heads)
    opinions(tables, chance, members)
    for i, (points, reason) in enumerate([
            ("2", "获市级志愿服务表彰"), ("1", "示范课获省级奖项"),
            ("-1", "服务时长填报有误，核减"), ("1.5", "疫情防控值守突出")]):
        tables.add("adjustments", "adj-", scheme="member",
                   person=members[40 * i + 7].id, points=points,
                   date="2021-12-22", reason=reason, approver=verifier)
    tables.write(sys.argv[1])
    for name in Tables.COLUMNS:
        print(f"{name:14} {len(tables.rows[name]):6}")


if __name__ == "__main__":
    main()
