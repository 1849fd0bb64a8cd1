// The table of docs/matter-life.md is written from the code, and the ledger
// does what it says: every command in every state.
//
//   DUBAN_WRITE_GOLDEN=1 ledger_test --gtest_filter='LifeTable*'
//
// writes the table anew.
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "src/ledger/matter_life.h"
#include "src/ledger/state.h"
#include "tests/support/facts.h"

namespace duban {
namespace {

const char kDocument[] = DUBAN_SOURCE_DIR "/docs/matter-life.md";
constexpr absl::string_view kBegin =
    "<!-- written by ledger_test, LifeTableTest -->\n";
constexpr absl::string_view kEnd = "<!-- end -->\n";
constexpr absl::string_view kNew = "(new)";
constexpr absl::string_view kBack = "back";

std::string Word(v1::MatterState state) {
  return absl::AsciiStrToLower(v1::MatterState_Name(state));
}
std::string Word(v1::MatterAction action) {
  return absl::AsciiStrToLower(v1::MatterAction_Name(action));
}

// In the order of a life.
const std::vector<v1::MatterState>& States() {
  static const auto* const kStates = new std::vector<v1::MatterState>{
      v1::DRAFT,       v1::LISTED,    v1::ASSIGNED,          v1::ACCEPTED,
      v1::IN_PROGRESS, v1::SUSPENDED, v1::CLOSING_REQUESTED, v1::VERIFIED,
      v1::WRITTEN_OFF, v1::ARCHIVED,  v1::WITHDRAWN};
  return *kStates;
}

std::string Row(const std::vector<std::string>& cells) {
  std::string row = "|";
  for (const std::string& cell : cells) absl::StrAppend(&row, " ", cell, " |");
  return absl::StrCat(row, "\n");
}

std::string Code(absl::string_view text) {
  return absl::StrCat("`", text, "`");
}

std::string ListingRow(bool as_draft) {
  std::vector<std::string> cells = {
      as_draft ? "`list_matter` with `is_draft` 草案" : "`list_matter` 立项",
      Code(as_draft ? "draft" : "listed")};
  for (v1::MatterState state : States()) {
    const bool is_draft = state == v1::DRAFT;
    cells.push_back(as_draft ? (is_draft ? "`draft`" : "")
                             : Code(is_draft ? "listed" : Word(state)));
  }
  return Row(cells);
}

std::string ActionRow(v1::MatterAction action) {
  std::vector<std::string> cells = {
      absl::StrCat(Code(Word(action)), " ", ledger::ZhOf(action)), ""};
  for (v1::MatterState state : States()) {
    std::string cell;
    for (const ledger::LifeTransition& t : ledger::DefaultLife()) {
      if (t.from != state || t.action != action) continue;
      cell =
          t.to == v1::MATTER_STATE_UNSPECIFIED ? Code(kBack) : Code(Word(t.to));
    }
    cells.push_back(cell);
  }
  return Row(cells);
}

std::string TableOfCode() {
  std::vector<std::string> head = {"command", std::string(kNew)};
  for (v1::MatterState state : States()) head.push_back(Code(Word(state)));
  std::string table = Row(head);
  for (size_t i = 0; i < head.size(); ++i) absl::StrAppend(&table, "|---");
  absl::StrAppend(&table, "|\n", ListingRow(false), ListingRow(true));
  for (int a = 1; a < v1::MatterAction_ARRAYSIZE; ++a) {
    absl::StrAppend(&table, ActionRow(static_cast<v1::MatterAction>(a)));
  }
  return table;
}

struct Document {
  std::string before, table, after;
};

Document ReadDocument() {
  std::ifstream file(kDocument, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  const std::string whole = text.str();
  const size_t begin = whole.find(kBegin.data(), 0, kBegin.size());
  const size_t end = whole.find(kEnd.data(), 0, kEnd.size());
  if (begin == std::string::npos || end == std::string::npos) {
    ADD_FAILURE() << kDocument << " has no place for the table";
    return {};
  }
  const size_t from = begin + kBegin.size();
  return {whole.substr(0, from), whole.substr(from, end - from),
          whole.substr(end)};
}

TEST(LifeTableTest, TheDocumentHasTheTableOfTheCode) {
  const Document document = ReadDocument();
  if (std::getenv("DUBAN_WRITE_GOLDEN") != nullptr) {
    std::ofstream(kDocument, std::ios::binary)
        << document.before << TableOfCode() << document.after;
    return;
  }
  EXPECT_EQ(document.table, TableOfCode())
      << "write it anew with DUBAN_WRITE_GOLDEN=1";
}

// What the document says: command → state before → state after, or "".
std::map<std::string, std::map<std::string, std::string>> Documented() {
  std::map<std::string, std::map<std::string, std::string>> cells;
  std::vector<std::string> states;
  const Document document = ReadDocument();
  for (absl::string_view line : absl::StrSplit(document.table, '\n')) {
    std::vector<std::string> row;
    for (absl::string_view cell : absl::StrSplit(line, '|')) {
      row.emplace_back(absl::StripAsciiWhitespace(cell));
      for (size_t at; (at = row.back().find('`')) != std::string::npos;) {
        row.back().erase(at, 1);
      }
    }
    if (row.size() < 3 || row[1] == "---") continue;
    row.pop_back();  // after the last bar
    if (states.empty()) {
      states = row;
      continue;
    }
    // The Chinese word stands last.
    const std::string command = row[1].substr(0, row[1].rfind(' '));
    for (size_t i = 2; i < row.size(); ++i) cells[command][states[i]] = row[i];
  }
  return cells;
}

class Life {
 public:
  Life() : ledger_(World()) {}

  bool List(bool as_draft) {
    return Apply(
        absl::StrCat("list_matter { id: 'm' title: 'M", ++puts_,
                     "' kind: 'k' organization: 'school-a' lead: 'zhang' "
                     "listed_on: '2021-11-02' due_on: '2021-12-31' ",
                     as_draft ? "is_draft: true " : "", "}"));
  }
  // A step that everything but the table allows.
  bool Step(v1::MatterAction action) {
    return Apply(absl::StrCat(
        "step_matter { id: 's", ++steps_, "' matter: 'm' action: ",
        v1::MatterAction_Name(action), " date: '2021-11-10' by: '",
        action == v1::VERIFY ? "wang" : "li", "' to: 'zhang' ",
        "due_on: '2022-01-31' outcome: RESOLVED reason: '有理由' }"));
  }
  bool Do(const std::string& command) {
    if (command == "list_matter") return List(false);
    if (command == "list_matter with is_draft") return List(true);
    v1::MatterAction action = v1::MATTER_ACTION_UNSPECIFIED;
    EXPECT_TRUE(v1::MatterAction_Parse(absl::AsciiStrToUpper(command), &action))
        << command;
    return Step(action);
  }
  std::string State() {
    const LedgerView view = ledger_->View();
    const auto code = view->Find(v1::MATTER, "m");
    return code ? Word(view->matter_status(*code).state) : std::string(kNew);
  }
  // There by the shortest way, with an extension asked for on it.
  void GoTo(const std::string& state) {
    const std::map<std::string, std::vector<const char*>> aside = {
        {"(new)", {}},
        {"draft", {"list_matter with is_draft"}},
        {"withdrawn", {"list_matter", "withdraw"}},
        {"suspended",
         {"list_matter", "assign", "accept", "request_extension", "start",
          "suspend"}},
        {"accepted", {"list_matter", "assign", "accept", "request_extension"}}};
    const std::vector<const char*> straight = {
        "list_matter", "assign",          "accept", "request_extension",
        "start",       "request_closing", "verify", "write_off",
        "archive"};
    const auto found = aside.find(state);
    for (const char* command :
         found == aside.end() ? straight : found->second) {
      if (found == aside.end() && State() == state) break;
      ASSERT_TRUE(Do(command)) << command << " from " << State();
    }
    ASSERT_EQ(State(), state);
  }
  const std::string& reason() const { return reason_; }

 private:
  bool Apply(const std::string& change) {
    const auto receipt = ledger_->Apply(
        FromText<v1::Batch>(absl::StrCat("changes { ", change, " }")));
    EXPECT_TRUE(receipt.ok()) << receipt.status();
    reason_ = receipt->faults().errors_size() == 0
                  ? ""
                  : receipt->faults().errors(0).reason();
    return receipt->applied();
  }

  std::unique_ptr<Ledger> ledger_;
  std::string reason_;
  int puts_ = 0;  // another title each time: not the same again
  int steps_ = 0;
};

TEST(LifeTableTest, TheLedgerDoesWhatTheDocumentSays) {
  const auto documented = Documented();
  EXPECT_EQ(documented.size(), size_t{v1::MatterAction_ARRAYSIZE} - 1 + 2);
  int cells = 0;
  for (const auto& [command, by_state] : documented) {
    for (const auto& [state, cell] : by_state) {
      SCOPED_TRACE(absl::StrCat(command, " in ", state));
      Life life;
      life.GoTo(state);
      const bool done = life.Do(command);
      EXPECT_EQ(done, !cell.empty()) << life.reason();
      const std::string expected = cell.empty()    ? state
                                   : cell == kBack ? "in_progress"
                                                   : cell;
      EXPECT_EQ(life.State(), expected);
      if (!done) {
        EXPECT_EQ(life.reason(), state == kNew ? "REFERENCE_NOT_FOUND"
                                 : command == "list_matter with is_draft"
                                     ? "MATTER_LISTING_FIXED"
                                     : "MATTER_ACTION_NOT_ALLOWED");
      }
      ++cells;
    }
  }
  EXPECT_EQ(cells, 22 * 12);
}

TEST(LifeTableTest, AMatterIsResumedWhereItWasSuspended) {
  for (const char* state : {"accepted", "in_progress"}) {
    Life life;
    life.GoTo(state);
    ASSERT_TRUE(life.Do("suspend"));
    EXPECT_EQ(life.State(), "suspended");
    ASSERT_TRUE(life.Do("resume"));
    EXPECT_EQ(life.State(), state);
  }
}

}  // namespace
}  // namespace duban
