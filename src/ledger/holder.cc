#include "src/ledger/holder.h"

#include <algorithm>
#include <utility>

#include "src/ledger/facts.h"
#include "src/ledger/matter_record.h"
#include "src/ledger/succession.h"
#include "src/table/record_schema.h"

namespace duban::ledger {
namespace {

using expr::Value;

// A tree deeper than this is none.
constexpr int kMaxDepth = 64;

}  // namespace

HolderRecord::HolderRecord(const State& state, const pack::Rules& rules,
                           pack::Entity entity, uint32_t row, Date day)
    : state_(state),
      rules_(rules),
      vocabulary_(pack::VocabularyOf(entity)),
      records_(state.records(vocabulary_.kind)),
      row_(row),
      day_(day) {}

Value HolderRecord::Get(int field) const {
  const pack::Field& f = vocabulary_.fields[field];
  if (f.column >= 0) return ColumnValue(records_, f.column, row_);
  static const int home = ColumnOf(v1::PERSON, "organization");
  static const int parent = ColumnOf(v1::ORGANIZATION, "parent");
  const uint32_t above =
      records_.Code(vocabulary_.kind == v1::PERSON ? home : parent, row_);
  const uint32_t own = records_.Code(records_.schema().id_column(), row_);
  switch (f.derived) {
    case pack::Derived::kRoles:
    case pack::Derived::kRanks:
    case pack::Derived::kRankLevel:
      return Posts(f.derived);
    case pack::Derived::kOrganizationKind:
    case pack::Derived::kParentKind:
      return KindOf(above);
    case pack::Derived::kOrganizationsAbove:
      return Above(above);
    case pack::Derived::kPredecessors:
      return PredecessorIds(state_, own, day_);
    case pack::Derived::kSuccessors:
      return SuccessorIds(state_, own, day_);
    default:
      return Value::Missing();
  }
}

Value HolderRecord::Posts(pack::Derived derived) const {
  static const int person = ColumnOf(v1::POST, "person");
  static const int since = ColumnOf(v1::POST, "since");
  static const int until = ColumnOf(v1::POST, "until");
  const int word =
      ColumnOf(v1::POST, derived == pack::Derived::kRoles ? "role" : "rank");
  const table::Records& posts = state_.records(v1::POST);
  std::vector<uint32_t> held;
  state_.indexes()
      .Referring(state_, v1::POST, person)
      .Any(records_.Code(records_.schema().id_column(), row_),
           [&](uint32_t post) {
             if (state_.counts(v1::POST, post) &&
                 posts.DateAt(since, post).value_or(Date::Min()) <= day_ &&
                 day_ <= posts.DateAt(until, post).value_or(Date::Max())) {
               held.push_back(post);
             }
             return false;
           });
  std::reverse(held.begin(), held.end());
  expr::ListValue words;
  int level = 0;
  for (const uint32_t post : held) {
    const table::Word text = posts.Text(word, post);
    if (text.empty()) continue;
    words.push_back(WordValue(text));
    if (const v1::Code* code = rules_.FindCode("rank", text)) {
      level = std::max(level, code->level());
    }
  }
  return derived == pack::Derived::kRankLevel
             ? Value::Dec(Decimal::FromInt(level))
             : Value::List(std::move(words));
}

Value HolderRecord::KindOf(uint32_t organization) const {
  static const int kind = ColumnOf(v1::ORGANIZATION, "kind");
  const auto row = state_.At(v1::ORGANIZATION, organization, day_);
  if (!row) return Value::Str("");
  return WordValue(state_.records(v1::ORGANIZATION).Text(kind, *row));
}

Value HolderRecord::Above(uint32_t organization) const {
  static const int parent = ColumnOf(v1::ORGANIZATION, "parent");
  expr::ListValue ids;
  for (int depth = 0; depth <= kMaxDepth; ++depth) {
    const auto row = state_.At(v1::ORGANIZATION, organization, day_);
    if (!row) break;
    ids.push_back(WordValue(state_.ids(v1::ORGANIZATION).At(organization)));
    organization = state_.records(v1::ORGANIZATION).Code(parent, *row);
  }
  return Value::List(std::move(ids));
}

}  // namespace duban::ledger
