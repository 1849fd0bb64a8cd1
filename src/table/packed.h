// How the items of a chunk are packed: a base, a slope and a few bytes each.
//
//     item i = base + slope · i + delta(i), modulo 2^64 (2^128 for 128 bits)
//
// Deltas are unsigned, little-endian, of 0, 1, 2, 4, 8 or 16 bytes, the same
// for the whole chunk. Columns that hold one value, or that count rows, take no
// bytes at all; dates of a year take two. A plain array is the case of base and
// slope 0 and the item's own width, so that readers need not ask. Items
// narrower than 64 bits are sign- or zero-extended first.
//
// Pure functions.
#ifndef DUBAN_SRC_TABLE_PACKED_H_
#define DUBAN_SRC_TABLE_PACKED_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "src/base/decimal.h"

namespace duban::table {

template <typename T>
inline constexpr bool kPackable =
    std::is_integral_v<T> || std::is_same_v<T, int128_t>;

// What sums and differences of items are computed in.
template <typename T>
using Wide = std::conditional_t<sizeof(T) == 16, uint128_t, uint64_t>;

template <typename T>
struct Packing {
  Wide<T> base = 0;
  Wide<T> slope = 0;
  uint8_t width = 0;
};

template <typename U>
inline U LoadAs(const uint8_t* at) {
  U value;
  std::memcpy(&value, at, sizeof(U));
  return value;
}

template <typename T>
inline T Unpacked(const Packing<T>& packing, const uint8_t* bytes, size_t i) {
  Wide<T> delta = 0;
  switch (packing.width) {
    case 0:
      break;
    case 1:
      delta = bytes[i];
      break;
    case 2:
      delta = LoadAs<uint16_t>(bytes + 2 * i);
      break;
    case 4:
      delta = LoadAs<uint32_t>(bytes + 4 * i);
      break;
    case 8:
      delta = LoadAs<uint64_t>(bytes + 8 * i);
      break;
    default:
      if constexpr (sizeof(T) == 16) {
        delta = LoadAs<uint128_t>(bytes + 16 * i);
      }
  }
  return static_cast<T>(packing.base + packing.slope * i + delta);
}

template <typename T, typename Delta>
inline void UnpackAs(const Packing<T>& packing, const uint8_t* bytes, size_t i,
                     size_t n, T* out) {
  const Wide<T> first = packing.base + packing.slope * i;
  const Wide<T> slope = packing.slope;
  const uint8_t* from = bytes + sizeof(Delta) * i;
  if (slope == 0) {
    for (size_t k = 0; k < n; ++k) {
      out[k] = static_cast<T>(first + LoadAs<Delta>(from + sizeof(Delta) * k));
    }
    return;
  }
  for (size_t k = 0; k < n; ++k) {
    out[k] = static_cast<T>(first + slope * k +
                            LoadAs<Delta>(from + sizeof(Delta) * k));
  }
}

// Items i … i+n-1.
template <typename T>
inline void Unpack(const Packing<T>& packing, const uint8_t* bytes, size_t i,
                   size_t n, T* out) {
  switch (packing.width) {
    case 0:
      for (size_t k = 0; k < n; ++k) {
        out[k] = static_cast<T>(packing.base + packing.slope * (i + k));
      }
      break;
    case 1:
      UnpackAs<T, uint8_t>(packing, bytes, i, n, out);
      break;
    case 2:
      UnpackAs<T, uint16_t>(packing, bytes, i, n, out);
      break;
    case 4:
      UnpackAs<T, uint32_t>(packing, bytes, i, n, out);
      break;
    case 8:
      UnpackAs<T, uint64_t>(packing, bytes, i, n, out);
      break;
    default:
      if constexpr (sizeof(T) == 16) {
        UnpackAs<T, uint128_t>(packing, bytes, i, n, out);
      }
  }
}

inline uint8_t BytesFor(uint128_t delta) {
  if (delta == 0) return 0;
  if (delta <= 0xFF) return 1;
  if (delta <= 0xFFFF) return 2;
  if (delta <= 0xFFFFFFFF) return 4;
  return delta <= ~uint64_t{0} ? 8 : 16;
}

template <typename T>
Packing<T> PackingWith(Wide<T> slope, const T* items, size_t n) {
  using Signed = std::conditional_t<sizeof(T) == 16, int128_t, int64_t>;
  Signed least = static_cast<Signed>(items[0]);
  Signed most = least;
  for (size_t i = 1; i < n; ++i) {
    const auto rest =
        static_cast<Signed>(static_cast<Wide<T>>(items[i]) - slope * i);
    least = rest < least ? rest : least;
    most = rest > most ? rest : most;
  }
  const auto base = static_cast<Wide<T>>(least);
  const auto spread = static_cast<Wide<T>>(static_cast<Wide<T>>(most) - base);
  return {base, slope, BytesFor(spread)};
}

// The narrowest of the packings tried; the same items give the same one. n is
// not 0.
template <typename T>
Packing<T> PackingOf(const T* items, size_t n) {
  const Packing<T> flat = PackingWith<T>(0, items, n);
  if (flat.width == 0 || n < 2) return flat;
  // From the first item to the last, rounded down; that suffices where items
  // rise or fall steadily.
  using Signed = std::conditional_t<sizeof(T) == 16, int128_t, int64_t>;
  const auto rise = static_cast<Signed>(static_cast<Wide<T>>(items[n - 1]) -
                                        static_cast<Wide<T>>(items[0]));
  const auto slope = static_cast<Wide<T>>(rise / static_cast<Signed>(n - 1));
  if (slope == 0) return flat;
  const Packing<T> sloping = PackingWith<T>(slope, items, n);
  return sloping.width < flat.width ? sloping : flat;
}

// Writes n deltas of packing.width bytes each.
template <typename T>
void Pack(const Packing<T>& packing, const T* items, size_t n, uint8_t* bytes) {
  for (size_t i = 0; i < n; ++i) {
    const Wide<T> delta =
        static_cast<Wide<T>>(items[i]) - packing.base - packing.slope * i;
    switch (packing.width) {
      case 0:
        break;
      case 1:
        bytes[i] = static_cast<uint8_t>(delta);
        break;
      case 2: {
        const auto d = static_cast<uint16_t>(delta);
        std::memcpy(bytes + 2 * i, &d, 2);
        break;
      }
      case 4: {
        const auto d = static_cast<uint32_t>(delta);
        std::memcpy(bytes + 4 * i, &d, 4);
        break;
      }
      case 8: {
        const auto d = static_cast<uint64_t>(delta);
        std::memcpy(bytes + 8 * i, &d, 8);
        break;
      }
      default:
        std::memcpy(bytes + 16 * i, &delta, sizeof(delta));
    }
  }
}

}  // namespace duban::table

#endif  // DUBAN_SRC_TABLE_PACKED_H_
