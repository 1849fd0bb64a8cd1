#include "tests/expr/conformance/values.h"

#include <cmath>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/util/message_differencer.h"
#include "src/expr/messages.h"
#include "src/expr/meter.h"

namespace duban::expr::conformance {
namespace {

using google::protobuf::Message;
using google::protobuf::util::DefaultFieldComparator;
using google::protobuf::util::MessageDifferencer;

// The message in a google.protobuf.Any; null where its type is not known.
std::unique_ptr<Message> Unpack(View any, const Schema& schema) {
  const std::string url = any.Str("type_url");
  std::unique_ptr<Message> message = schema.New(url.substr(url.rfind('/') + 1));
  if (message != nullptr && !message->ParseFromString(any.Str("value"))) {
    return nullptr;
  }
  return message;
}

Value FromAny(View any, const Schema& schema) {
  std::shared_ptr<const Message> message = Unpack(any, schema);
  if (message == nullptr) {
    return Value::Error("UNKNOWN_MESSAGE", any.Str("type_url"),
                        any.Str("type_url"));
  }
  Meter meter{1000000};
  return schema.types().FromMessage(std::move(message), &meter);
}

// The type that a type value of the suite names.
Type TypeOfName(const std::string& name, const MessageTypes& types) {
  if (name == "null_type") return Type::Null();
  if (name == "bool") return Type::Bool();
  if (name == "int") return Type::Int();
  if (name == "uint") return Type::Uint();
  if (name == "double") return Type::Double();
  if (name == "string") return Type::String();
  if (name == "bytes") return Type::Bytes();
  if (name == "list") return Type::List(Type::Dyn());
  if (name == "map") return Type::Map(Type::Dyn(), Type::Dyn());
  if (name == "type") return Type::TypeType();
  if (name == "optional_type") return Type::Optional(Type::Dyn());
  const Type message = types.FindType(name);
  return message.kind() == Kind::kError ? Type::Opaque(name) : message;
}

// What type(x) is called, without parameters.
std::string NameOfType(const Type& type) {
  switch (type.kind()) {
    case Kind::kNull:
      return "null_type";
    case Kind::kTimestamp:
      return "google.protobuf.Timestamp";
    case Kind::kDuration:
      return "google.protobuf.Duration";
    case Kind::kAny:
      return "google.protobuf.Any";
    case Kind::kMessage:
      return type.ToString();
    case Kind::kOpaque:
      return type.name();
    default:
      return std::string(NameOf(type.kind()));
  }
}

Type ToPrimitive(const std::string& name) {
  if (name == "BOOL") return Type::Bool();
  if (name == "INT64") return Type::Int();
  if (name == "UINT64") return Type::Uint();
  if (name == "DOUBLE") return Type::Double();
  if (name == "STRING") return Type::String();
  if (name == "BYTES") return Type::Bytes();
  return Type::Error();
}

Type ToWellKnown(const std::string& name) {
  if (name == "ANY") return Type::Any();
  if (name == "TIMESTAMP") return Type::Timestamp();
  if (name == "DURATION") return Type::Duration();
  return Type::Error();
}

Type ToAbstract(View type, const MessageTypes& types) {
  std::vector<Type> parameters;
  for (int i = 0; i < type.Count("parameter_types"); ++i) {
    parameters.push_back(ToType(type.At("parameter_types", i), types));
  }
  const std::string name = type.Str("name");
  if (name == "optional_type" && parameters.size() == 1) {
    return Type::Optional(parameters[0]);
  }
  const Type opaque = Type::Opaque(name);
  return parameters.empty() ? opaque : opaque.With(std::move(parameters));
}

bool SameDouble(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return a == b && std::signbit(a) == std::signbit(b);
}

bool SameMessage(const Message& a, const Message& b) {
  if (a.GetDescriptor() != b.GetDescriptor()) return false;
  DefaultFieldComparator comparator;
  comparator.set_treat_nan_as_equal(true);
  MessageDifferencer differencer;
  differencer.set_field_comparator(&comparator);
  return differencer.Compare(a, b);
}

// Of two values neither of which is a list, a map or a message.
bool SameScalar(const Value& a, const Value& b) {
  if (a.is_double()) return SameDouble(a.double_value(), b.double_value());
  return Equal(a, b);
}

bool Same(const Value& a, const Value& b);

bool SameList(const ListValue& a, const ListValue& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!Same(a[i], b[i])) return false;
  }
  return true;
}

bool SameMap(const MapValue& a, const MapValue& b) {
  if (a.size() != b.size()) return false;
  for (const auto& [key, value] : a) {
    bool found = false;
    for (const auto& [other_key, other] : b) {
      found = found || (Same(key, other_key) && Same(value, other));
    }
    if (!found) return false;
  }
  return true;
}

bool Same(const Value& a, const Value& b) {
  if (a.is_error() || b.is_error() || a.kind() != b.kind()) return false;
  if (a.is_list()) return SameList(a.list_value(), b.list_value());
  if (a.is_map()) return SameMap(a.map_value(), b.map_value());
  if (!a.is_message()) return SameScalar(a, b);
  return SameMessage(a.message_value().message(), b.message_value().message());
}

bool IsExactlyList(const ListValue& list, View expected, const Schema& schema) {
  if (static_cast<int>(list.size()) != expected.Count("values")) return false;
  for (size_t i = 0; i < list.size(); ++i) {
    if (!IsExactly(list[i], expected.At("values", static_cast<int>(i)),
                   schema)) {
      return false;
    }
  }
  return true;
}

bool IsExactlyMap(const MapValue& map, View expected, const Schema& schema) {
  const int size = expected.Count("entries");
  if (static_cast<int>(map.size()) != size) return false;
  for (const auto& [key, value] : map) {
    bool found = false;
    for (int i = 0; i < size && !found; ++i) {
      const View entry = expected.At("entries", i);
      found = IsExactly(key, entry.Get("key"), schema) &&
              IsExactly(value, entry.Get("value"), schema);
    }
    if (!found) return false;
  }
  return true;
}

}  // namespace

Value ToValue(View value, const Schema& schema) {
  const std::string kind = value.Which("kind");
  if (kind == "bool_value") return Value::Bool(value.Bool(kind));
  if (kind == "int64_value") return Value::Int(value.Int(kind));
  if (kind == "uint64_value") return Value::Uint(value.Uint(kind));
  if (kind == "double_value") return Value::Double(value.Double(kind));
  if (kind == "string_value") return Value::Str(value.Str(kind));
  if (kind == "bytes_value") return Value::Bytes(value.Str(kind));
  if (kind == "enum_value") return Value::Int(value.Get(kind).Int("value"));
  if (kind == "object_value") return FromAny(value.Get(kind), schema);
  if (kind == "type_value") {
    return Value::TypeOf(TypeOfName(value.Str(kind), schema.types()));
  }
  if (kind == "list_value") {
    const View list = value.Get(kind);
    ListValue elements;
    for (int i = 0; i < list.Count("values"); ++i) {
      elements.push_back(ToValue(list.At("values", i), schema));
    }
    return Value::List(std::move(elements));
  }
  if (kind == "map_value") {
    const View map = value.Get(kind);
    MapValue entries;
    for (int i = 0; i < map.Count("entries"); ++i) {
      const View entry = map.At("entries", i);
      entries.emplace_back(ToValue(entry.Get("key"), schema),
                           ToValue(entry.Get("value"), schema));
    }
    return Value::Map(std::move(entries));
  }
  return Value::Null();
}

Type ToType(View type, const MessageTypes& types) {
  const std::string kind = type.Which("type_kind");
  if (kind == "null") return Type::Null();
  if (kind == "primitive") return ToPrimitive(type.Enum(kind));
  if (kind == "wrapper") return Type::Wrapper(ToPrimitive(type.Enum(kind)));
  if (kind == "well_known") return ToWellKnown(type.Enum(kind));
  if (kind == "list_type") {
    return Type::List(ToType(type.Get(kind).Get("elem_type"), types));
  }
  if (kind == "map_type") {
    return Type::Map(ToType(type.Get(kind).Get("key_type"), types),
                     ToType(type.Get(kind).Get("value_type"), types));
  }
  if (kind == "message_type") return types.FindType(type.Str(kind));
  if (kind == "type_param") return Type::Parameter(type.Str(kind));
  if (kind == "type") {
    const View of = type.Get(kind);
    return of.Which("type_kind").empty() ? Type::TypeType()
                                         : Type::TypeType(ToType(of, types));
  }
  if (kind == "abstract_type") return ToAbstract(type.Get(kind), types);
  if (kind == "error" || kind == "function") return Type::Error();
  return Type::Dyn();
}

bool IsExactly(const Value& value, View expected, const Schema& schema) {
  const std::string kind = expected.Which("kind");
  if (kind == "type_value") {
    return value.is_type() &&
           NameOfType(value.type_value()) == expected.Str(kind);
  }
  // An enum of the suite is a type of its own; here it is an int.
  if (kind == "enum_value") return false;
  if (kind == "list_value") {
    return value.is_list() &&
           IsExactlyList(value.list_value(), expected.Get(kind), schema);
  }
  if (kind == "map_value") {
    return value.is_map() &&
           IsExactlyMap(value.map_value(), expected.Get(kind), schema);
  }
  if (kind.empty() || value.is_missing()) return false;
  return Same(value, ToValue(expected, schema));
}

std::string TypeText(const Type& type) {
  switch (type.kind()) {
    case Kind::kError:
      return "!error!";
    case Kind::kMessage:
    case Kind::kRecord:
    case Kind::kParameter:
      return type.ToString();
    default:
      break;
  }
  std::string text = type.kind() == Kind::kOpaque
                         ? type.name()
                         : std::string(NameOf(type.kind()));
  if (type.parameters().empty()) return text;
  absl::StrAppend(&text, "(",
                  absl::StrJoin(type.parameters(), ", ",
                                [](std::string* out, const Type& parameter) {
                                  out->append(TypeText(parameter));
                                }),
                  ")");
  return text;
}

}  // namespace duban::expr::conformance
