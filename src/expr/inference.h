// Which types fit where, and what the type parameters of overloads and of
// empty lists stand for: the inference that CEL's checker is specified with,
// and the simpler rules of the scoring profile, where an int may be given
// for a decimal.
//
// Belongs to one check; not thread-safe.
#ifndef DUBAN_SRC_EXPR_INFERENCE_H_
#define DUBAN_SRC_EXPR_INFERENCE_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "src/base/hash_map.h"
#include "src/expr/library.h"
#include "src/expr/source.h"
#include "src/expr/type.h"

namespace duban::expr {

class Inference {
 public:
  explicit Inference(Profile profile) : profile_(profile) {}

  // A parameter that nothing is known of yet.
  Type Fresh();
  // The signature with parameters of its own in place of its letters.
  Overload Instantiate(const Overload& overload);

  // Whether a value of type `from` may be given where `to` is wanted. Where
  // that holds, what it says of parameters is kept; otherwise nothing is.
  bool Assign(const Type& from, const Type& to);
  bool AssignAll(const std::vector<Type>& from, const std::vector<Type>& to,
                 bool repeats);
  // The type of a list that holds both, and of `?:`. False where there is
  // none but dyn; *result is dyn then.
  bool Join(const Type& a, const Type& b, Type* result);
  // Whether == makes sense between the two.
  bool Comparable(const Type& a, const Type& b);

  // What is known of the parameters put in; what is not known stays, or is
  // made dyn.
  Type Substitute(const Type& type, bool unknown_to_dyn) const;

 private:
  bool Fits(const Type& from, const Type& to);
  bool FitsParameter(const Type& type, const Type& parameter, bool* known);
  bool FitsKinds(const Type& from, const Type& to);
  bool FitsParts(const Type& from, const Type& to);
  bool Occurs(const Type& parameter, const Type& type) const;
  void Set(const std::string& parameter, const Type& type);
  void Undo(size_t mark);
  bool JoinScoring(const Type& a, const Type& b, Type* result);

  Profile profile_;
  HashMap<std::string, Type> found_;
  // What Set() replaced, newest last; nothing where there was nothing.
  std::vector<std::pair<std::string, std::optional<Type>>> replaced_;
  int next_ = 0;
};

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_INFERENCE_H_
