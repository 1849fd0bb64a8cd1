// base64.encode() and base64.decode(), which CEL has as an extension.
#include <string>

#include "absl/strings/escaping.h"
#include "src/expr/library.h"
#include "src/expr/operations.h"

namespace duban::expr {
namespace {

Value Encode(absl::Span<const Value> arguments, Meter* meter) {
  if (arguments.size() != 1 || !arguments[0].is_bytes()) {
    return WrongArguments(arguments);
  }
  const std::string& bytes = arguments[0].bytes_value();
  // Four letters for three bytes.
  if (!meter->Charge(static_cast<int64_t>(bytes.size() / 6))) {
    return BudgetExceeded();
  }
  return Value::Str(absl::Base64Escape(bytes));
}

Value Decode(absl::Span<const Value> arguments, Meter* meter) {
  if (arguments.size() != 1 || !arguments[0].is_string()) {
    return WrongArguments(arguments);
  }
  const std::string& text = arguments[0].string_value();
  if (!meter->Charge(static_cast<int64_t>(text.size() / 8))) {
    return BudgetExceeded();
  }
  std::string bytes;
  // The library takes '.' for '=', which no standard does.
  if (text.find('.') != std::string::npos ||
      !absl::Base64Unescape(text, &bytes)) {
    return Value::Error("BAD_BASE64", "不是有效的 Base64 文字",
                        "the text is not valid Base64");
  }
  return Value::Bytes(bytes);
}

constexpr FunctionSpec kFunctions[] = {
    {"base64.encode", Encode, "base64_encode_bytes (bytes) -> string"},
    {"base64.decode", Decode, "base64_decode_string (string) -> bytes"},
};

}  // namespace

absl::Span<const FunctionSpec> EncodingFunctions() { return kFunctions; }

}  // namespace duban::expr
