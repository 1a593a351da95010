// The driver for compilers without libFuzzer: runs the target over the seeds, then over random mutations of
// them. Takes libFuzzer's arguments that the tests use: -runs=N, -seed=N, and files or directories of seeds.
// The seed is printed; the same seed makes the same inputs. What was tried last when the target stopped the
// program is left in ./crash-input.

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Input = std::vector<std::uint8_t>;

const Input* volatile current = nullptr;  // read by the signal handler alone

extern "C" void keep_input(int signal_number) {
  const int file = ::open("crash-input", O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (file >= 0 && current != nullptr) {
    [[maybe_unused]] const ssize_t written = ::write(file, current->data(), current->size());
  }
  std::signal(signal_number, SIG_DFL);
  std::raise(signal_number);
}

void run(const Input& input) {
  current = &input;
  LLVMFuzzerTestOneInput(input.data(), input.size());
  current = nullptr;
}

void add_file(std::vector<Input>& seeds, const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

void add_seeds(std::vector<Input>& seeds, const std::filesystem::path& path) {
  if (!std::filesystem::is_directory(path)) return add_file(seeds, path);
  std::vector<std::filesystem::path>
      files;  // in one order everywhere, so that a seed means the same everywhere
  for (const auto& entry : std::filesystem::directory_iterator(path)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  for (const std::filesystem::path& file : files) add_file(seeds, file);
}

class Mutator {
 public:
  Mutator(std::uint64_t seed, const std::vector<Input>& seeds) : random_(seed), seeds_(seeds) {}

  Input next() {
    Input input = seeds_[below(seeds_.size())];
    for (std::size_t n = 1 + below(6); n > 0; --n) mutate(input);
    return input;
  }

 private:
  std::size_t below(std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_);
  }

  void mutate(Input& input) {
    static const char* const kTokens[] = {"{",         "}",
                                          "[",         "]",
                                          ",",         ":",
                                          "\"",        "\\",
                                          "\\u0000",   "\\ud800",
                                          "null",      "true",
                                          "1e400",     "-0.0",
                                          "1.5",       "$",
                                          "$eq",       "$not",
                                          ".",         "..",
                                          "\n",        "\xC3\xA9",
                                          "\xFF",      "\"\"",
                                          "-1",        "9007199254740993",
                                          "__proto__", "{\"a\":",
                                          "[[[[[[[[",  "]]]]]]]]",
                                          "[]",        "{}"};
    const std::size_t at = below(input.size() + 1);
    const auto place = input.begin() + static_cast<std::ptrdiff_t>(at);
    switch (below(6)) {
      case 0:  // another byte
        if (at < input.size()) input[at] = static_cast<std::uint8_t>(below(256));
        return;
      case 1: {  // a stretch taken out
        const std::size_t length = std::min(input.size() - at, 1 + below(16));
        input.erase(place, place + static_cast<std::ptrdiff_t>(length));
        return;
      }
      case 2: {  // a token put in
        const std::string token = kTokens[below(std::size(kTokens))];
        input.insert(place, token.begin(), token.end());
        return;
      }
      case 3: {  // a stretch twice
        const std::size_t length = std::min(input.size() - at, 1 + below(64));
        const Input stretch(place, place + static_cast<std::ptrdiff_t>(length));
        input.insert(place, stretch.begin(), stretch.end());
        return;
      }
      case 4: {  // the end of another seed
        const Input& other = seeds_[below(seeds_.size())];
        const std::size_t from = below(other.size() + 1);
        input.resize(at);
        input.insert(input.end(), other.begin() + static_cast<std::ptrdiff_t>(from), other.end());
        return;
      }
      default:  // one bit
        if (at < input.size()) input[at] ^= static_cast<std::uint8_t>(1U << below(8));
    }
  }

  std::mt19937_64 random_;
  const std::vector<Input>& seeds_;
};

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t runs = 0;
  std::uint64_t seed = std::random_device{}();
  std::vector<Input> seeds;
  for (int i = 1; i < argc; ++i) {
    if (std::strncmp(argv[i], "-runs=", 6) == 0) {
      runs = std::strtoull(argv[i] + 6, nullptr, 10);
    } else if (std::strncmp(argv[i], "-seed=", 6) == 0) {
      seed = std::strtoull(argv[i] + 6, nullptr, 10);
    } else {
      add_seeds(seeds, argv[i]);
    }
  }
  if (seeds.empty()) {
    std::fprintf(stderr, "no seeds given\n");
    return 2;
  }
  std::printf("%zu seeds, %llu mutations, -seed=%llu\n", seeds.size(), static_cast<unsigned long long>(runs),
              static_cast<unsigned long long>(seed));
  std::fflush(stdout);
  for (const int number : {SIGABRT, SIGSEGV, SIGFPE, SIGBUS, SIGILL}) std::signal(number, keep_input);
  for (const Input& input : seeds) run(input);
  Mutator mutator(seed, seeds);
  for (std::uint64_t i = 0; i < runs; ++i) run(mutator.next());
  return 0;
}
