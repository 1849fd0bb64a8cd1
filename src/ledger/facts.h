// A ledger as of a day, indexed for rules: the tree, who held which post, what
// became of each matter. And the records as expressions see them.
//
// Facts look at a view and never change it. What lies after the day is not
// there: steps, records and posts of later days are left out. One thread at a
// time: trees of other days are made when first asked for and kept.
#ifndef DUBAN_SRC_LEDGER_FACTS_H_
#define DUBAN_SRC_LEDGER_FACTS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "src/base/date.h"
#include "src/base/hash_map.h"
#include "src/expr/value.h"
#include "src/ledger/matter_life.h"
#include "src/ledger/state.h"
#include "src/pack/rules.h"
#include "src/pack/vocabulary.h"

namespace duban::ledger {

// The organizations of one day, parents before children, siblings by id.
struct Tree {
  struct Node {
    uint32_t code;
    uint32_t row;
    int parent;  // index of a node; -1 for a root
    int depth;
    int end;  // the subtree is [own index, end)
  };
  std::vector<Node> nodes;
  std::vector<int> index;  // organization code → node; -1 = not there

  int Find(uint32_t code) const {
    return code < index.size() ? index[code] : -1;
  }
  bool IsWithin(uint32_t code, uint32_t ancestor) const;
};

// A matter on the day of the question.
struct MatterFacts {
  MatterStatus status;
  int items = 0;
  int items_closed = 0;
};

class Facts {
 public:
  Facts(View view, const pack::Rules& rules, Date as_of);

  const State& state() const { return *view_; }
  const pack::Rules& rules() const { return rules_; }
  Date as_of() const { return as_of_; }

  const Tree& TreeOn(Date day) const;
  // Rows of posts and pairings that count, in order of row.
  const std::vector<uint32_t>& PostsOf(uint32_t person) const;
  const std::vector<uint32_t>& persons() const { return persons_; }  // codes
  const MatterFacts& MatterOf(uint32_t code) const;
  // A draft counts nowhere; a row of MATTER.
  bool IsDraft(uint32_t row) const;
  // Number of matters of a list, and of those with a due date.
  std::pair<int, int> ItemsOf(uint32_t matter_list) const;
  // Of the matters that name the finding: is there one, is one resolved.
  std::pair<bool, bool> RectifiedOf(uint32_t finding) const;

  // A person's home organization on a day; 0 = not there.
  uint32_t HomeOf(uint32_t person, Date day) const;
  std::string NameOf(v1::RecordKind kind, uint32_t code, Date day) const;
  table::Word IdOf(v1::RecordKind kind, uint32_t code) const {
    return state().ids(kind).At(code);
  }

 private:
  void IndexPosts();
  void IndexPersons();
  void IndexMatters();
  void CountItems();
  Tree BuildTree(Date day) const;

  View view_;
  const pack::Rules& rules_;
  Date as_of_;
  std::vector<std::vector<uint32_t>> posts_;  // by person code
  std::vector<uint32_t> persons_;             // by id
  std::vector<MatterFacts> matters_;          // by matter code
  HashMap<uint32_t, std::pair<int, int>> list_items_;
  HashMap<uint32_t, std::pair<bool, bool>> findings_;
  // Days on which some version of an organization begins or has just ended:
  // between two of them the tree does not change.
  std::vector<Date> tree_changes_;
  mutable std::map<Date, std::unique_ptr<Tree>> trees_;
};

// A row of a table as expressions see it. Move it, then read it.
class LedgerRecord : public expr::Record {
 public:
  LedgerRecord(const Facts* facts, pack::Entity entity);

  // `day` is the day that versioned and dated facts are taken from.
  void MoveTo(uint32_t row, Date day) {
    row_ = row;
    day_ = day;
  }
  uint32_t row() const { return row_; }

  const expr::RecordType& type() const override { return *vocabulary_.type; }
  expr::Value Get(int field) const override;

 private:
  expr::Value Computed(pack::Derived derived) const;
  expr::Value OfMatter(pack::Derived derived) const;
  expr::Value OfPerson(pack::Derived derived) const;
  expr::Value OfIndicatorValue(pack::Derived derived) const;
  expr::Value OrganizationsAbove(uint32_t code, bool with_itself) const;
  expr::Value KindOfOrganization(uint32_t code) const;
  uint32_t Code(absl::string_view column) const;
  // The text of a column of the record that a column of this one refers to.
  expr::Value TextOfReferred(absl::string_view reference,
                             absl::string_view column) const;

  const Facts* const facts_;
  const pack::Vocabulary& vocabulary_;
  const table::Records& records_;
  uint32_t row_ = 0;
  Date day_;
};

// The index of a column, which must exist. For use with static variables.
int ColumnOf(v1::RecordKind kind, absl::string_view name);

}  // namespace duban::ledger

#endif  // DUBAN_SRC_LEDGER_FACTS_H_
