// Random typed expressions of either profile, and the variables they are
// about. The same seed gives the same everywhere. Not thread-safe.
#ifndef DUBAN_TESTS_EXPR_RANDOM_EXPRESSION_H_
#define DUBAN_TESTS_EXPR_RANDOM_EXPRESSION_H_

#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "src/expr/program.h"
#include "tests/expr/campaign.h"
#include "tests/expr/random.h"

namespace duban::expr {

// What random expressions are made of.
enum class Sort : uint8_t {
  kBool,
  kInt,
  kDecimal,
  kDate,
  kUint,
  kDouble,
  kBytes,
  kTime,
  kSpan,
  kString,
  kInts,
  kTexts,
  kMap,       // of string to int
  kOptional,  // of int
};

// Variables of all sorts. In the scoring profile some may be missing, and r
// and q are records of the same type.
class RandomWorld {
 public:
  explicit RandomWorld(Profile profile);
  RandomWorld(const RandomWorld&) = delete;
  RandomWorld& operator=(const RandomWorld&) = delete;

  Profile profile() const { return environment_.profile(); }
  const Environment& environment() const { return environment_; }
  const RecordType& record() const { return record_; }

 private:
  RecordType record_;
  Bands bands_;
  Weekdays weekdays_;
  Environment environment_;
};

// Writes expressions that the checker takes.
class RandomExpression {
 public:
  RandomExpression(Profile profile, Random* random)
      : profile_(profile), random_(*random) {}

  // Of any sort of the profile.
  std::string Any(int depth);
  std::string Of(Sort sort, int depth);

 private:
  bool scoring() const { return profile_ == Profile::kScoring; }
  bool Chance(uint32_t one_in) { return random_.Below(one_in) == 0; }
  std::string Pick(std::initializer_list<const char*> texts);
  Sort AnyScalar();
  std::string Leaf(Sort sort);
  std::string Literal(Sort sort);
  std::string IntLiteral();
  std::string DecimalLiteral();
  std::string LocalOf(Sort sort);  // or empty
  std::string Name();
  // The body of a macro whose variables are of the sorts given.
  std::string Body(Sort sort, int depth, const std::string& name, Sort local);

  std::string Bool(int depth);
  std::string Relation(int depth);
  std::string Among(int depth);
  std::string Quantified(int depth);
  std::string Presence(int depth);
  std::string BoolOfCel(int depth);
  std::string Int(int depth);
  std::string IntOfCel(int depth);
  std::string IntOfScoring(int depth);
  std::string Decimal(int depth);
  std::string Date(int depth);
  std::string Uint(int depth);
  std::string Double(int depth);
  std::string Bytes(int depth);
  std::string Time(int depth);
  std::string Span(int depth);
  std::string Text(int depth);
  std::string Ints(int depth);
  std::string Texts(int depth);
  std::string Map(int depth);
  std::string Optional(int depth);

  const Profile profile_;
  Random& random_;
  std::vector<std::pair<std::string, Sort>> locals_;
  int names_ = 0;
};

}  // namespace duban::expr

#endif  // DUBAN_TESTS_EXPR_RANDOM_EXPRESSION_H_
