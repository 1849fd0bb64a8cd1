#include "src/base/folder.h"

#include <dirent.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <utility>

namespace duban {

std::vector<std::string> NamesIn(const std::string& folder,
                                 std::error_code* error) {
  std::vector<std::string> names;
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir(folder.c_str()),
                                                      closedir);
  if (directory == nullptr) {
    *error = std::error_code(errno, std::generic_category());
    return names;
  }
  for (;;) {
    errno = 0;
    const dirent* entry = readdir(directory.get());
    if (entry == nullptr) break;
    std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(std::move(name));
  }
  if (errno != 0) *error = std::error_code(errno, std::generic_category());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace duban
