#include "src/expr/message_equality.h"

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "google/protobuf/unknown_field_set.h"
#include "src/expr/message_reader.h"
#include "src/expr/well_known.h"

namespace duban::expr {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::UnknownField;
using google::protobuf::UnknownFieldSet;

// To protobuf a negative zero is set also where a field has no presence.
bool IsZeroWithoutPresence(const Message& message,
                           const FieldDescriptor& field) {
  if (field.has_presence() || field.is_repeated()) return false;
  const Reflection& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return reflection.GetDouble(message, &field) == 0;
    case FieldDescriptor::CPPTYPE_FLOAT:
      return reflection.GetFloat(message, &field) == 0;
    default:
      return false;
  }
}

std::vector<const FieldDescriptor*> SetFields(const Message& message) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  fields.erase(std::remove_if(fields.begin(), fields.end(),
                              [&message](const FieldDescriptor* field) {
                                return IsZeroWithoutPresence(message, *field);
                              }),
               fields.end());
  return fields;
}

class Comparison {
 public:
  Comparison(const MessageTypes& types, Meter* meter)
      : meter_(meter), reader_(&types, meter) {}

  bool Messages(const Message& a, const Message& b, int depth) {
    if (depth > kMessageDepth) return GiveUp();
    if (!meter_->Charge(1)) return false;
    if (a.GetDescriptor() != b.GetDescriptor()) return false;
    if (WellKnownTypeOf(*a.GetDescriptor()) == Descriptor::WELLKNOWNTYPE_ANY) {
      return Anys(a, b, depth);
    }
    const std::vector<const FieldDescriptor*> fields = SetFields(a);
    if (fields != SetFields(b)) return false;
    for (const FieldDescriptor* field : fields) {
      if (!Fields(a, b, *field, depth)) return false;
    }
    return UnknownSets(a.GetReflection()->GetUnknownFields(a),
                       b.GetReflection()->GetUnknownFields(b), depth);
  }

 private:
  bool GiveUp() {
    meter_->Charge(std::numeric_limits<int64_t>::max());
    return false;
  }

  bool Fields(const Message& a, const Message& b, const FieldDescriptor& field,
              int depth) {
    if (field.is_map()) return Maps(a, b, field, depth);
    if (!field.is_repeated()) return Elements(a, b, field, -1, depth);
    const int count = a.GetReflection()->FieldSize(a, &field);
    if (count != b.GetReflection()->FieldSize(b, &field)) return false;
    for (int i = 0; i < count; ++i) {
      if (!Elements(a, b, field, i, depth)) return false;
    }
    return true;
  }

  bool Maps(const Message& a, const Message& b, const FieldDescriptor& field,
            int depth) {
    std::vector<MapEntry> entries;
    std::vector<MapEntry> others;
    if (SortedEntries(a, field, meter_, &entries).is_error() ||
        SortedEntries(b, field, meter_, &others).is_error() ||
        entries.size() != others.size()) {
      return false;
    }
    const FieldDescriptor& value = *field.message_type()->map_value();
    for (size_t i = 0; i < entries.size(); ++i) {
      if (!Equal(entries[i].key, others[i].key, &meter_->left) ||
          !Elements(*entries[i].entry, *others[i].entry, value, -1,
                    depth + 1)) {
        return false;
      }
    }
    return true;
  }

  bool Elements(const Message& a, const Message& b,
                const FieldDescriptor& field, int index, int depth) {
    if (!meter_->Charge(1)) return false;
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      return Texts(a, b, field, index);
    }
    if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      return Equal(ReadScalar(a, field, index, meter_),
                   ReadScalar(b, field, index, meter_), &meter_->left);
    }
    const auto part = [&field, index](const Message& m) -> const Message& {
      const Reflection& r = *m.GetReflection();
      return index < 0 ? r.GetMessage(m, &field)
                       : r.GetRepeatedMessage(m, &field, index);
    };
    return Messages(part(a), part(b), depth + 1);
  }

  // Not through ReadScalar(), which would copy both.
  bool Texts(const Message& a, const Message& b, const FieldDescriptor& field,
             int index) {
    std::string scratch;
    std::string other_scratch;
    const auto text = [&field, index](const Message& m,
                                      std::string* copy) -> const std::string& {
      const Reflection& r = *m.GetReflection();
      return index < 0 ? r.GetStringReference(m, &field, copy)
                       : r.GetRepeatedStringReference(m, &field, index, copy);
    };
    return SameBytes(text(a, &scratch), text(b, &other_scratch));
  }

  bool SameBytes(const std::string& a, const std::string& b) {
    return a.size() == b.size() &&
           meter_->Charge(static_cast<int64_t>(a.size() / 64)) && a == b;
  }

  bool Anys(const Message& a, const Message& b, int depth) {
    const FieldDescriptor& url = *a.GetDescriptor()->FindFieldByNumber(1);
    const FieldDescriptor& bytes = *a.GetDescriptor()->FindFieldByNumber(2);
    if (!Texts(a, b, url, -1)) return false;
    MessagePtr content;
    MessagePtr other;
    if (reader_.Unpack(a, &content).is_error() ||
        reader_.Unpack(b, &other).is_error()) {
      return !meter_->exhausted() && Texts(a, b, bytes, -1);
    }
    return Messages(*content, *other, depth + 1);
  }

  // Fields of distinct numbers may come in any order.
  bool UnknownSets(const UnknownFieldSet& a, const UnknownFieldSet& b,
                   int depth) {
    if (depth > kMessageDepth) return GiveUp();
    if (a.field_count() != b.field_count()) return false;
    if (!meter_->Charge(a.field_count())) return false;
    const std::vector<const UnknownField*> fields = Sorted(a);
    const std::vector<const UnknownField*> others = Sorted(b);
    for (size_t i = 0; i < fields.size(); ++i) {
      if (!Unknowns(*fields[i], *others[i], depth)) return false;
    }
    return true;
  }

  static std::vector<const UnknownField*> Sorted(const UnknownFieldSet& set) {
    std::vector<const UnknownField*> fields;
    fields.reserve(static_cast<size_t>(set.field_count()));
    for (int i = 0; i < set.field_count(); ++i) {
      fields.push_back(&set.field(i));
    }
    std::stable_sort(fields.begin(), fields.end(),
                     [](const UnknownField* x, const UnknownField* y) {
                       return x->number() < y->number();
                     });
    return fields;
  }

  bool Unknowns(const UnknownField& a, const UnknownField& b, int depth) {
    if (a.number() != b.number() || a.type() != b.type()) return false;
    switch (a.type()) {
      case UnknownField::TYPE_VARINT:
        return a.varint() == b.varint();
      case UnknownField::TYPE_FIXED32:
        return a.fixed32() == b.fixed32();
      case UnknownField::TYPE_FIXED64:
        return a.fixed64() == b.fixed64();
      case UnknownField::TYPE_LENGTH_DELIMITED:
        return SameBytes(a.length_delimited(), b.length_delimited());
      case UnknownField::TYPE_GROUP:
        return UnknownSets(a.group(), b.group(), depth + 1);
    }
    return false;
  }

  Meter* meter_;
  MessageReader reader_;
};

}  // namespace

bool EqualMessages(const MessageTypes& types, const Message& a,
                   const Message& b, Meter* meter) {
  return Comparison(types, meter).Messages(a, b, 0);
}

}  // namespace duban::expr
