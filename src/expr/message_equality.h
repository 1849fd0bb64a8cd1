// Equality of messages as CEL has it: field by field with their presence, NaN
// unlike itself, Any by what is in it, and fields that the type does not know
// byte by byte.
//
// Pure function; thread-safe.
#ifndef DUBAN_SRC_EXPR_MESSAGE_EQUALITY_H_
#define DUBAN_SRC_EXPR_MESSAGE_EQUALITY_H_

#include "google/protobuf/message.h"
#include "src/expr/messages.h"
#include "src/expr/meter.h"

namespace duban::expr {

// False also where the meter is exhausted. Messages nested too deep to be
// compared exhaust it, because neither answer would be right.
bool EqualMessages(const MessageTypes& types,
                   const google::protobuf::Message& a,
                   const google::protobuf::Message& b, Meter* meter);

}  // namespace duban::expr

#endif  // DUBAN_SRC_EXPR_MESSAGE_EQUALITY_H_
