// HashMap and HashSet: Abseil's flat tables, made to stay whole where memory
// runs out.
//
// Abseil's own do not: a table whose new array cannot be allocated already has
// that array's capacity, and an element whose constructor throws is already
// marked as there; the destructor then frees what was never made. Here an
// element is made first, room for it next (in a new table, which is left alone
// if that fails), and only then does the table change, by moves that cannot
// throw. Whoever catches std::bad_alloc finds the table as it was.
//
// Interface and thread rules are those of absl::flat_hash_map and
// flat_hash_set, less what is not needed: no extract, no merge, no hints, and
// erase of one element only. Keys and values must move without throwing.
#ifndef DUBAN_SRC_BASE_HASH_MAP_H_
#define DUBAN_SRC_BASE_HASH_MAP_H_

#include <cstddef>
#include <initializer_list>
#include <new>
#include <type_traits>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"

namespace duban {

// What maps and sets share: growth.
template <typename Flat>
class GrowingTable : public Flat {
 public:
  GrowingTable() = default;
  GrowingTable(const typename Flat::hasher& hash,
               const typename Flat::key_equal& equal)
      : Flat(0, hash, equal) {}
  GrowingTable(GrowingTable&&) noexcept = default;
  GrowingTable& operator=(GrowingTable&&) noexcept = default;

  void reserve(size_t n) {
    if (n > Limit()) GrowTo(n);
  }
  void clear() {
    Flat::clear();
    erased_ = 0;
  }
  template <typename KeyOrIterator>
  auto erase(KeyOrIterator&& what) {
    ++erased_;
    return Flat::erase(std::forward<KeyOrIterator>(what));
  }

  void merge(GrowingTable&) = delete;

 protected:
  void MakeRoom() {
    const size_t needed = this->size() + erased_ + 1;
    if (needed > Limit()) GrowTo(2 * (this->size() + 1));
  }

 private:
  // A table is never filled further than this by Abseil itself; erased
  // elements may still take their place.
  size_t Limit() const {
    const size_t capacity = this->capacity();
    return capacity - (capacity + 7) / 8;
  }

  void GrowTo(size_t n) {
    alignas(Flat) unsigned char place[sizeof(Flat)];
    Flat* larger = new (place) Flat(0, this->hash_function(), this->key_eq());
    // Where this throws, *larger owns nothing, but its destructor would not
    // know.
    larger->reserve(n);
    larger->merge(static_cast<Flat&>(*this));
    Flat::swap(*larger);
    larger->~Flat();
    erased_ = 0;
  }

  size_t erased_ = 0;
};

template <typename K, typename V,
          typename Hash = typename absl::flat_hash_map<K, V>::hasher,
          typename Equal = typename absl::flat_hash_map<K, V>::key_equal>
class HashMap : public GrowingTable<absl::flat_hash_map<K, V, Hash, Equal>> {
  using Flat = absl::flat_hash_map<K, V, Hash, Equal>;
  using Item = std::pair<K, V>;
  static_assert(std::is_nothrow_move_constructible_v<K> &&
                std::is_nothrow_move_constructible_v<V>);

 public:
  using typename Flat::iterator;
  using typename Flat::value_type;
  using Inserted = std::pair<iterator, bool>;

  HashMap() = default;
  using GrowingTable<Flat>::GrowingTable;
  HashMap(std::initializer_list<value_type> items) {
    insert(items.begin(), items.end());
  }
  template <typename Iterator>
  HashMap(Iterator first, Iterator last) {
    insert(first, last);
  }
  HashMap(const HashMap& other)
      : GrowingTable<Flat>(other.hash_function(), other.key_eq()) {
    this->reserve(other.size());
    insert(other.begin(), other.end());
  }
  HashMap(HashMap&&) noexcept = default;
  HashMap& operator=(const HashMap& other) { return *this = HashMap(other); }
  HashMap& operator=(HashMap&&) noexcept = default;

  Inserted insert(Item item) {
    this->MakeRoom();
    return Flat::insert(std::move(item));
  }
  template <typename Iterator>
  void insert(Iterator first, Iterator last) {
    for (; first != last; ++first) insert(Item(first->first, first->second));
  }
  template <typename... Args>
  Inserted emplace(Args&&... args) {
    return insert(Item(std::forward<Args>(args)...));
  }
  template <typename Key, typename... Args>
  Inserted try_emplace(Key&& key, Args&&... args) {
    if (auto found = this->find(key); found != this->end()) {
      return {found, false};
    }
    return insert(
        Item(K(std::forward<Key>(key)), V(std::forward<Args>(args)...)));
  }
  template <typename Key, typename Value>
  Inserted insert_or_assign(Key&& key, Value&& value) {
    const Inserted at = try_emplace(std::forward<Key>(key));
    at.first->second = std::forward<Value>(value);
    return at;
  }
  V& operator[](const K& key) { return try_emplace(key).first->second; }
  V& operator[](K&& key) { return try_emplace(std::move(key)).first->second; }
  // string_view and the like, where only finding takes them unconverted.
  template <typename Key,
            typename = std::enable_if_t<!std::is_convertible_v<const Key&, K>>>
  V& operator[](const Key& key) {
    return try_emplace(key).first->second;
  }
};

template <typename K, typename Hash = typename absl::flat_hash_set<K>::hasher,
          typename Equal = typename absl::flat_hash_set<K>::key_equal>
class HashSet : public GrowingTable<absl::flat_hash_set<K, Hash, Equal>> {
  using Flat = absl::flat_hash_set<K, Hash, Equal>;
  static_assert(std::is_nothrow_move_constructible_v<K>);

 public:
  using typename Flat::iterator;
  using Inserted = std::pair<iterator, bool>;

  HashSet() = default;
  using GrowingTable<Flat>::GrowingTable;
  HashSet(std::initializer_list<K> items) {
    insert(items.begin(), items.end());
  }
  template <typename Iterator>
  HashSet(Iterator first, Iterator last) {
    insert(first, last);
  }
  HashSet(const HashSet& other)
      : GrowingTable<Flat>(other.hash_function(), other.key_eq()) {
    this->reserve(other.size());
    insert(other.begin(), other.end());
  }
  HashSet(HashSet&&) noexcept = default;
  HashSet& operator=(const HashSet& other) { return *this = HashSet(other); }
  HashSet& operator=(HashSet&&) noexcept = default;

  Inserted insert(K item) {
    this->MakeRoom();
    return Flat::insert(std::move(item));
  }
  template <typename Iterator>
  void insert(Iterator first, Iterator last) {
    for (; first != last; ++first) insert(K(*first));
  }
  template <typename... Args>
  Inserted emplace(Args&&... args) {
    return insert(K(std::forward<Args>(args)...));
  }
};

}  // namespace duban

#endif  // DUBAN_SRC_BASE_HASH_MAP_H_
