// What the C++ engines of this benchmark share: the records, the expressions,
// and how a pass over all records is timed and reported.
//
// Knows nothing of any engine. Faults in the files end the program with a
// message: there is nobody who could handle them. For one thread.
#ifndef DUBAN_BENCHMARKS_EXPR_RECORDS_H_
#define DUBAN_BENCHMARKS_EXPR_RECORDS_H_

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

namespace duban_bench {

[[noreturn]] inline void Fail(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(1);
}

// A column; which of the three it is made of, `type` says.
struct Column {
  enum Type { kInt, kBool, kText };
  std::string name;
  Type type = kText;
  std::vector<int64_t> ints;
  std::vector<uint8_t> bools;
  std::vector<std::string> texts;
};

struct Expression {
  std::string name;
  std::string type;  // "bool" or "int"
  std::string text;
};

inline std::vector<std::string> SplitAtTabs(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream rest(line);
  for (std::string field; std::getline(rest, field, '\t');) {
    fields.push_back(field);
  }
  return fields;
}

inline Column::Type TypeOfColumn(const std::string& name) {
  if (name == "unannounced") return Column::kBool;
  if (name == "kind" || name == "organization" || name == "title") {
    return Column::kText;
  }
  return Column::kInt;
}

inline void Append(const std::string& field, Column* column) {
  switch (column->type) {
    case Column::kInt:
      column->ints.push_back(std::stoll(field));
      break;
    case Column::kBool:
      column->bools.push_back(field == "true" ? 1 : 0);
      break;
    case Column::kText:
      column->texts.push_back(field);
      break;
  }
}

class Records {
 public:
  explicit Records(const std::string& path) {
    std::ifstream file(path);
    std::string line;
    if (!std::getline(file, line)) Fail("cannot read " + path);
    for (const std::string& name : SplitAtTabs(line)) {
      columns_.emplace_back();
      columns_.back().name = name;
      columns_.back().type = TypeOfColumn(name);
    }
    for (; std::getline(file, line); rows_++) {
      const std::vector<std::string> fields = SplitAtTabs(line);
      if (fields.size() != columns_.size()) Fail("a torn line: " + line);
      for (size_t i = 0; i < fields.size(); i++) {
        Append(fields[i], &columns_[i]);
      }
    }
  }

  size_t rows() const { return rows_; }
  const std::vector<Column>& columns() const { return columns_; }
  const Column& Find(const std::string& name) const {
    for (const Column& column : columns_) {
      if (column.name == name) return column;
    }
    Fail("there is no column " + name);
  }

 private:
  size_t rows_ = 0;
  std::vector<Column> columns_;
};

inline std::vector<Expression> ReadExpressions(const std::string& path) {
  std::ifstream file(path);
  std::vector<Expression> expressions;
  for (std::string line; std::getline(file, line);) {
    const std::vector<std::string> fields = SplitAtTabs(line);
    if (fields.size() != 3) Fail("not an expression: " + line);
    expressions.push_back({fields[0], fields[1], fields[2]});
  }
  if (expressions.empty()) Fail("no expressions in " + path);
  return expressions;
}

// Puts the results of one pass together. An error is no value: it is not
// counted. The sums wrap.
class Tally {
 public:
  void Add(size_t row, int64_t value) {
    count_++;
    checksum_ += static_cast<uint64_t>(value) * (row + 1);
    sum_ += static_cast<uint64_t>(value);
  }
  int64_t count() const { return count_; }
  int64_t checksum() const { return static_cast<int64_t>(checksum_); }
  // What a timed pass must come to.
  int64_t sum() const { return static_cast<int64_t>(sum_); }

 private:
  int64_t count_ = 0;
  uint64_t checksum_ = 0;
  uint64_t sum_ = 0;
};

// Times pass(), which evaluates all rows and gives the sum of their values,
// and prints a line: name, nanoseconds a row in the best of the passes, how
// many rows have a value, and the checksum.
template <typename Pass>
void Measure(const std::string& name, const Tally& expected, size_t rows,
             int passes, const Pass& pass) {
  constexpr int kWarmingPasses = 3;
  double best = std::numeric_limits<double>::infinity();
  for (int i = 0; i < kWarmingPasses + passes; i++) {
    const auto start = std::chrono::steady_clock::now();
    const int64_t sum = pass();
    const std::chrono::duration<double, std::nano> took =
        std::chrono::steady_clock::now() - start;
    if (sum != expected.sum()) {
      Fail(name + ": a pass gave " + std::to_string(sum) + ", not " +
           std::to_string(expected.sum()));
    }
    if (i >= kWarmingPasses) best = std::min(best, took.count());
  }
  std::printf("%s %.3f %lld %lld\n", name.c_str(),
              best / static_cast<double>(rows),
              static_cast<long long>(expected.count()),
              static_cast<long long>(expected.checksum()));
  std::fflush(stdout);
}

}  // namespace duban_bench

#endif  // DUBAN_BENCHMARKS_EXPR_RECORDS_H_
