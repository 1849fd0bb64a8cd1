// A pack as it was written: its files read into one v1::Pack, and for each
// field the place where it stands.
//
// Knows files, syntax and the schema; does not know what a pack means. All
// that is wrong with the files is reported at once, with line and column, and
// the message holds as much as could be read, so that further checks can go
// on. Names that end in .json are JSON, in .csv a table's rows (see
// csv_table.h), all others protobuf text format; text is UTF-8.
//
// A PackSource is immutable once built; it may be shared by threads.
#ifndef DUBAN_SRC_PACK_SOURCE_H_
#define DUBAN_SRC_PACK_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "duban/v1/pack.pb.h"
#include "src/base/diagnostic.h"
#include "src/pack/scan.h"

namespace duban::pack {

struct SourceFile {
  std::string name;
  std::string text;
};

class PackSource {
 public:
  static constexpr size_t kMaxFileBytes = size_t{8} << 20;
  static constexpr size_t kMaxBytes = size_t{32} << 20;  // of all files
  static constexpr int kMaxFiles = 1000;

  // `path` is one file; or a folder, of which are read: *.textproto, *.txtpb
  // and *.json directly in it, and tables/*.csv. Hidden files are left out.
  static PackSource Load(const std::string& path, Faults* faults);
  // Files are merged in byte order of their names, tables last: lists are
  // appended; what can be said once is said in one file only.
  static PackSource FromFiles(std::vector<SourceFile> files, Faults* faults);

  const v1::Pack& pack() const { return pack_; }

  // Unknown numbers are 0. `row` is set for what a table's own file says: a
  // 1-based record, the headings not counted. It then has no column.
  struct Spot {
    std::string file;
    int line = 0;
    int column = 0;
    int64_t row = 0;
  };
  // Where the value of the field begins; `path` as in v1::Place.field:
  // "scheme[0].metric[2].tally.where". For a field that was not given: the
  // nearest part of the pack around it that was, at last the first file.
  Spot Locate(absl::string_view path) const;
  // The character that stands for byte `offset` of the field's text, across
  // quotes, escapes and adjacent literals.
  Spot LocateInside(absl::string_view path, int offset) const;

  // A fault with its place: that of Locate().
  Fault FaultAt(absl::string_view reason, absl::string_view path) const;

 private:
  void ReadPack(int file, Faults* faults);
  void ReadTables(const std::vector<SourceFile>& tables, Faults* faults);
  // The deepest node on the path; *exact where it is the field itself.
  int Resolve(absl::string_view path, bool* exact) const;
  Spot SpotOf(int node, size_t place) const;

  std::vector<FileText> files_;
  v1::Pack pack_;
  PositionTree tree_;
};

}  // namespace duban::pack

#endif  // DUBAN_SRC_PACK_SOURCE_H_
