// Messages of protobuf: their fields, and how they are made.
#include <string>

#include "absl/strings/str_cat.h"
#include "src/expr/check_state.h"
#include "src/expr/messages.h"
#include "src/expr/unknown.h"

namespace duban::expr {

void Checker::ReportField(int id, const Type& type) {
  const Node& node = ast_.at(id);
  Fail("UNKNOWN_FIELD", node,
       absl::StrCat(type.ToString(), " 没有字段“", node.text, "”"),
       absl::StrCat(type.ToString(), " has no field '", node.text, "'"));
}

// The type of a selection on an operand of that type.
Type Checker::FieldOf(int id, const Type& type) {
  const Node& node = ast_.at(id);
  const bool of_optional = type.kind() == Kind::kOptional;
  const Type operand = of_optional ? type.parameters()[0] : type;
  Type field = Type::Dyn();
  switch (operand.kind()) {
    case Kind::kError:
      return Type::Error();
    case Kind::kMap:
      field = operand.value();
      break;
    case Kind::kMessage: {
      const auto* found =
          environment_.messages()->FindField(*operand.message(), node.text);
      if (found == nullptr) {
        ReportField(id, operand);
        return Type::Error();
      }
      field = environment_.messages()->TypeOfField(*found);
      break;
    }
    case Kind::kParameter:
      inference_.Assign(Type::Dyn(), operand);
      break;
    case Kind::kDyn:
    case Kind::kAny:
      break;
    default:
      ReportUnknownField(node, operand, errors_);
      return Type::Error();
  }
  const bool optional = of_optional || node.is_optional;
  return optional && field.kind() != Kind::kOptional ? Type::Optional(field)
                                                     : field;
}

void Checker::CheckMessage(int id) {
  const Node& node = ast_.at(id);
  for (const int arg : node.args) CheckNode(arg);
  if (!cel()) {
    Fail("NOT_IN_PROFILE", node,
         absl::StrCat("评分规则里不能构造消息 ", node.text, "{…}"),
         absl::StrCat("messages such as ", node.text,
                      "{…} are not in the scoring profile"));
    return;
  }
  NodeInfo& info = checked_.info[id];
  const MessageTypes* messages = environment_.messages();
  for (const std::string& name : Candidates(node.text)) {
    if (messages == nullptr) break;
    info.message = messages->FindMessage(name);
    if (info.message == nullptr) continue;
    checked_.names[id] = name;
    info.type = messages->FindType(name);
    break;
  }
  if (info.message == nullptr) {
    const std::string zh = absl::StrCat("没有消息类型“", node.text, "”");
    const std::string en =
        absl::StrCat("there is no message type '", node.text, "'");
    if (unchecked_) return FailLater(id, "UNKNOWN_MESSAGE", zh, en);
    Fail("UNKNOWN_MESSAGE", node, zh, en);
    return;
  }
  SetMadeDepth(id, ArgumentDepth(id) + 1);
  if (unchecked_) return;
  for (size_t i = 0; i < node.args.size(); ++i) {
    const auto* field = messages->FindField(*info.message, node.fields[i]);
    const Node& value = ast_.at(node.args[i]);
    if (field == nullptr) {
      errors_->Add("UNKNOWN_FIELD", value.begin, value.end - value.begin,
                   absl::StrCat(info.message->full_name(), " 没有字段“",
                                node.fields[i], "”"),
                   absl::StrCat(info.message->full_name(), " has no field '",
                                node.fields[i], "'"));
      continue;
    }
    const bool optional = !node.optional.empty() && node.optional[i];
    const Type wanted = messages->TypeOfField(*field);
    const Type type = Element(node.args[i], optional);
    if (inference_.Assign(type, wanted)) continue;
    errors_->Add("NO_OVERLOAD", value.begin, value.end - value.begin,
                 absl::StrCat("字段“", node.fields[i], "”要 ",
                              wanted.ToString(), "，这里是 ", type.ToString()),
                 absl::StrCat("the field '", node.fields[i], "' takes ",
                              wanted.ToString(), ", not ", type.ToString()));
  }
}

}  // namespace duban::expr
