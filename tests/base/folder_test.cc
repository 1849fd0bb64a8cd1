#include "src/base/folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace duban {
namespace {

TEST(NamesIn, ListsEverythingInByteOrder) {
  std::string folder =
      (std::filesystem::temp_directory_path() / "duban-folder-XXXXXX").string();
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  for (const char* name : {"b.csv", "a.csv", "事项.csv", ".hidden"}) {
    std::ofstream(folder + "/" + name) << "x";
  }
  std::filesystem::create_directory(folder + "/tables");
  std::error_code error;
  EXPECT_EQ(NamesIn(folder, &error),
            (std::vector<std::string>{".hidden", "a.csv", "b.csv", "tables",
                                      "事项.csv"}));
  EXPECT_FALSE(error);
  std::filesystem::remove_all(folder);
  EXPECT_TRUE(NamesIn(folder, &error).empty());
  EXPECT_EQ(error, std::errc::no_such_file_or_directory);
}

}  // namespace
}  // namespace duban
