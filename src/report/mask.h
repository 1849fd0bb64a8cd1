// Masking on the way out: what the schema marks as sensitive, or as being of
// minors, is never shown whole (PIPL art. 28 and 31).
#ifndef DUBAN_SRC_REPORT_MASK_H_
#define DUBAN_SRC_REPORT_MASK_H_

#include "google/protobuf/message.h"

namespace duban::report {

// Masks every such field in the message and in all messages below it.
void Mask(google::protobuf::Message* message);

}  // namespace duban::report

#endif  // DUBAN_SRC_REPORT_MASK_H_
