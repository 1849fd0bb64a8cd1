#include "src/expr/macros.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace duban::expr {
namespace {

// A method with this name and this many arguments (its range not counted),
// the first of which are variables.
struct Form {
  absl::string_view name;
  size_t arguments;
  size_t variables;
  Macro macro;
  bool only_cel;
};
constexpr Form kForms[] = {
    {"all", 2, 1, Macro::kAll, false},
    {"all", 3, 2, Macro::kAll, true},
    {"exists", 2, 1, Macro::kExists, false},
    {"exists", 3, 2, Macro::kExists, true},
    {"exists_one", 2, 1, Macro::kExistsOne, false},
    {"exists_one", 3, 2, Macro::kExistsOne, true},
    {"existsOne", 2, 1, Macro::kExistsOne, false},
    {"existsOne", 3, 2, Macro::kExistsOne, true},
    {"filter", 2, 1, Macro::kFilter, false},
    {"map", 2, 1, Macro::kMap, false},
    {"map", 3, 1, Macro::kMapFilter, false},
    {"transformList", 3, 2, Macro::kTransformList, true},
    {"transformList", 4, 2, Macro::kTransformListFilter, true},
    {"transformMap", 3, 2, Macro::kTransformMap, true},
    {"transformMap", 4, 2, Macro::kTransformMapFilter, true},
    {"transformMapEntry", 3, 2, Macro::kTransformMapEntry, true},
    {"transformMapEntry", 4, 2, Macro::kTransformMapEntryFilter, true},
    {"optMap", 2, 1, Macro::kOptMap, true},
    {"optFlatMap", 2, 1, Macro::kOptFlatMap, true},
};

const Form* FindForm(absl::string_view name, size_t arguments,
                     Profile profile) {
  for (const Form& form : kForms) {
    if (form.name == name && form.arguments == arguments) {
      return form.only_cel && profile != Profile::kCel ? nullptr : &form;
    }
  }
  return nullptr;
}

bool IsFold(Macro macro) {
  return macro != Macro::kOptMap && macro != Macro::kOptFlatMap;
}

class Expansion {
 public:
  Expansion(Ast* ast, int call, Profile profile, SourceErrors* errors)
      : ast_(*ast),
        node_(ast->nodes[call]),
        profile_(profile),
        errors_(errors) {}

  void Run();

 private:
  bool IsCel() const { return profile_ == Profile::kCel; }
  const Node& Argument(size_t i) const { return ast_.at(node_.args[i]); }
  // Makes the call kError; says why, unless the argument is already one.
  SourceError* Fail(const Node& argument, absl::string_view zh,
                    absl::string_view en);

  void ExpandHas();
  void ExpandForm(const Form& form);
  bool CheckVariable(const Form& form, size_t i);
  bool IsSimpleName(const Node& node) const {
    return node.kind == NodeKind::kIdentifier && node.text[0] != '.';
  }
  // These are false where the call is not of a macro.
  bool ExpandOfCel();
  bool ExpandOfProto();
  void ExpandBind();
  void ExpandBlock();
  void ExpandBlockName(absl::string_view prefix);
  void ExpandExtension();
  std::string ExtensionName(int id);

  Ast& ast_;
  Node& node_;
  const Profile profile_;
  SourceErrors* const errors_;
  SourceError unsaid_;
};

SourceError* Expansion::Fail(const Node& argument, absl::string_view zh,
                             absl::string_view en) {
  node_.kind = NodeKind::kError;
  if (argument.kind == NodeKind::kError) return &unsaid_;
  return &errors_->Add("SYNTAX", argument.begin, argument.end - argument.begin,
                       zh, en);
}

void Expansion::Run() {
  const size_t arguments = node_.args.size() - (node_.is_method ? 1 : 0);
  if (!node_.is_method) {
    if (node_.text == "has" && arguments == 1) ExpandHas();
    return;
  }
  if (IsCel() && Argument(0).kind == NodeKind::kIdentifier) {
    if (Argument(0).text == "cel" && ExpandOfCel()) return;
    if (Argument(0).text == "proto" && ExpandOfProto()) return;
  }
  const Form* const form = FindForm(node_.text, arguments, profile_);
  if (form != nullptr) ExpandForm(*form);
}

void Expansion::ExpandHas() {
  const Node& operand = Argument(0);
  const bool readable =
      IsCel() ? operand.kind == NodeKind::kSelect && !operand.is_optional
              : operand.kind == NodeKind::kSelect ||
                    operand.kind == NodeKind::kIdentifier ||
                    (operand.kind == NodeKind::kOperator &&
                     operand.op == Operator::kIndex);
  if (readable) {
    node_.kind = NodeKind::kHas;
  } else if (IsCel()) {
    Fail(operand, "has() 里只能写字段", "has() takes a field")
        ->Hint("例如 has(person.age)", "for instance has(person.age)");
  } else {
    Fail(operand, "has() 里只能写变量或字段",
         "has() takes a variable or a field")
        ->Hint("例如 has(x)、has(person.age)、has(m['键'])",
               "for instance has(x), has(person.age), has(m['key'])");
  }
}

// Argument i is to be a variable, and may be one.
bool Expansion::CheckVariable(const Form& form, size_t i) {
  const Node& variable = Argument(i);
  const absl::string_view name = form.name;
  if (!IsSimpleName(variable)) {
    const absl::string_view which = i == 1 ? "first" : "second";
    SourceError* const error =
        Fail(variable,
             absl::StrCat(name, "() 的第", i == 1 ? "一" : "二",
                          "个参数必须是一个名称"),
             absl::StrCat("the ", which, " argument of ", name,
                          "() must be a name"));
    if (form.variables == 1) {
      error->Hint(absl::StrCat("例如 xs.", name, "(x, x > 0)"),
                  absl::StrCat("for instance xs.", name, "(x, x > 0)"));
    } else {
      error->Hint(absl::StrCat("例如 xs.", name, "(i, x, x > 0)"),
                  absl::StrCat("for instance xs.", name, "(i, x, x > 0)"));
    }
    return false;
  }
  if (i == 2 && variable.text == Argument(1).text) {
    Fail(variable, absl::StrCat(name, "() 的两个变量不能同名"),
         absl::StrCat("the two variables of ", name, "() must differ"))
        ->Hint("换一个名称", "choose another name");
    return false;
  }
  // What the specification calls the value that a fold builds up.
  if (IsCel() && IsFold(form.macro) && variable.text == "__result__") {
    Fail(variable, "__result__ 不能作变量名",
         "__result__ cannot be the name of a variable")
        ->Hint("换一个名称", "choose another name");
    return false;
  }
  return true;
}

void Expansion::ExpandForm(const Form& form) {
  for (size_t i = 1; i <= form.variables; ++i) {
    if (!CheckVariable(form, i)) return;
  }
  node_.kind = NodeKind::kComprehension;
  node_.macro = form.macro;
  node_.is_method = false;
  node_.text = Argument(1).text;
  if (form.variables == 2) node_.text2 = Argument(2).text;
  node_.args.erase(node_.args.begin() + 1,
                   node_.args.begin() + 1 + static_cast<int>(form.variables));
}

bool Expansion::ExpandOfCel() {
  const size_t arguments = node_.args.size() - 1;
  if (node_.text == "bind" && arguments == 3) {
    ExpandBind();
  } else if (node_.text == "block" && arguments == 2) {
    ExpandBlock();
  } else if (node_.text == "index" && arguments == 1) {
    ExpandBlockName("@index");
  } else if (node_.text == "iterVar" && arguments == 2) {
    ExpandBlockName("@it:");
  } else if (node_.text == "accuVar" && arguments == 2) {
    ExpandBlockName("@ac:");
  } else {
    return false;
  }
  return true;
}

bool Expansion::ExpandOfProto() {
  const bool named = node_.text == "hasExt" || node_.text == "getExt";
  if (!named || node_.args.size() != 3) return false;
  ExpandExtension();
  return true;
}

void Expansion::ExpandBind() {
  if (!IsSimpleName(Argument(1))) {
    Fail(Argument(1), "cel.bind() 的第一个参数必须是一个名称",
         "the first argument of cel.bind() must be a name")
        ->Hint("例如 cel.bind(x, 1 + 2, x * x)",
               "for instance cel.bind(x, 1 + 2, x * x)");
    return;
  }
  node_.kind = NodeKind::kComprehension;
  node_.macro = Macro::kBind;
  node_.is_method = false;
  node_.text = Argument(1).text;
  node_.args.erase(node_.args.begin(), node_.args.begin() + 2);
}

void Expansion::ExpandBlock() {
  const Node& list = Argument(1);
  if (list.kind != NodeKind::kList || !list.optional.empty()) {
    Fail(list, "cel.block() 的第一个参数必须是一个列表",
         "the first argument of cel.block() must be a list as it is written")
        ->Hint("例如 cel.block([1 + 2], cel.index(0) * cel.index(0))",
               "for instance cel.block([1 + 2], cel.index(0) * cel.index(0))");
    return;
  }
  std::vector<int> args = list.args;
  args.push_back(node_.args[2]);
  node_.kind = NodeKind::kComprehension;
  node_.macro = Macro::kBlock;
  node_.is_method = false;
  node_.text.clear();
  node_.args = std::move(args);
}

// "@index0" of cel.index(0), "@it:1:2" of cel.iterVar(1, 2).
void Expansion::ExpandBlockName(absl::string_view prefix) {
  std::string name(prefix);
  for (size_t i = 1; i < node_.args.size(); ++i) {
    const Node& number = Argument(i);
    if (number.kind != NodeKind::kConstant ||
        number.constant != ConstantKind::kInt || number.integer < 0) {
      Fail(number, absl::StrCat("cel.", node_.text, "() 的参数必须是非负整数"),
           absl::StrCat("cel.", node_.text,
                        "() takes integers that are not negative"));
      return;
    }
    absl::StrAppend(&name, i > 1 ? ":" : "", number.integer);
  }
  node_.kind = NodeKind::kIdentifier;
  node_.is_method = false;
  node_.text = std::move(name);
  node_.offset = node_.begin;
  node_.length = node_.end - node_.begin;
  node_.args.clear();
}

// "pkg.ext" of such a selection; otherwise empty.
std::string Expansion::ExtensionName(int id) {
  std::string name;
  for (; ast_.at(id).kind == NodeKind::kSelect; id = ast_.at(id).args[0]) {
    const Node& node = ast_.at(id);
    if (node.is_optional || !IsFieldName(node.text)) return "";
    name = absl::StrCat(".", node.text, name);
  }
  const Node& first = ast_.at(id);
  if (name.empty() || first.kind != NodeKind::kIdentifier ||
      first.text[0] == '@') {
    return "";
  }
  const bool absolute = first.text[0] == '.';
  return first.text.substr(absolute ? 1 : 0) + name;
}

void Expansion::ExpandExtension() {
  const int extension = node_.args[2];
  std::string name = ExtensionName(extension);
  if (name.empty()) {
    Fail(ast_.at(extension),
         absl::StrCat("proto.", node_.text,
                      "() 的第二个参数必须是扩展字段的"
                      "全名"),
         absl::StrCat("the second argument of proto.", node_.text,
                      "() must be the full name of an extension"))
        ->Hint(
            absl::StrCat("例如 proto.", node_.text, "(msg, pkg.name)"),
            absl::StrCat("for instance proto.", node_.text, "(msg, pkg.name)"));
    return;
  }
  const bool has = node_.text == "hasExt";
  const int message = node_.args[1];
  Node& select = has ? ast_.nodes[extension] : node_;
  select.kind = NodeKind::kSelect;
  select.is_method = false;
  select.text = std::move(name);
  select.offset = ast_.at(extension).begin;
  select.length = ast_.at(extension).end - select.offset;
  select.args = {message};
  if (!has) return;
  select.begin = ast_.at(message).begin;
  node_.kind = NodeKind::kHas;
  node_.is_method = false;
  node_.text = "has";
  node_.args = {extension};
}

}  // namespace

void ExpandMacro(Ast* ast, int call, Profile profile, SourceErrors* errors) {
  Expansion(ast, call, profile, errors).Run();
}

}  // namespace duban::expr
