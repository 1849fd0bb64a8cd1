// Many records of one kind, by column: the command PutColumns.
//
// Each row is what a change of its own would be, in order. Columns are taken
// apart here and given back as records, row by row; for activities, of which
// there are most, whole columns are checked and appended at once, where
// nothing in them is out of the ordinary.
//
// A ColumnRows refers to the command it was read from.
#ifndef DUBAN_SRC_LEDGER_BULK_H_
#define DUBAN_SRC_LEDGER_BULK_H_

#include <cstdint>
#include <string>
#include <vector>

#include "duban/v1/ledger.pb.h"
#include "google/protobuf/message.h"
#include "src/base/diagnostic.h"
#include "src/ledger/state.h"
#include "src/table/record_schema.h"

namespace duban::ledger {

class ColumnRows {
 public:
  // Adds faults, reason COLUMNS_MALFORMED, where the bytes are not columns of
  // so many rows; then nothing else may be asked. `index`: place in the batch.
  bool Read(const v1::PutColumns& command, int index, Faults* faults);

  const table::RecordSchema& schema() const { return *schema_; }
  v1::RecordKind kind() const { return schema_->kind(); }
  uint32_t rows() const { return rows_; }

  // The next row, in order from the first.
  void ReadNext(google::protobuf::Message* record);

  // Puts all rows at once if they are activities, none of whose ids is there
  // already, and if nothing forbids any of them. False: not done; the state is
  // as it was. `threads`: at most so many work, with the same result.
  bool PutAtOnce(int threads, State* state) const;

 private:
  struct Given {
    const v1::ColumnData* data = nullptr;
    int column = -1;
    std::vector<int64_t> items;
    std::vector<uint32_t> lengths;  // of lists; empty = one each
    size_t next = 0;                // first item of the next row
  };

  class Reading;
  class Activities;

  std::string Text(const Given& given, int64_t item) const;
  void ReadInto(Given* given, google::protobuf::Message* record);
  void Set(const Given& given, size_t item, google::protobuf::Message* record);

  const table::RecordSchema* schema_ = nullptr;
  uint32_t rows_ = 0;
  uint32_t next_ = 0;
  std::vector<Given> given_;
};

}  // namespace duban::ledger

#endif  // DUBAN_SRC_LEDGER_BULK_H_
