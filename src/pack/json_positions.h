// Scans JSON: where each value stands, and all that the schema or strict JSON
// (RFC 8259) does not allow. See scan.h for what it shares with text format.
//
// Field names may be written as in the schema (at_least) or as protobuf's
// JSON mapping has them (atLeast). After a fault the scan goes on behind the
// value at fault; after a syntax error it ends, and what came before is kept.
#ifndef DUBAN_SRC_PACK_JSON_POSITIONS_H_
#define DUBAN_SRC_PACK_JSON_POSITIONS_H_

#include <string>
#include <vector>

#include "google/protobuf/message.h"
#include "src/base/diagnostic.h"
#include "src/pack/scan.h"

namespace duban::pack {

// Scans files[file], which must be UTF-8, as a message of the type of
// `so_far`, which holds what earlier files gave. Returns JSON without what
// was at fault; offsets are not those of the file.
std::string ScanJson(const std::vector<FileText>& files, int file,
                     const google::protobuf::Message& so_far,
                     PositionTree* tree, Faults* faults);

}  // namespace duban::pack

#endif  // DUBAN_SRC_PACK_JSON_POSITIONS_H_
