// Scans protobuf text format: where each value stands, and all that the
// schema does not allow. See scan.h for what it shares with JSON.
//
// After a fault inside a block the scan goes on behind the value at fault.
// After a syntax error it goes on at the next line that begins with a name at
// its first column, as blocks of a pack do; what lies between is left out.
#ifndef DUBAN_SRC_PACK_TEXT_POSITIONS_H_
#define DUBAN_SRC_PACK_TEXT_POSITIONS_H_

#include <string>
#include <vector>

#include "google/protobuf/message.h"
#include "src/base/diagnostic.h"
#include "src/pack/scan.h"

namespace duban::pack {

// Scans files[file], which must be UTF-8 without NUL, as a message of the type
// of `so_far`, which holds what earlier files gave. Returns the text with all
// that was at fault replaced by spaces; offsets stay what they are.
std::string ScanTextFormat(const std::vector<FileText>& files, int file,
                           const google::protobuf::Message& so_far,
                           PositionTree* tree, Faults* faults);

}  // namespace duban::pack

#endif  // DUBAN_SRC_PACK_TEXT_POSITIONS_H_
