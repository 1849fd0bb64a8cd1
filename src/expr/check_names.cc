// Names of plain CEL: of variables, types and enum values, looked up in the
// container and what it is in; and of functions in namespaces.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "src/expr/check_state.h"
#include "src/expr/messages.h"

namespace duban::expr {
namespace {

// The types that have a name of the language.
const Type* NamedType(absl::string_view name) {
  static const auto* const types =
      new std::vector<std::pair<std::string, Type>>{
          {"bool", Type::Bool()},
          {"int", Type::Int()},
          {"uint", Type::Uint()},
          {"double", Type::Double()},
          {"string", Type::String()},
          {"bytes", Type::Bytes()},
          {"null_type", Type::Null()},
          {"type", Type::TypeType()},
          {"list", Type::List(Type::Dyn())},
          {"map", Type::Map(Type::Dyn(), Type::Dyn())},
          {"optional_type", Type::Optional(Type::Dyn())},
          {"google.protobuf.Timestamp", Type::Timestamp()},
          {"google.protobuf.Duration", Type::Duration()},
          {"net.IP", Type::Opaque("net.IP")},
          {"net.CIDR", Type::Opaque("net.CIDR")}};
  for (const auto& [known, type] : *types) {
    if (known == name) return &type;
  }
  return nullptr;
}

}  // namespace

std::string Checker::QualifiedName(int id) const {
  std::string tail;
  while (ast_.at(id).kind == NodeKind::kSelect && !ast_.at(id).is_optional) {
    tail = absl::StrCat(".", ast_.at(id).text, tail);
    if (tail.size() > 1000) return "";
    id = ast_.at(id).args[0];
  }
  const Node& root = ast_.at(id);
  if (root.kind != NodeKind::kIdentifier) return "";
  for (const Local& local : locals_) {
    if (local.name == root.text) return "";
  }
  return absl::StrCat(root.text, tail);
}

// In the container a.b: a.b.name, a.name, name.
std::vector<std::string> Checker::Candidates(const std::string& name) const {
  if (name.empty()) return {};
  if (name[0] == '.') return {name.substr(1)};
  std::vector<std::string> candidates;
  std::string container = environment_.container();
  while (!container.empty()) {
    candidates.push_back(absl::StrCat(container, ".", name));
    const size_t point = container.rfind('.');
    container.resize(point == std::string::npos ? 0 : point);
  }
  candidates.push_back(name);
  return candidates;
}

bool Checker::NameToConstant(const std::string& name, Value* value,
                             Type* type) const {
  const MessageTypes* messages = environment_.messages();
  if (const Type* named = NamedType(name); named != nullptr) {
    *value = Value::TypeOf(*named);
    *type = Type::TypeType(*named);
    return true;
  }
  if (messages == nullptr) return false;
  if (const Type found = messages->FindType(name);
      found.kind() != Kind::kError) {
    *value = Value::TypeOf(found);
    *type = Type::TypeType(found);
    return true;
  }
  int64_t number = 0;
  if (!messages->FindEnumValue(name, &number)) return false;
  *value = Value::Int(number);
  *type = Type::Int();
  return true;
}

bool Checker::CheckQualified(int id) {
  NodeInfo& info = checked_.info[id];
  for (const std::string& name : Candidates(QualifiedName(id))) {
    const int slot = environment_.FindVariable(name);
    Value value;
    if (slot >= 0) {
      info.reference = Reference::kVariable;
      info.index = slot;
      info.type = environment_.variables()[slot].type;
      reads_.insert(slot);
    } else if (NameToConstant(name, &value, &info.type)) {
      info.reference = Reference::kConstant;
      info.index = static_cast<int>(checked_.constants.size());
      checked_.constants.push_back(std::move(value));
    } else {
      continue;
    }
    checked_.names[id] = name;
    return true;
  }
  return false;
}

const Function* Checker::QualifiedFunction(int id) const {
  const Node& node = ast_.at(id);
  std::string name = node.text;
  if (node.is_method) {
    const std::string space = QualifiedName(node.args[0]);
    if (space.empty()) return nullptr;
    name = absl::StrCat(space, ".", node.text);
  }
  for (const std::string& candidate : Candidates(name)) {
    const Function* function = environment_.FindInLibrary(candidate);
    if (function != nullptr && function->has(false)) return function;
  }
  return nullptr;
}

}  // namespace duban::expr
