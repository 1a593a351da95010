// A file read once from its beginning, with the number of the line that is being read: refusals name it.
// A byte order mark at the front is skipped. Reading is bounded: no line or element grows past kMostRowBytes.
// Law 6. Thread: one.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "protocol/error.hpp"

namespace coterie {

inline constexpr std::size_t kMostRowBytes = 4 * 1024 * 1024;

class InputFile {
 public:
  // Error not_found: it cannot be opened; the message names the file and the cause.
  static Result<InputFile> open(const std::string& path);

  int get();  // the next byte, or -1 at the end
  int peek();
  // The next line with its newline; false at the end. `whole` is false where the line was cut at
  // kMostRowBytes.
  bool read_line(std::string& line, bool& whole);

  std::uint64_t line() const { return line_; }  // of the byte that get() would return, from 1
  std::uint64_t read_bytes() const { return read_bytes_; }
  std::uint64_t total_bytes() const { return total_bytes_; }
  bool failed() const;  // the disk, not the content

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::unique_ptr<std::FILE, Close> file_;
  std::uint64_t line_ = 1;
  std::uint64_t read_bytes_ = 0;
  std::uint64_t total_bytes_ = 0;
};

}  // namespace coterie
