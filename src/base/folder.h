// The files of a folder.
//
// Not std::filesystem::directory_iterator: that of GCC 12 ends the program
// where memory runs out while it opens a folder. Thread-safe.
#ifndef DUBAN_SRC_BASE_FOLDER_H_
#define DUBAN_SRC_BASE_FOLDER_H_

#include <string>
#include <system_error>
#include <vector>

namespace duban {

// Names of all that lies directly in the folder but "." and "..", in byte
// order, whatever it is. Where the folder cannot be read to its end, *error is
// set.
std::vector<std::string> NamesIn(const std::string& folder,
                                 std::error_code* error);

}  // namespace duban

#endif  // DUBAN_SRC_BASE_FOLDER_H_
