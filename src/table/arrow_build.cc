#include "src/table/arrow_build.h"

namespace duban::table {
namespace {

// What a struct's private_data points to: the memory its pointers are into.
struct SchemaMemory {
  std::string format;
  std::string name;
  std::string metadata;
  std::vector<ArrowSchema> children;
  std::vector<ArrowSchema*> child_pointers;
  ArrowSchema dictionary = {};
};

struct ArrayMemory {
  std::array<std::vector<char>, ArrowData::kMaxBuffers> buffers;
  std::array<const void*, ArrowData::kMaxBuffers> pointers = {};
  std::vector<ArrowArray> children;
  std::vector<ArrowArray*> child_pointers;
  ArrowArray dictionary = {};
};

// Whoever took a child or dictionary for itself has set its `release` to null.
template <typename Struct, typename Memory>
void Release(Struct* released) {
  auto* memory = static_cast<Memory*>(released->private_data);
  for (Struct& child : memory->children) {
    if (child.release != nullptr) child.release(&child);
  }
  if (memory->dictionary.release != nullptr) {
    memory->dictionary.release(&memory->dictionary);
  }
  delete memory;
  released->release = nullptr;
}

// *out owns `memory` and, once they are exported, what is below it; so that
// nothing is lost where memory runs out on the way.
template <typename Struct, typename Memory>
void Own(std::unique_ptr<Memory> memory, size_t children, Struct* out) {
  memory->children.assign(children, Struct{});
  for (Struct& child : memory->children) {
    memory->child_pointers.push_back(&child);
  }
  *out = Struct{};
  out->n_children = static_cast<int64_t>(children);
  out->children = children == 0 ? nullptr : memory->child_pointers.data();
  out->private_data = memory.release();
  out->release = &Release<Struct, Memory>;
}

void PutLength(size_t length, std::string* out) {
  const auto number = static_cast<int32_t>(length);
  out->append(reinterpret_cast<const char*>(&number), sizeof number);
}

// The specification's form: counts and lengths as native int32.
std::string EncodeMetadata(
    const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::string out;
  PutLength(pairs.size(), &out);
  for (const auto& [key, value] : pairs) {
    PutLength(key.size(), &out);
    out += key;
    PutLength(value.size(), &out);
    out += value;
  }
  return out;
}

}  // namespace

ArrowField::ArrowField(absl::string_view format, absl::string_view name,
                       bool nullable)
    : format_(format), name_(name), nullable_(nullable) {}

ArrowField& ArrowField::Metadata(absl::string_view key,
                                 absl::string_view value) {
  metadata_.emplace_back(std::string(key), std::string(value));
  return *this;
}

ArrowField& ArrowField::Child(ArrowField child) {
  children_.push_back(std::move(child));
  return *this;
}

ArrowField& ArrowField::Dictionary(ArrowField values) {
  dictionary_ = std::make_unique<ArrowField>(std::move(values));
  return *this;
}

void ArrowField::Export(ArrowSchema* out) && {
  auto owned = std::make_unique<SchemaMemory>();
  SchemaMemory* memory = owned.get();
  memory->format = std::move(format_);
  memory->name = std::move(name_);
  if (!metadata_.empty()) memory->metadata = EncodeMetadata(metadata_);
  Own(std::move(owned), children_.size(), out);
  out->format = memory->format.c_str();
  out->name = memory->name.c_str();
  out->metadata = metadata_.empty() ? nullptr : memory->metadata.data();
  out->flags = nullable_ ? ARROW_FLAG_NULLABLE : 0;
  for (size_t i = 0; i < children_.size(); ++i) {
    std::move(children_[i]).Export(&memory->children[i]);
  }
  if (dictionary_ != nullptr) {
    std::move(*dictionary_).Export(&memory->dictionary);
    out->dictionary = &memory->dictionary;
  }
}

ArrowData::ArrowData(int buffers) : buffer_count_(buffers) {}

void ArrowData::PutBit(int buffer, int64_t index, bool bit) {
  std::vector<char>& to = buffers_[static_cast<size_t>(buffer)];
  const auto at = static_cast<size_t>(index / 8);
  if (at >= to.size()) to.resize(at + 1);
  if (bit) to[at] = static_cast<char>(to[at] | (1 << (index % 8)));
}

void ArrowData::Count(bool valid) {
  PutBit(0, length_, valid);
  ++length_;
  if (!valid) ++null_count_;
}

void ArrowData::Dictionary(ArrowData values) {
  dictionary_ = std::make_unique<ArrowData>(std::move(values));
}

void ArrowData::Export(ArrowArray* out) && {
  auto owned = std::make_unique<ArrayMemory>();
  ArrayMemory* memory = owned.get();
  for (int i = 0; i < buffer_count_; ++i) {
    auto& buffer = memory->buffers[static_cast<size_t>(i)];
    buffer = std::move(buffers_[static_cast<size_t>(i)]);
    // A buffer of no bytes may be null, but not every reader knows.
    buffer.reserve(8);
    memory->pointers[static_cast<size_t>(i)] = buffer.data();
  }
  if (null_count_ == 0) memory->pointers[0] = nullptr;
  Own(std::move(owned), children_.size(), out);
  out->length = length_;
  out->null_count = null_count_;
  out->n_buffers = buffer_count_;
  out->buffers = memory->pointers.data();
  for (size_t i = 0; i < children_.size(); ++i) {
    std::move(children_[i]).Export(&memory->children[i]);
  }
  if (dictionary_ != nullptr) {
    std::move(*dictionary_).Export(&memory->dictionary);
    out->dictionary = &memory->dictionary;
  }
}

}  // namespace duban::table
