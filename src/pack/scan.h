// What the scanners of pack files share: the text of a file with its lines,
// the tree of places, and the faults that text format and JSON have in common.
//
// A scanner knows the schema only through descriptors. It finds where each
// value of a message stands, reports everything that the schema does not
// allow (all of it, not the first), and hands back a clean copy of the text
// that protobuf's own parser will accept: values are read by that parser
// alone. What the values mean is checked elsewhere.
//
// FileText is immutable; the rest belongs to one thread.
#ifndef DUBAN_SRC_PACK_SCAN_H_
#define DUBAN_SRC_PACK_SCAN_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "src/base/diagnostic.h"
#include "src/base/hash_map.h"
#include "src/base/text.h"

namespace duban::pack {

class FileText {
 public:
  FileText(std::string name, std::string text);

  const std::string& name() const { return name_; }
  const std::string& text() const { return text_; }
  // As LocateOffset(), in constant time: a file may hold thousands of faults,
  // and all of it may stand in one line.
  LineColumn At(size_t offset) const;

 private:
  std::string name_;
  std::string text_;
  std::vector<LineColumn> marks_;  // of every kStride-th byte
};

// Where the values of a message stand, by field number and index.
class PositionTree {
 public:
  // Values of one pack; a guard for memory, far above any real pack.
  static constexpr int kMaxNodes = 1000000;
  static constexpr int kRoot = 0;

  struct Node {
    int parent = -1;
    int field = 0;
    int index = 0;
    int file = 0;
    // Bytes to the value's first character; for a row of a CSV file its line.
    size_t place = 0;
    int row = 0;  // 1-based record of a CSV file; 0 = not of one
  };

  PositionTree() : nodes_(1) {}

  // Returns the new node. Where there is one for that field and index, Find()
  // goes on to give the first (a field given twice is read, then truncated).
  int Add(const Node& node);
  // -1 where there is none.
  int Find(int parent, int field, int index) const;
  const Node& node(int i) const { return nodes_[i]; }
  int size() const { return static_cast<int>(nodes_.size()); }
  bool full() const { return size() >= kMaxNodes; }
  // Forgets the nodes added since size() was `size`.
  void Truncate(int size);

 private:
  std::vector<Node> nodes_;
  HashMap<std::tuple<int, int, int>, int> children_;
};

class Scan {
 public:
  // Messages within messages. The schema nests only in tasks.
  static constexpr int kMaxDepth = 64;
  // Faults of one file; where there are more its rest is not read.
  static constexpr int kMaxFaults = 1000;

 protected:
  enum class Outcome {
    kKept,
    kDropped,   // reported; the scan goes on behind it
    kStop,      // reported; what follows cannot be made out
    kStopKept,  // the same, but the value's beginning is fit to be kept
  };

  // A message being read.
  struct Frame {
    const google::protobuf::Descriptor* type = nullptr;
    int node = PositionTree::kRoot;
    std::vector<int> counts;  // by index of the field in its message
    // By index of the oneof: the field that was given, or null.
    std::vector<const google::protobuf::FieldDescriptor*> chosen;
  };

  // `files[file]` is scanned; the others are where earlier values may stand.
  Scan(const std::vector<FileText>& files, int file, PositionTree* tree,
       Faults* faults);
  ~Scan() = default;

  // The frame of the whole pack, which earlier files may have filled already.
  Frame RootFrame(const google::protobuf::Message& so_far) const;
  Frame NewFrame(const google::protobuf::Descriptor* type, int node) const;
  // False, and reported, where the field (or its oneof) was given before.
  bool Claim(const Frame& frame, const google::protobuf::FieldDescriptor* field,
             size_t offset);
  // Reports that `field` at `offset` repeats or rules out `other`, given
  // before at byte `first` of a file.
  void Twice(const google::protobuf::FieldDescriptor* field,
             const google::protobuf::FieldDescriptor* other, int first_file,
             size_t first, size_t offset);
  void Commit(Frame* frame, const google::protobuf::FieldDescriptor* field);
  int AddNode(const Frame& frame,
              const google::protobuf::FieldDescriptor* field, size_t offset);

  // Appends the field to path_; returns the length to cut it back to.
  size_t Enter(const Frame& frame,
               const google::protobuf::FieldDescriptor* field);
  void Leave(size_t length) { path_.resize(length); }

  Fault At(absl::string_view reason, size_t offset,
           absl::StatusCode code = absl::StatusCode::kInvalidArgument) const;
  void Report(const Fault& fault);
  void UnknownField(const google::protobuf::Descriptor* type,
                    absl::string_view name, size_t offset);
  void UnknownValue(const google::protobuf::EnumDescriptor* type,
                    absl::string_view value, size_t offset);
  // A value that cannot stand in the field, as it was written.
  void WrongType(const google::protobuf::FieldDescriptor* field,
                 absl::string_view found, size_t offset);
  void BadEscape(size_t offset);
  void UnclosedString(size_t offset);
  void NotText(size_t offset);
  // A syntax error: `zh` and `en` name what should stand there.
  void Unexpected(size_t offset, absl::string_view zh, absl::string_view en,
                  absl::string_view hint_zh = "",
                  absl::string_view hint_en = "");
  void TooDeep(size_t offset);
  // True, and reported, where the pack has no room for more values or the
  // file has too many faults: the scan has to end.
  bool Exhausted(size_t offset);

  // Whether the characters (without sign) are a whole number that the field
  // can hold.
  static bool FitsInteger(const google::protobuf::FieldDescriptor* field,
                          bool negative, uint64_t magnitude);

  const std::vector<FileText>& files_;
  const int file_;
  const absl::string_view text_;
  size_t pos_ = 0;
  std::string path_;
  PositionTree* const tree_;

 private:
  Faults* const faults_;
  int reported_ = 0;
};

// Splits "metric[2]" off the front of a path; false where it is none.
struct PathStep {
  std::string name;
  int index = 0;
};
bool TakePathStep(absl::string_view* path, PathStep* step);

}  // namespace duban::pack

#endif  // DUBAN_SRC_PACK_SCAN_H_
