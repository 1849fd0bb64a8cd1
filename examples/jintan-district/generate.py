#!/usr/bin/env python3
"""Writes an invented autumn of the campaign as CSV tables.

    python3 generate.py OUT

Every school and person in it is invented, and no pupil occurs. The same
tables come out every time: the only source of chance is the small generator
below, with a fixed seed.
"""

import csv
import datetime
import os
import sys

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高梁郑谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰飞鹏宇浩晨佳欣雨雪梅琳倩峰亮"
PLACES = ("青禾", "望湖", "云溪", "松石", "晨曦", "竹林", "白鹭", "枫桥", "荷塘", "明德",
          "新苑", "长桥", "东篱", "西园", "南浦", "北辰")

SECTIONS = [
    ("personnel", "组织人事科", "department"),
    ("basic-education", "基础教育科", "department"),
    ("private-education", "社会教育科", "department"),
    ("supervision-office", "教育督导室", "department"),
    ("finance", "计划财务科", "department"),
    ("research-center", "教师发展中心", "institution"),
    ("technology-center", "教育装备中心", "institution"),
]
PROBLEMS = [
    ("三会一课记录不全", "quality"), ("谈心谈话不经常", "quality"),
    ("民主评议不规范", "quality"), ("组织生活会整改不实", "quality"),
    ("作业总量偏多", "double-reduction"), ("课后服务课程偏少", "double-reduction"),
    ("校门口接送拥堵", "urgent-needs"), ("食堂意见反馈慢", "urgent-needs"),
]
FINDINGS = [
    ("organization-life", "会议记录缺签名"), ("homework", "作业公示不及时"),
    ("after-school", "课后服务台账不全"),
]
THEMES = ["quality", "urgent-needs", "double-reduction"]
ATTESTATIONS = ["no_notice", "no_greeting", "no_briefing", "no_escort",
                "straight_to_grassroots", "straight_to_site"]
LEVELS = ["very_dissatisfied", "dissatisfied", "fair", "satisfied",
          "very_satisfied"]
FIRST, LAST = datetime.date(2021, 10, 28), datetime.date(2021, 12, 31)


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

    def day(self, first, last):
        return shift(first, self.below((last - first).days + 1))


def date(month, day):
    return datetime.date(2021, month, day)


def shift(when, days):
    return when + datetime.timedelta(days=days)


class Tables:
    """Rows by table; ids count up within each."""

    COLUMNS = {
        "organizations": "id name kind parent line_parent mandate since"
                         " until",
        "persons": "id name organization kinds",
        "posts": "id person organization role rank since",
        "pairings": "id kind person partner_organization since",
        "matter_lists": "id title kind organization issued_on",
        "matters": "id title kind list parent organization lead measures"
                   " listed_on due_on theme finding",
        "matter_steps": "id matter action date by to due_on outcome reason",
        "activities": "id kind date minutes participants organization"
                      " pairing matter unannounced attestations theme"
                      " beneficiaries.value beneficiaries.qualifier"
                      " beneficiaries.unit",
        "submissions": "id kind organization person recipients channels"
                       " received_on title matter",
        "ratings": "id kind level date person organization panel rater",
        "inspections": "id kind team organization inspectors planned_on date"
                       " unannounced conclusion concluded_on",
        "findings": "id inspection organization kind severity date"
                    " description",
        "adjustments": "id scheme person organization points date reason"
                       " approver",
        "appeals": "id finding organization filed_on reason decision"
                   " decided_on decided_by adjustment",
    }

    def __init__(self):
        self.rows = {name: [] for name in self.COLUMNS}

    def add(self, table, prefix="", **fields):
        if "id" not in fields:
            fields["id"] = f"{prefix}{len(self.rows[table]) + 1:05d}"
        row = []
        for column in self.COLUMNS[table].split():
            value = fields.pop(column.replace(".", "_"), "")
            if isinstance(value, (list, tuple)):
                value = ";".join(value)
            if isinstance(value, bool):
                value = "true" if value else "false"
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


class School:

    def __init__(self, id, kind, principal, teachers):
        self.id = id
        self.kind = kind  # school or kindergarten
        self.principal = principal
        self.teachers = teachers


def organizations(tables):
    for id, name, kind, parent in [
            ("jiangsu", "江苏省委教育工委", "party-committee", ""),
            ("changzhou", "常州市委教育工委", "party-committee", "jiangsu"),
            ("committee", "金坛区委教育工委", "party-committee", "changzhou"),
            ("bureau", "金坛区教育局", "bureau", "committee")]:
        tables.add("organizations", id=id, name=name, kind=kind,
                   parent=parent)
    for id, name, kind in SECTIONS:
        tables.add("organizations", id=id, name=name, kind=kind,
                   parent="bureau")
    # Temporary bodies: they have a mandate and an end.
    for number, name in enumerate(["第一督查组", "第二督查组"], 1):
        tables.add("organizations", id=f"team-{number}", name=name,
                   kind="inspection-team", parent="committee",
                   mandate="随机检查各单位行动开展情况", since="2021-11-01",
                   until="2021-12-31")


def person(tables, chance, id, organization, *kinds):
    tables.add("persons", id=id, name=chance.name(),
               organization=organization, kinds=["party-member", *kinds])
    return id


def post(tables, who, organization, role, rank):
    tables.add("posts", "post-", person=who, organization=organization,
               role=role, rank=rank, since="2020-08-01")


def staff(tables, chance):
    """Eight committee members, the heads of sections, those stationed at
    schools, the party liaisons and the inspectors."""
    members = [person(tables, chance, f"c{i}", "committee", "cadre")
               for i in range(1, 9)]
    post(tables, members[0], "committee", "head", "division")
    for i, who in enumerate(members):
        post(tables, who, "committee", "committee-member",
             "division" if i < 2 else "section")
    heads = []
    for i, (section, _, _) in enumerate(SECTIONS, 1):
        who = person(tables, chance, f"head{i}", section, "cadre")
        post(tables, who, section, "section-head", "section")
        heads.append((who, section))
    stationed = [person(tables, chance, f"st{i:02d}",
                        ["basic-education", "private-education"][i % 2],
                        "staff") for i in range(1, 17)]
    liaisons = [person(tables, chance, f"li{i:02d}", "personnel", "staff")
                for i in range(1, 11)]
    inspectors = [person(tables, chance, f"in{i}", "supervision-office",
                         "staff") for i in range(1, 5)]
    return members, heads, stationed, liaisons, inspectors


def schools(tables, chance):
    """32 schools and 8 kindergartens, with a principal and three teachers
    each. The first three principals have the rank of a division."""
    all_schools = []
    for i in range(40):
        kind = "kindergarten" if i >= 32 else "school"
        label = "幼儿园" if i >= 32 else ["小学", "中学"][i // 16]
        id = f"s{i + 1:02d}"
        tables.add("organizations", id=id, parent="bureau",
                   line_parent="basic-education", kind=kind,
                   name=PLACES[i % 16] + label)
        principal = person(tables, chance, f"{id}-p", id, "cadre", "teacher")
        post(tables, principal, id, "principal",
             "division" if i < 3 else "section")
        teachers = [person(tables, chance, f"{id}-t{t}", id, "teacher")
                    for t in range(1, 4)]
        all_schools.append(School(id, kind, principal, teachers))
    return all_schools


def visit(tables, kind, when, who, organization, pairing="",
          unannounced=False):
    tables.add("activities", "act-", kind=kind, date=when, participants=who,
               organization=organization, pairing=pairing,
               unannounced=unannounced,
               attestations=ATTESTATIONS if unannounced else "")


def contacts(tables, chance, all_schools, members, liaisons):
    """Monthly visits to contact points, and what is still lacking of the
    weekly unannounced ones. Most are kept, some missed, some announced."""
    months = [(date(11, 1), date(11, 30)), (date(12, 1), date(12, 31))]
    for i, member in enumerate(members):
        weeks = set()
        pairings = [tables.add("pairings", "pair-", kind="contact-point",
                               person=member, partner_organization=school.id,
                               since="2021-03-01")
                    for school in all_schools[i::8]]
        for pairing in pairings:
            for first, last in months:
                if chance.percent(92):
                    when = chance.day(first, last)
                    secret = chance.percent(65)
                    visit(tables, "contact-visit", when, member, "committee",
                          pairing, secret)
                    if secret:
                        weeks.add(when.isocalendar()[1])
        monday = date(10, 25)
        while monday <= LAST:
            if monday.isocalendar()[1] not in weeks:
                fate = chance.below(100)
                when = shift(monday, chance.between(3, 4))
                if fate < 84 and FIRST <= when <= LAST:
                    visit(tables, "school-visit", when, member, "committee",
                          unannounced=fate < 72)
            monday = shift(monday, 7)
    for i, liaison in enumerate(liaisons):
        for school in all_schools[i::10]:
            pairing = tables.add("pairings", "pair-", kind="party-liaison",
                                 person=liaison,
                                 partner_organization=school.id,
                                 since="2021-03-01")
            for first, last in months:
                if chance.percent(93):
                    visit(tables, "contact-visit", chance.day(first, last),
                          liaison, "personnel", pairing)
    # The level above binds the principals who have the rank.
    for school in all_schools[:3]:
        for first, last in months:
            for _ in range(chance.between(1, 3)):
                visit(tables, "school-visit", chance.day(first, last),
                      school.principal, school.id,
                      unannounced=chance.percent(85))


def stationed_weeks(tables, chance, all_schools, stationed):
    """Each at two schools, weekly."""
    for i, who in enumerate(stationed):
        for school in all_schools[2 * i:2 * i + 2]:
            pairing = tables.add("pairings", "pair-", kind="stationed",
                                 person=who, partner_organization=school.id,
                                 since="2021-09-01")
            monday = date(11, 1)
            while shift(monday, 4) <= LAST:
                if chance.percent(94):
                    tables.add("activities", "act-",
                               kind="stationed-guidance",
                               date=shift(monday, chance.below(5)),
                               minutes=90, participants=who,
                               organization=["basic-education",
                                             "private-education"][(i + 1) % 2],
                               pairing=pairing)
                monday = shift(monday, 7)
    for section in ["basic-education", "private-education"]:
        for month in [11, 12]:
            if section == "basic-education" or month == 11:
                tables.add("activities", "act-", kind="work-meeting",
                           date=date(month, 5), participants=stationed[:8],
                           organization=section)


def step(tables, matter, action, when, **fields):
    assert when <= LAST
    tables.add("matter_steps", "step-", matter=matter, action=action,
               date=when, **fields)


def begin(tables, matter, listed, lead, by):
    step(tables, matter, "assign", listed, by=by, to=lead)
    step(tables, matter, "accept", shift(listed, 1), by=lead)
    step(tables, matter, "start", shift(listed, 2), by=lead)


def close(tables, matter, when, lead, by, outcome="resolved"):
    """Closing asked, verified and written off, the last on `when`."""
    step(tables, matter, "request_closing", shift(when, -2), by=lead,
         outcome=outcome)
    step(tables, matter, "verify", shift(when, -1), by=by)
    step(tables, matter, "write_off", when, by=by, outcome=outcome)


def life(tables, chance, matter, listed, due, lead, by):
    """One of the lives that a problem may have by the end of the year. It
    needs at least 14 days from `listed` to `due`."""
    begin(tables, matter, listed, lead, by)
    fate = chance.below(100)
    if fate < 66:  # on time
        close(tables, matter, shift(due, -chance.between(0, 5)), lead, by)
    elif fate < 75:  # late, or not yet
        if shift(due, 8) <= LAST:
            step(tables, matter, "urge", shift(due, 2), by=by)
            close(tables, matter, shift(due, 8), lead, by)
    elif fate < 82:  # extended once
        longer = shift(due, 10)
        step(tables, matter, "request_extension", shift(due, -3), by=lead,
             due_on=longer)
        step(tables, matter, "grant_extension", shift(due, -2), by=by,
             due_on=longer)
        if longer <= LAST:
            close(tables, matter, longer, lead, by)
    elif fate < 89:  # returned once
        step(tables, matter, "request_closing", shift(due, -8), by=lead,
             outcome="resolved")
        step(tables, matter, "return", shift(due, -6), by=by,
             reason="整改佐证不足")
        close(tables, matter, due, lead, by)
    elif fate < 95:  # closed, not resolved
        close(tables, matter, due, lead, by,
              chance.pick(["stage_result", "long_term", "unresolved"]))
    elif shift(due, 5) <= LAST:  # open
        step(tables, matter, "urge", shift(due, 5), by=by)


def self_checks(tables, chance, all_schools):
    """Problem lists. Four schools have none; one problem has no measures."""
    for i, school in enumerate(all_schools):
        if i % 11 == 10 or i == 39:
            continue
        listed = chance.day(date(11, 4), date(11, 12))
        problems = tables.add("matter_lists", "list-", title="自查问题清单",
                              kind="problem-list", organization=school.id,
                              issued_on=listed)
        for number in range(chance.between(2, 4)):
            title, theme = PROBLEMS[(i + 3 * number) % len(PROBLEMS)]
            lead = school.teachers[number % 3]
            due = chance.day(date(11, 28), date(12, 28))
            matter = tables.add(
                "matters", "m-", title=title, kind="problem", list=problems,
                organization=school.id, lead=lead,
                measures=[] if i == 20 and number == 0
                else ["明确责任人", "限期整改"],
                listed_on=listed, due_on=due, theme=theme)
            life(tables, chance, matter, listed, due, lead, school.principal)


def brands(tables, chance, all_schools):
    for i, school in enumerate(all_schools):
        for _ in range(0 if i == 25 else 2 if i in (4, 17) else 1):
            listed = chance.day(date(11, 3), date(11, 20))
            matter = tables.add(
                "matters", "m-", title="党建文化品牌项目", kind="brand-project",
                organization=school.id, lead=school.principal,
                measures=["制定方案"], listed_on=listed, due_on="2022-06-30")
            begin(tables, matter, listed, school.principal,
                  school.teachers[0])


def difficult(tables, chance, all_schools, members, heads):
    """One or two problems and a report for each principal, one or two topics
    for each head; a few have three, none, or no report."""
    everyone = [(s.principal, s.id, "difficult-problem") for s in all_schools]
    everyone += [(who, section, "research-topic") for who, section in heads]
    for i, (lead, organization, kind) in enumerate(everyone):
        fate = chance.below(100)
        number = 0 if fate < 4 else 3 if fate < 8 else 2 if fate < 40 else 1
        topic = ""
        for n in range(number):
            listed = chance.day(date(11, 1), date(11, 10))
            due = chance.day(date(12, 1), date(12, 29))
            topic = tables.add(
                "matters", "m-", title=f"调研课题{i + 1}-{n + 1}", kind=kind,
                organization=organization, lead=lead,
                measures=["驻点调研", "提出策略"], listed_on=listed, due_on=due,
                theme=chance.pick(THEMES))
            life(tables, chance, topic, listed, due, lead, members[i % 8])
        if fate >= 4 and chance.percent(90):
            tables.add("submissions", "sub-", kind="research-report",
                       person=lead, recipients="committee",
                       channels="electronic",
                       received_on=chance.day(date(12, 6), date(12, 30)),
                       title="调研报告", matter=topic)
        if kind == "difficult-problem":
            for _ in range(chance.between(2, 6)):
                tables.add("activities", "act-", kind="site-research",
                           date=chance.day(FIRST, date(12, 28)),
                           participants=lead, organization=organization,
                           matter=topic)


def plans(tables, chance, all_schools):
    """Two plans and a report from each school: some late, some on paper
    only, some to the wrong section, some never."""
    for school in all_schools:
        for kind, recipient, due in [
                ("activity-plan", "personnel", date(11, 15)),
                ("home-visit-plan", "basic-education", date(11, 26)),
                ("special-report", "committee", date(12, 31))]:
            fate = chance.below(100)
            if fate < 3:
                continue
            when = shift(due, -chance.between(0, 9))
            if fate < 11 and due < LAST:
                when = shift(due, chance.between(1, 6))
            channels = ["paper", "electronic"]
            if 11 <= fate < 17:
                channels = ["paper"]
            if 17 <= fate < 20:
                recipient = "finance"
            tables.add("submissions", "sub-", kind=kind,
                       organization=school.id, recipients=recipient,
                       channels=channels, received_on=when, title={
                           "activity-plan": "活动方案",
                           "home-visit-plan": "大家访行动方案",
                           "special-report": "专题报告"}[kind])


def school_life(tables, chance, all_schools):
    """Discussions, home visits (numbers of families, no names), services of
    noted teachers."""
    for school in all_schools:
        for theme in THEMES[:chance.pick([3, 3, 3, 3, 2, 1])]:
            tables.add("activities", "act-", kind="discussion",
                       date=chance.day(date(11, 1), date(12, 20)),
                       participants=[school.principal, *school.teachers],
                       organization=school.id, theme=theme)
        for _ in range(chance.between(2, 6)):
            families = {}
            if chance.percent(95):
                families = {
                    "beneficiaries_value": chance.between(4, 20),
                    "beneficiaries_qualifier": chance.pick(
                        ["exact", "exact", "over", "about"]),
                    "beneficiaries_unit": "户"}
            tables.add("activities", "act-", kind="home-visit",
                       date=chance.day(date(11, 20), date(12, 26)),
                       participants=[school.teachers[0],
                                     chance.pick(school.teachers[1:])],
                       organization=school.id, **families)
        if school.kind == "school":
            for _ in range(chance.below(4)):
                tables.add("activities", "act-", kind="mentor-service",
                           date=chance.day(date(11, 6), date(12, 26)),
                           minutes=90,
                           participants=chance.pick(school.teachers),
                           organization=school.id)


def inspections(tables, chance, all_schools, inspectors, approver):
    """A fifth of the schools, by two teams, which are of the committee and
    of no school. Most findings open a problem."""
    first_finding = ""
    for i in range(8):
        school = all_schools[(5 * i + 2) % 40]
        when = chance.day(date(11, 22), date(12, 3))
        team = i % 2
        inspection = tables.add(
            "inspections", "ins-", kind="random-check",
            team=f"team-{team + 1}", organization=school.id,
            inspectors=inspectors[2 * team:2 * team + 2],
            planned_on="2021-11-22", date=when,
            unannounced=True, conclusion="已反馈",
            concluded_on=shift(when, 3))
        for n in range(chance.pick([1, 1, 2, 2])):
            kind, words = FINDINGS[(i + n) % 3]
            severity = "serious" if i == 3 and n == 0 else "minor"
            if i == 5 and n == 0:
                kind, words, severity = "teacher-ethics", "违规补课", "serious"
            finding = tables.add("findings", "find-", inspection=inspection,
                                 organization=school.id, kind=kind,
                                 severity=severity, date=when,
                                 description=words)
            first_finding = first_finding or finding
            if chance.percent(70):
                listed, due = shift(when, 1), shift(when, 18)
                matter = tables.add(
                    "matters", "m-", title=words, kind="problem",
                    organization=school.id, lead=school.teachers[0],
                    measures=["立行立改"], listed_on=listed, due_on=due,
                    finding=finding)
                life(tables, chance, matter, listed, due, school.teachers[0],
                     inspectors[2 * team])
    accused = tables.rows["findings"][0][2]
    adjustment = tables.add("adjustments", "adj-", scheme="school",
                            organization=accused, points="1",
                            date="2021-12-21", reason="申诉成立，撤回扣分",
                            approver=approver)
    tables.add("appeals", "appeal-", finding=first_finding,
               organization=accused, filed_on="2021-12-08",
               reason="检查当日已补齐", decision="upheld",
               decided_on="2021-12-20", decided_by=approver,
               adjustment=adjustment)
    last = tables.rows["findings"][-1]
    tables.add("appeals", "appeal-", finding=last[0], organization=last[2],
               filed_on="2021-12-10", reason="与事实不符", decision="rejected",
               decided_on="2021-12-22", decided_by=approver)
    for i, points in enumerate(["2", "1", "-1"]):
        tables.add("adjustments", "adj-", scheme="school",
                   organization=all_schools[9 * i + 6].id, points=points,
                   date="2021-12-28", approver=approver,
                   reason="承办区级现场会" if points > "0" else "数据填报有误")


def opinions(tables, chance, all_schools, members):
    def rate(panel, levels, **whom):
        tables.add("ratings", "rate-", kind="satisfaction",
                   level=LEVELS[chance.pick(levels)],
                   date=chance.day(date(12, 15), date(12, 24)), panel=panel,
                   rater=f"r{chance.between(1, 99999):05d}", **whom)

    for i, school in enumerate(all_schools):
        levels = [[3, 3, 4, 4], [2, 3, 3, 4, 4], [1, 2, 3, 3, 4]][i % 3]
        for _ in range(8):
            rate("parents", levels, organization=school.id)
        for _ in range(0 if i == 30 else 4):
            rate("staff", levels, organization=school.id)
        for _ in range(3):
            rate("staff", [2, 3, 3, 4, 4], person=school.principal)
    for member in members:
        for _ in range(5):
            rate("schools", [2, 3, 3, 4, 4, 4], person=member)


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: generate.py OUT")
    chance = Chance(20211028)
    tables = Tables()
    organizations(tables)
    members, heads, stationed, liaisons, inspectors = staff(tables, chance)
    all_schools = schools(tables, chance)
    contacts(tables, chance, all_schools, members, liaisons)
    stationed_weeks(tables, chance, all_schools, stationed)
    self_checks(tables, chance, all_schools)
    brands(tables, chance, all_schools)
    difficult(tables, chance, all_schools, members, heads)
    plans(tables, chance, all_schools)
    school_life(tables, chance, all_schools)
    inspections(tables, chance, all_schools, inspectors, members[1])
    opinions(tables, chance, all_schools, members)
    tables.write(sys.argv[1])
    for name in Tables.COLUMNS:
        print(f"{name:14} {len(tables.rows[name]):6}")


if __name__ == "__main__":
    main()
