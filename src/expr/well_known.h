// What reading, writing and comparing messages have in common: which messages
// are well-known types, what a message costs, and the entries of map fields.
// What a value of the language becomes of them is known in message_reader.h
// and message_writer.h.
//
// Pure functions; thread-safe. Messages are only read.
#ifndef DUBAN_SRC_EXPR_WELL_KNOWN_H_
#define DUBAN_SRC_EXPR_WELL_KNOWN_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "src/expr/meter.h"
#include "src/expr/value.h"

namespace duban::expr {

// Messages inside one another, an Any and what is in it among them. It is
// also what protobuf's own parsers accept, so that whatever is made here can
// be read elsewhere.
constexpr int kMessageDepth = 100;

using WellKnown = google::protobuf::Descriptor::WellKnownType;
using MessagePtr = std::shared_ptr<const google::protobuf::Message>;

// WELLKNOWNTYPE_UNSPECIFIED also where a message only has the name of a
// well-known type and not its fields: a pool may hold anything.
WellKnown WellKnownTypeOf(const google::protobuf::Descriptor& type);
// Whether it is google.protobuf.Int64Value or one of its like.
bool IsWrapper(const google::protobuf::Descriptor& type);

Value TooDeep();
Value UnknownMessage(absl::string_view full_name);

// Steps of an empty message: 64 bytes each, as far as can be told from here.
int64_t StepsOf(const google::protobuf::Descriptor& type);
// Charges for a copy of a message that would be `depth` levels inside
// another. Null, or an error.
Value ChargeCopy(const google::protobuf::Message& message, int depth,
                 Meter* meter);
// Charges for the message that the bytes would be parsed to. A few bytes may
// become a large message. False where the meter is exhausted.
bool ChargeParse(const std::string& bytes,
                 const google::protobuf::Descriptor& type, Meter* meter);

struct MapEntry {
  Value key;
  const google::protobuf::Message* entry = nullptr;
};
// The entries of a map field by key, so that they have the same order each
// time. Null, or an error.
Value SortedEntries(const google::protobuf::Message& message,
                    const google::protobuf::FieldDescriptor& field,
                    Meter* meter, std::vector<MapEntry>* entries);

// A list of what `element` gives for each element of a repeated field; or its
// first error.
Value ListOfElements(const google::protobuf::Message& message,
                     const google::protobuf::FieldDescriptor& field,
                     Meter* meter, absl::FunctionRef<Value(int)> element);

// A bool, a number, an enum's number, a text or bytes; `index` is -1 where
// the field is not repeated. Not for messages.
Value ReadScalar(const google::protobuf::Message& message,
                 const google::protobuf::FieldDescriptor& field, int index,
                 Meter* meter);

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_WELL_KNOWN_H_
