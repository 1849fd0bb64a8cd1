#include "src/ledger/facts.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "absl/strings/ascii.h"
#include "src/ledger/check.h"
#include "src/ledger/figure.h"
#include "src/ledger/matter_record.h"
#include "src/ledger/succession.h"
#include "src/table/record_schema.h"

namespace duban::ledger {
namespace {

constexpr int kMaxDepth = 64;

}  // namespace

int ColumnOf(v1::RecordKind kind, absl::string_view name) {
  return table::SchemaOf(kind).FindColumn(name);
}

bool Tree::IsWithin(uint32_t code, uint32_t ancestor) const {
  const int node = Find(code);
  const int top = Find(ancestor);
  return node >= 0 && top >= 0 && top <= node && node < nodes[top].end;
}

Facts::Facts(View view, const pack::Rules& rules, Date as_of)
    : view_(std::move(view)), rules_(rules), as_of_(as_of) {
  IndexPosts();
  IndexPersons();
  IndexMatters();
  const int since = ColumnOf(v1::ORGANIZATION, "since");
  const int until = ColumnOf(v1::ORGANIZATION, "until");
  const table::Records& rows = state().records(v1::ORGANIZATION);
  for (uint32_t row = 0; row < rows.size(); ++row) {
    if (!state().counts(v1::ORGANIZATION, row)) continue;
    if (const auto day = rows.DateAt(since, row)) tree_changes_.push_back(*day);
    if (const auto day = rows.DateAt(until, row)) {
      tree_changes_.push_back(day->AddDays(1));
    }
  }
  std::sort(tree_changes_.begin(), tree_changes_.end());
}

void Facts::IndexPosts() {
  static const int person = ColumnOf(v1::POST, "person");
  const table::Records& rows = state().records(v1::POST);
  posts_.resize(state().ids(v1::PERSON).size());
  for (uint32_t row = 0; row < rows.size(); ++row) {
    if (!state().counts(v1::POST, row)) continue;
    const uint32_t code = rows.Code(person, row);
    if (code < posts_.size()) posts_[code].push_back(row);
  }
}

void Facts::IndexPersons() {
  const table::Dictionary& ids = state().ids(v1::PERSON);
  for (uint32_t code = 1; code < ids.size(); ++code) {
    if (state().Newest(v1::PERSON, code)) persons_.push_back(code);
  }
  std::sort(persons_.begin(), persons_.end(),
            [&](uint32_t a, uint32_t b) { return ids.At(a) < ids.At(b); });
}

// Folds each matter's steps up to the day. Steps stand in the ledger in the
// order of their dates, so the order of rows will do. Where each led was
// decided when it was taken, by the rules of then: it is not asked again.
void Facts::IndexMatters() {
  const table::Records& rows = state().records(v1::MATTER);
  const table::Records& steps = state().records(v1::MATTER_STEP);
  matters_.resize(state().ids(v1::MATTER).size());
  v1::Matter matter;
  static const int id = table::SchemaOf(v1::MATTER).id_column();
  for (uint32_t row = 0; row < rows.size(); ++row) {
    if (!state().counts(v1::MATTER, row)) continue;
    matter.Clear();
    rows.Read(row, &matter);
    matters_[rows.Code(id, row)].status =
        StatusWhenPut(FactsOfListing(state(), matter));
  }
  v1::MatterStep step;
  static const int step_date = ColumnOf(v1::MATTER_STEP, "date");
  static const int step_matter = ColumnOf(v1::MATTER_STEP, "matter");
  for (uint32_t row = 0; row < steps.size(); ++row) {
    if (steps.DateAt(step_date, row).value_or(Date::Max()) > as_of_) continue;
    step.Clear();
    steps.Read(row, &step);
    FollowStep(StepFacts(state(), step), state().StateAfterStep(row),
               &matters_[steps.Code(step_matter, row)].status);
  }
  CountItems();
}

// Of each matter, list and finding: the matters that belong to it on the day.
// Drafts and what was withdrawn do not.
void Facts::CountItems() {
  static const int id = table::SchemaOf(v1::MATTER).id_column();
  static const int listed_on = ColumnOf(v1::MATTER, "listed_on");
  static const int parent = ColumnOf(v1::MATTER, "parent");
  static const int list = ColumnOf(v1::MATTER, "list");
  static const int finding = ColumnOf(v1::MATTER, "finding");
  const table::Records& rows = state().records(v1::MATTER);
  for (uint32_t row = 0; row < rows.size(); ++row) {
    if (!state().counts(v1::MATTER, row) || IsDraft(row) ||
        rows.DateAt(listed_on, row).value_or(Date::Max()) > as_of_) {
      continue;
    }
    const MatterStatus& status = matters_[rows.Code(id, row)].status;
    if (status.state == v1::WITHDRAWN) continue;
    if (const uint32_t code = rows.Code(parent, row); code != 0) {
      ++matters_[code].items;
      if (status.closed()) ++matters_[code].items_closed;
    }
    if (const uint32_t code = rows.Code(list, row); code != 0) {
      auto& items = list_items_[code];
      ++items.first;
      ++items.second;  // a matter without a due date is refused
    }
    if (const uint32_t code = rows.Code(finding, row); code != 0) {
      auto& rectified = findings_[code];
      rectified.first = true;
      rectified.second |= status.resolved();
    }
  }
}

Tree Facts::BuildTree(Date day) const {
  static const int parent_column = ColumnOf(v1::ORGANIZATION, "parent");
  const table::Dictionary& ids = state().ids(v1::ORGANIZATION);
  const table::Records& rows = state().records(v1::ORGANIZATION);
  const uint32_t size = static_cast<uint32_t>(ids.size());
  std::vector<uint32_t> there;
  std::vector<int64_t> row_of(size, -1);
  for (uint32_t code = 1; code < size; ++code) {
    const auto row = state().At(v1::ORGANIZATION, code, day);
    if (!row) continue;
    row_of[code] = *row;
    there.push_back(code);
  }
  std::sort(there.begin(), there.end(),
            [&](uint32_t a, uint32_t b) { return ids.At(a) < ids.At(b); });
  std::vector<std::vector<uint32_t>> children(size);
  std::vector<uint32_t> roots;
  for (uint32_t code : there) {
    const uint32_t parent =
        rows.Code(parent_column, static_cast<uint32_t>(row_of[code]));
    // A parent that is not there on this day leaves a root.
    const bool has_parent = parent != 0 && row_of[parent] >= 0;
    (has_parent ? children[parent] : roots).push_back(code);
  }
  Tree tree;
  tree.index.assign(size, -1);
  struct Visit {
    uint32_t code;
    int parent;
    int depth;
  };
  std::vector<Visit> stack;
  for (auto it = roots.rbegin(); it != roots.rend(); ++it) {
    stack.push_back({*it, -1, 0});
  }
  while (!stack.empty()) {
    const Visit visit = stack.back();
    stack.pop_back();
    const int at = static_cast<int>(tree.nodes.size());
    tree.index[visit.code] = at;
    tree.nodes.push_back({visit.code, static_cast<uint32_t>(row_of[visit.code]),
                          visit.parent, visit.depth, at + 1});
    if (visit.depth >= kMaxDepth) continue;
    const auto& below = children[visit.code];
    for (auto it = below.rbegin(); it != below.rend(); ++it) {
      stack.push_back({*it, at, visit.depth + 1});
    }
  }
  for (int i = static_cast<int>(tree.nodes.size()) - 1; i >= 0; --i) {
    const int parent = tree.nodes[i].parent;
    if (parent >= 0) {
      tree.nodes[parent].end =
          std::max(tree.nodes[parent].end, tree.nodes[i].end);
    }
  }
  return tree;
}

const Tree& Facts::TreeOn(Date day) const {
  const auto next =
      std::upper_bound(tree_changes_.begin(), tree_changes_.end(), day);
  const Date key =
      next == tree_changes_.begin() ? Date::Min() : *std::prev(next);
  std::unique_ptr<Tree>& tree = trees_[key];
  if (tree == nullptr) tree = std::make_unique<Tree>(BuildTree(day));
  return *tree;
}

const std::vector<uint32_t>& Facts::PostsOf(uint32_t person) const {
  static const auto* const kNone = new std::vector<uint32_t>();
  return person < posts_.size() ? posts_[person] : *kNone;
}

const MatterFacts& Facts::MatterOf(uint32_t code) const {
  return matters_[code];
}

bool Facts::IsDraft(uint32_t row) const {
  static const int is_draft = ColumnOf(v1::MATTER, "is_draft");
  return state().records(v1::MATTER).Bool(is_draft, row);
}

std::pair<int, int> Facts::ItemsOf(uint32_t matter_list) const {
  const auto found = list_items_.find(matter_list);
  return found == list_items_.end() ? std::pair<int, int>() : found->second;
}

std::pair<bool, bool> Facts::RectifiedOf(uint32_t finding) const {
  const auto found = findings_.find(finding);
  return found == findings_.end() ? std::pair<bool, bool>() : found->second;
}

uint32_t Facts::HomeOf(uint32_t person, Date day) const {
  static const int home = ColumnOf(v1::PERSON, "organization");
  const auto row = state().At(v1::PERSON, person, day);
  return row ? state().records(v1::PERSON).Code(home, *row) : 0;
}

std::string Facts::NameOf(v1::RecordKind kind, uint32_t code, Date day) const {
  static const int person = ColumnOf(v1::PERSON, "name");
  static const int organization = ColumnOf(v1::ORGANIZATION, "name");
  std::optional<uint32_t> row = state().At(kind, code, day);
  if (!row) row = state().Newest(kind, code);
  if (!row) return "";
  return std::string(state().records(kind).Text(
      kind == v1::PERSON ? person : organization, *row));
}

LedgerRecord::LedgerRecord(const Facts* facts, pack::Entity entity)
    : facts_(facts),
      vocabulary_(pack::VocabularyOf(entity)),
      records_(facts->state().records(vocabulary_.kind)) {}

expr::Value LedgerRecord::Get(int field) const {
  const pack::Field& f = vocabulary_.fields[field];
  return f.column >= 0 ? ColumnValue(records_, f.column, row_)
                       : Computed(f.derived);
}

uint32_t LedgerRecord::Code(absl::string_view column) const {
  return records_.Code(records_.schema().FindColumn(column), row_);
}

expr::Value LedgerRecord::TextOfReferred(absl::string_view reference,
                                         absl::string_view column) const {
  const table::RecordSchema& schema = records_.schema();
  const v1::RecordKind kind =
      schema.columns()[schema.FindColumn(reference)].refers_to;
  const uint32_t code = Code(reference);
  if (code == 0) return expr::Value::Str("");
  const auto row = facts_->state().Newest(kind, code);
  if (!row) return expr::Value::Str("");
  return WordValue(
      facts_->state().records(kind).Text(ColumnOf(kind, column), *row));
}

expr::Value LedgerRecord::KindOfOrganization(uint32_t code) const {
  const auto row = facts_->state().At(v1::ORGANIZATION, code, day_);
  if (!row) return expr::Value::Str("");
  return WordValue(facts_->state()
                       .records(v1::ORGANIZATION)
                       .Text(ColumnOf(v1::ORGANIZATION, "kind"), *row));
}

expr::Value LedgerRecord::OrganizationsAbove(uint32_t code,
                                             bool with_itself) const {
  const Tree& tree = facts_->TreeOn(day_);
  expr::ListValue list;
  int node = tree.Find(code);
  if (node >= 0 && !with_itself) node = tree.nodes[node].parent;
  for (; node >= 0; node = tree.nodes[node].parent) {
    list.push_back(
        WordValue(facts_->IdOf(v1::ORGANIZATION, tree.nodes[node].code)));
  }
  return expr::Value::List(std::move(list));
}

expr::Value LedgerRecord::OfMatter(pack::Derived derived) const {
  const MatterFacts& facts =
      facts_->MatterOf(records_.Code(records_.schema().id_column(), row_));
  MatterPicture picture;
  picture.state = &facts_->state();
  picture.rules = &facts_->rules();
  picture.row = row_;
  picture.status = facts.status;
  picture.items = facts.items;
  picture.items_closed = facts.items_closed;
  picture.as_of = facts_->as_of();
  return MatterValue(picture, derived);
}

expr::Value LedgerRecord::OfPerson(pack::Derived derived) const {
  using expr::Value;
  static const int since = ColumnOf(v1::POST, "since");
  static const int until = ColumnOf(v1::POST, "until");
  static const int role = ColumnOf(v1::POST, "role");
  static const int rank = ColumnOf(v1::POST, "rank");
  const uint32_t home = Code("organization");
  if (derived == pack::Derived::kOrganizationKind) {
    return KindOfOrganization(home);
  }
  if (derived == pack::Derived::kOrganizationsAbove) {
    return OrganizationsAbove(home, true);
  }
  const table::Records& posts = facts_->state().records(v1::POST);
  expr::ListValue words;
  int level = 0;
  for (uint32_t post :
       facts_->PostsOf(records_.Code(records_.schema().id_column(), row_))) {
    if (posts.DateAt(since, post).value_or(Date::Min()) > day_ ||
        posts.DateAt(until, post).value_or(Date::Max()) < day_) {
      continue;
    }
    const table::Word word =
        posts.Text(derived == pack::Derived::kRoles ? role : rank, post);
    if (word.empty()) continue;
    if (const v1::Code* code = facts_->rules().FindCode("rank", word)) {
      level = std::max(level, code->level());
    }
    words.push_back(WordValue(word));
  }
  if (derived == pack::Derived::kRankLevel) {
    return Value::Dec(Decimal::FromInt(level));
  }
  return Value::List(std::move(words));
}

expr::Value LedgerRecord::OfIndicatorValue(pack::Derived derived) const {
  using expr::Value;
  static const int value = ColumnOf(v1::INDICATOR_VALUE, "reported.value");
  static const int qualifier =
      ColumnOf(v1::INDICATOR_VALUE, "reported.qualifier");
  static const int target = ColumnOf(v1::INDICATOR, "target.value");
  static const int target_qualifier =
      ColumnOf(v1::INDICATOR, "target.qualifier");
  if (derived == pack::Derived::kIndicatorKind) {
    return TextOfReferred("indicator", "kind");
  }
  const auto said = static_cast<v1::Qualifier>(records_.Enum(qualifier, row_));
  if (derived == pack::Derived::kQualifier) {
    return Value::Str(absl::AsciiStrToLower(v1::Qualifier_Name(said)));
  }
  const table::Records& indicators = facts_->state().records(v1::INDICATOR);
  const auto row = facts_->state().Newest(v1::INDICATOR, Code("indicator"));
  const auto to_reach = row ? indicators.DecimalAt(target, *row) : std::nullopt;
  if (derived == pack::Derived::kTarget) {
    return to_reach ? Value::Dec(*to_reach) : Value::Missing();
  }
  // Nothing was reported, or nothing was to be reached: not zero, and not no.
  const auto reported = records_.DecimalAt(value, row_);
  if (!to_reach || !reported) return Value::Str("");
  return Value::Str(Reached(
      {*reported, said}, {*to_reach, static_cast<v1::Qualifier>(indicators.Enum(
                                         target_qualifier, *row))}));
}

expr::Value LedgerRecord::Computed(pack::Derived derived) const {
  using expr::Value;
  const uint32_t id = records_.Code(records_.schema().id_column(), row_);
  switch (vocabulary_.entity) {
    case pack::Entity::kMatter:
      return OfMatter(derived);
    case pack::Entity::kPerson:
      return OfPerson(derived);
    case pack::Entity::kActivity: {
      if (derived == pack::Derived::kPairingKind) {
        return TextOfReferred("pairing", "kind");
      }
      expr::ListValue tags;
      static const int kind = ColumnOf(v1::ACTIVITY, "kind");
      const table::Word own = records_.Text(kind, row_);
      if (const v1::Code* code =
              facts_->rules().FindCode("activity-kind", own)) {
        for (const std::string& tag : code->tag()) {
          tags.push_back(Value::Str(tag));
        }
      }
      return Value::List(std::move(tags));
    }
    case pack::Entity::kMatterList: {
      const auto [items, with_due] = facts_->ItemsOf(id);
      return Value::Dec(Decimal::FromInt(
          derived == pack::Derived::kItems ? items : with_due));
    }
    case pack::Entity::kFinding: {
      const auto [opened, rectified] = facts_->RectifiedOf(id);
      return Value::Bool(derived == pack::Derived::kOpened ? opened
                                                           : rectified);
    }
    case pack::Entity::kIndicatorValue:
      return OfIndicatorValue(derived);
    case pack::Entity::kOrganization:
      if (derived == pack::Derived::kPredecessors) {
        return PredecessorIds(facts_->state(), id, day_);
      }
      if (derived == pack::Derived::kSuccessors) {
        return SuccessorIds(facts_->state(), id, day_);
      }
      return derived == pack::Derived::kParentKind
                 ? KindOfOrganization(Code("parent"))
                 : OrganizationsAbove(id, false);
    default:
      return Value::Missing();
  }
}

}  // namespace duban::ledger
