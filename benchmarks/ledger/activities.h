// The activities that are written: eight kinds, the days of a year in order,
// one or two participants out of so many people. The same every time.
#ifndef DUBAN_BENCHMARKS_LEDGER_ACTIVITIES_H_
#define DUBAN_BENCHMARKS_LEDGER_ACTIVITIES_H_

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "duban/pack.h"
#include "duban/v1/ledger.pb.h"
#include "src/base/date.h"

namespace duban::bench {

constexpr int kBatch = 10000;
constexpr int kKinds = 8;

inline std::string Numbered(const char* head, int64_t number) {
  char text[32];
  std::snprintf(text, sizeof(text), "%s%08lld", head,
                static_cast<long long>(number));
  return text;
}

// SplitMix64 of a number: the same on every machine.
inline uint64_t Mix(uint64_t z) {
  z += 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

struct Deed {
  int kind;
  int day;
  int minutes;
  int participants;
  int person[2];
};

class Activities {
 public:
  explicit Activities(int people) : people_(people) {
    std::string text =
        "format_version: 1 id: 'bench' version: '1' "
        "term { from: '2021-01-01' until: '2021-12-31' } "
        "code_list { id: 'organization-kind' code { id: 'school' } } "
        "code_list { id: 'person-kind' code { id: 'member' } } "
        "code_list { id: 'activity-kind' ";
    for (int k = 0; k < kKinds; ++k) text += "code { id: '" + Kind(k) + "' } ";
    v1::ErrorList faults;
    auto pack = Pack::Parse({{"bench.textproto", text + "}"}}, &faults);
    if (!pack.ok()) {
      std::fprintf(stderr, "%s\n", pack.status().ToString().c_str());
      std::exit(1);
    }
    pack_ = *pack;
  }

  const std::shared_ptr<const Pack>& pack() const { return pack_; }
  int people() const { return people_; }
  static std::string Kind(int k) { return "visit-" + std::to_string(k); }
  static std::string Day(int day) {
    return Date::FromCivil(2021, 1, 1)->AddDays(day).ToString();
  }
  static std::string Person(int64_t i) { return Numbered("person-", i); }

  Deed At(int64_t i) const {
    const uint64_t r = Mix(static_cast<uint64_t>(i));
    Deed deed{};
    deed.kind = static_cast<int>(r % kKinds);
    deed.day = static_cast<int>(i / 3000 % 365);
    deed.minutes = 15 + static_cast<int>(r / 8 % 466);
    deed.participants = 1 + static_cast<int>(r / 4096 % 2);
    const auto people = static_cast<uint64_t>(people_);
    deed.person[0] = static_cast<int>((r >> 16) % people);
    deed.person[1] = static_cast<int>((deed.person[0] + 1) % people_);
    return deed;
  }

  // An organization and the people.
  std::vector<v1::Batch> World() const {
    std::vector<v1::Batch> batches(1);
    v1::Organization* school =
        batches[0].add_changes()->mutable_put_organization();
    school->set_id("school");
    school->set_name("学校");
    school->set_kind("school");
    for (int i = 0; i < people_; ++i) {
      if (batches.back().changes_size() >= kBatch) batches.emplace_back();
      v1::Person* person = batches.back().add_changes()->mutable_put_person();
      person->set_id(Person(i));
      person->set_name(Person(i));
      person->set_organization("school");
      person->add_kinds("member");
    }
    return batches;
  }

  v1::Batch BatchFrom(int64_t from) const {
    v1::Batch batch;
    for (int64_t i = from; i < from + kBatch; ++i) {
      const Deed deed = At(i);
      v1::Activity* a = batch.add_changes()->mutable_record_activity();
      a->set_id(Numbered("act-", i));
      a->set_kind(Kind(deed.kind));
      a->set_date(Day(deed.day));
      a->set_minutes(deed.minutes);
      for (int p = 0; p < deed.participants; ++p) {
        a->add_participants(Person(deed.person[p]));
      }
    }
    return batch;
  }

  // The same by column. Participants are dictionary-coded.
  v1::Batch ColumnsFrom(int64_t from, int rows) const {
    v1::Batch batch;
    v1::PutColumns* columns = batch.add_changes()->mutable_put_columns();
    columns->set_kind(v1::ACTIVITY);
    columns->set_rows(static_cast<uint32_t>(rows));
    v1::ColumnData* id = Column("id", 4, columns);
    id->set_head("act-");
    id->set_digits(8);
    v1::ColumnData* kind = Column("kind", 1, columns);
    for (int k = 0; k < kKinds; ++k) kind->add_word(Kind(k));
    v1::ColumnData* date = Column("date", 2, columns);
    date->set_base(Date::FromCivil(2021, 1, 1)->days() - Date::Min().days() +
                   1);
    v1::ColumnData* minutes = Column("minutes", 2, columns);
    v1::ColumnData* participants = Column("participants", 4, columns);
    for (int p = 0; p < people_; ++p) participants->add_word(Person(p));
    participants->set_length_width(1);
    for (int64_t i = from; i < from + rows; ++i) {
      const Deed deed = At(i);
      Item(i, id);
      Item(deed.kind + 1, kind);
      Item(deed.day, date);
      Item(deed.minutes, minutes);
      for (int p = 0; p < deed.participants; ++p) {
        Item(deed.person[p] + 1, participants);
      }
      participants->mutable_lengths()->push_back(
          static_cast<char>(deed.participants));
    }
    return batch;
  }

 private:
  static v1::ColumnData* Column(const char* name, uint32_t width,
                                v1::PutColumns* columns) {
    v1::ColumnData* column = columns->add_column();
    column->set_name(name);
    column->set_width(width);
    return column;
  }
  static void Item(int64_t item, v1::ColumnData* column) {
    auto bits = static_cast<uint64_t>(item);
    for (uint32_t i = 0; i < column->width(); ++i, bits >>= 8) {
      column->mutable_items()->push_back(static_cast<char>(bits & 0xFF));
    }
  }

  int people_;
  std::shared_ptr<const Pack> pack_;
};

}  // namespace duban::bench

#endif  // DUBAN_BENCHMARKS_LEDGER_ACTIVITIES_H_
