// What a ledger's state takes in memory and as bytes, for each activity, and
// how fast its columns are read, saved and loaded.
//
//     duban_ledger_memory [ACTIVITIES] [sequential|shuffled]
//
// Activities of eight kinds and the days of a year in order of date, one
// participant out of a twentieth as many people, every fourth unannounced with
// its six attestations. Memory is what malloc has given out (mallinfo2).
#include <malloc.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "src/ledger/state.h"
#include "src/table/record_schema.h"

namespace duban {
namespace {

// SplitMix64 of a number: the same on every machine.
uint64_t Mix(uint64_t z) {
  z += 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

double Bytes() {
  const struct mallinfo2 info = mallinfo2();
  return static_cast<double>(info.uordblks + info.hblkhd);
}

// Of the processor, not of the clock: others may be using it.
double Seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

std::string Id(const char* head, uint64_t number) {
  char text[32];
  std::snprintf(text, sizeof(text), "%s%08llu", head,
                static_cast<unsigned long long>(number));
  return text;
}

v1::Activity ActivityOf(uint64_t i, uint64_t count, bool shuffled) {
  const uint64_t r = Mix(i);
  v1::Activity a;
  // 7,654,321 shares no factor with 10^8: every number comes once.
  a.set_id(Id("a", shuffled ? i * 7654321 % 100000000 : i));
  a.set_kind("visit-" + std::to_string(r % 8));
  a.set_date(Date::FromCivil(2021, 1, 1)
                 ->AddDays(static_cast<int64_t>(i * 365 / count))
                 .ToString());
  a.set_minutes(static_cast<int64_t>(15 + r / 8 % 466));
  a.add_participants(Id("p", (r >> 20) % (count / 20 + 1)));
  if ((r >> 60) % 4 == 0) {
    a.set_unannounced(true);
    const auto* values = v1::Attestation_descriptor();
    for (int k = 1; k < values->value_count(); ++k) {
      a.add_attestations(
          static_cast<v1::Attestation>(values->value(k)->number()));
    }
  }
  return a;
}

// Sums minutes and days of all rows, as a scan of an assessment would read
// them; returns nanoseconds a row.
double Scan(const table::Records& rows) {
  const int minutes = rows.schema().FindColumn("minutes");
  const int date = rows.schema().FindColumn("date");
  const int participants = rows.schema().FindColumn("participants");
  int64_t sum = 0;
  const double start = Seconds();
  for (uint32_t row = 0; row < rows.size(); ++row) {
    sum += rows.Int(minutes, row);
    if (const auto day = rows.DateAt(date, row)) sum += day->days();
    sum += rows.ListCode(participants, row, 0);
  }
  const double spent = Seconds() - start;
  if (sum == 42) std::printf(" ");  // the sum is needed
  return spent * 1e9 / rows.size();
}

// Minutes and days again, by blocks.
double ScanBlocks(const table::Records& rows) {
  constexpr uint32_t kBlock = 1024;
  const int minutes = rows.schema().FindColumn("minutes");
  const int date = rows.schema().FindColumn("date");
  int64_t numbers[kBlock];
  int32_t days[kBlock];
  int64_t sum = 0;
  const double start = Seconds();
  for (uint32_t row = 0; row < rows.size(); row += kBlock) {
    rows.ReadInts(minutes, row, kBlock, numbers);
    rows.ReadDays(date, row, kBlock, days);
    for (uint32_t i = 0; i < kBlock; ++i) sum += numbers[i] + days[i];
  }
  const double spent = Seconds() - start;
  if (sum == 42) std::printf(" ");
  return spent * 1e9 / rows.size();
}

int Main(int argc, char** argv) {
  const uint64_t count =
      argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 2000000;
  const bool shuffled = argc > 2 && std::strcmp(argv[2], "shuffled") == 0;
  ledger::State state;
  v1::Person person;
  for (uint64_t i = 0; i <= count / 20; ++i) {
    person.set_id(Id("p", i));
    state.Put(v1::PERSON, person);
  }
  const double people = Bytes();
  double start = Seconds();
  for (uint64_t i = 0; i < count; ++i) {
    state.Put(v1::ACTIVITY, ActivityOf(i, count, shuffled));
  }
  const double n = static_cast<double>(count);
  std::printf("activities      %10llu, ids %s\n",
              static_cast<unsigned long long>(count),
              shuffled ? "shuffled" : "in a row");
  std::printf("put             %10.1f s\n", Seconds() - start);
  std::printf("memory          %10.1f bytes an activity\n",
              (Bytes() - people) / n);
  std::printf("scan            %10.2f ns a row, by blocks %.2f\n",
              Scan(state.records(v1::ACTIVITY)),
              ScanBlocks(state.records(v1::ACTIVITY)));

  std::deque<std::string> pieces;
  double bytes = 0;
  start = Seconds();
  const absl::Status saved = state.Save([&](absl::string_view piece) {
    pieces.emplace_back(piece);
    bytes += static_cast<double>(piece.size());
    return absl::OkStatus();
  });
  std::printf("save            %10.2f s, %.1f bytes an activity\n",
              Seconds() - start, bytes / n);
  state = ledger::State();
  const double before = Bytes();
  start = Seconds();
  const auto loaded = ledger::State::Load([&]() -> absl::StatusOr<std::string> {
    if (pieces.empty()) return std::string();
    std::string piece = std::move(pieces.front());
    pieces.pop_front();
    return piece;
  });
  if (!saved.ok() || !loaded.ok()) {
    std::fprintf(stderr, "%s\n", loaded.status().ToString().c_str());
    return 1;
  }
  std::printf("load            %10.2f s\n", Seconds() - start);
  std::printf("loaded, memory  %10.1f bytes an activity, people included\n",
              (Bytes() + bytes - before) / n);
  std::printf("loaded, scan    %10.2f ns a row, by blocks %.2f\n",
              Scan(loaded->records(v1::ACTIVITY)),
              ScanBlocks(loaded->records(v1::ACTIVITY)));
  return 0;
}

}  // namespace
}  // namespace duban

int main(int argc, char** argv) { return duban::Main(argc, argv); }
