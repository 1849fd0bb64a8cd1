// Runs a fuzz target as an ordinary test, where there is no libFuzzer: over
// each file of the folders given as arguments, and over a fixed number of
// mutations of each, always the same ones. With --trace, says before each run
// what it is of. Fails as the target fails: by a crash.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/expr/random.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

using duban::expr::Random;

constexpr int kMutations = 1000;  // of each file
constexpr uint32_t kMostEdits = 6;

struct Seed {
  std::string name;
  std::string bytes;
};

// The files of the folder and its folders, by name.
std::vector<Seed> ReadCorpus(const std::string& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<Seed> seeds;
  for (const auto& file : files) {
    std::ifstream in(file, std::ios::binary);
    seeds.push_back(
        {file.string(), std::string(std::istreambuf_iterator(in),
                                    std::istreambuf_iterator<char>())});
  }
  return seeds;
}

// A part of the bytes, up to 16 of them.
std::string Piece(const std::string& bytes, Random* random) {
  if (bytes.empty()) return "";
  const uint32_t begin = random->Below(static_cast<uint32_t>(bytes.size()));
  return bytes.substr(begin, 1 + random->Below(16));
}

void Edit(const std::vector<Seed>& seeds, Random* random, std::string* bytes) {
  const uint32_t size = static_cast<uint32_t>(bytes->size());
  const uint32_t at = random->Below(size + 1);
  switch (random->Below(6)) {
    case 0:  // another byte
      if (at < size) (*bytes)[at] = static_cast<char>(random->Below(256));
      break;
    case 1:  // another bit
      if (at < size) (*bytes)[at] ^= static_cast<char>(1 << random->Below(8));
      break;
    case 2:  // a hole
      bytes->erase(at, 1 + random->Below(8));
      break;
    case 3:  // a repetition
      bytes->insert(at, Piece(*bytes, random));
      break;
    case 4: {  // a part of another seed
      const uint32_t other = random->Below(static_cast<uint32_t>(seeds.size()));
      bytes->insert(at, Piece(seeds[other].bytes, random));
      break;
    }
    default: {  // a sign that means something in many languages
      constexpr char kSigns[] = "()[]{}.,:?!-+*/%<>=&|'\"`\\#@ \n\r0123abcxu_";
      bytes->insert(bytes->begin() + at,
                    kSigns[random->Below(sizeof(kSigns) - 1)]);
    }
  }
}

void RunTarget(const std::string& bytes) {
  // A copy of just that size, so that a sanitizer sees a read past its end.
  const std::vector<uint8_t> data(bytes.begin(), bytes.end());
  LLVMFuzzerTestOneInput(data.data(), data.size());
}

}  // namespace

int main(int argc, char** argv) {
  bool trace = false;
  std::vector<Seed> seeds;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--trace") {
      trace = true;
      continue;
    }
    for (Seed& seed : ReadCorpus(argument)) seeds.push_back(std::move(seed));
  }
  if (seeds.empty()) {
    std::fprintf(stderr, "no corpus: give folders with files\n");
    return 1;
  }
  RunTarget("");
  for (size_t i = 0; i < seeds.size(); ++i) {
    RunTarget(seeds[i].bytes);
    Random random(i);
    for (int k = 0; k < kMutations; ++k) {
      std::string bytes = seeds[i].bytes;
      const uint32_t edits = 1 + random.Below(kMostEdits);
      for (uint32_t e = 0; e < edits; ++e) Edit(seeds, &random, &bytes);
      if (trace) {
        std::fprintf(stderr, "%s, mutation %d\n", seeds[i].name.c_str(), k);
      }
      RunTarget(bytes);
    }
  }
  std::printf("%zu files, %d mutations of each\n", seeds.size(), kMutations);
  return 0;
}
