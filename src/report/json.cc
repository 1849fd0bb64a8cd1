#include "src/report/json.h"

#include <memory>
#include <new>

#include "google/protobuf/io/zero_copy_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/protobuf/util/type_resolver_util.h"

#include "google/protobuf/util/json_util.h"
#include "src/report/mask.h"

namespace duban::report {
namespace {

// A string that grows, and says so when it cannot: protobuf writes the rest
// in destructors, out of which nothing may be thrown.
class GrowingText final : public google::protobuf::io::ZeroCopyOutputStream {
 public:
  bool Next(void** data, int* size) override {
    const size_t used = text_.size();
    try {
      if (!out_of_memory_) text_.resize(used == 0 ? 1024 : used * 2);
    } catch (const std::bad_alloc&) {
      out_of_memory_ = true;
    }
    if (out_of_memory_) return false;
    *data = &text_[used];
    *size = static_cast<int>(text_.size() - used);
    return true;
  }
  void BackUp(int count) override { text_.resize(text_.size() - count); }
  int64_t ByteCount() const override {
    return static_cast<int64_t>(text_.size());
  }
  bool out_of_memory() const { return out_of_memory_; }
  std::string Take() { return std::move(text_); }

 private:
  std::string text_;
  bool out_of_memory_ = false;
};

google::protobuf::util::TypeResolver* Types() {
  static google::protobuf::util::TypeResolver* const kTypes =
      google::protobuf::util::NewTypeResolverForDescriptorPool(
          "type.googleapis.com",
          google::protobuf::DescriptorPool::generated_pool());
  return kTypes;
}

}  // namespace

absl::StatusOr<std::string> ToJson(const google::protobuf::Message& message) {
  std::unique_ptr<google::protobuf::Message> shown(message.New());
  shown->CopyFrom(message);
  Mask(shown.get());
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.preserve_proto_field_names = true;
  const std::string bytes = shown->SerializeAsString();
  google::protobuf::io::ArrayInputStream in(bytes.data(),
                                            static_cast<int>(bytes.size()));
  GrowingText out;
  const auto status = google::protobuf::util::BinaryToJsonStream(
      Types(), "type.googleapis.com/" + shown->GetDescriptor()->full_name(),
      &in, &out, options);
  if (out.out_of_memory()) throw std::bad_alloc();
  if (!status.ok()) return absl::InternalError(status.ToString());
  return out.Take();
}

}  // namespace duban::report
