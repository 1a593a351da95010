#include "server/cli/transfer/input_file.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>

namespace coterie {
namespace {

Error cannot_open(const std::string& path, const std::string& why) {
  Error error;
  error.code = ErrorCode::not_found;
  error.message = "cannot read " + path + ": " + why + ".";
  return error;
}

}  // namespace

Result<InputFile> InputFile::open(const std::string& path) {
  InputFile input;
  input.file_.reset(std::fopen(path.c_str(), "rb"));
  if (!input.file_) return cannot_open(path, std::strerror(errno));
  struct stat status {};
  if (fstat(fileno(input.file_.get()), &status) != 0) return cannot_open(path, std::strerror(errno));
  // It is read twice, once to check and once to write.
  if (!S_ISREG(status.st_mode)) return cannot_open(path, "it is not a file");
  input.total_bytes_ = static_cast<std::uint64_t>(status.st_size);
  for (const int byte : {0xef, 0xbb, 0xbf}) {
    if (input.get() == byte) continue;
    std::rewind(input.file_.get());
    input.read_bytes_ = 0;
    input.line_ = 1;
    break;
  }
  return input;
}

int InputFile::get() {
  const int byte = getc_unlocked(file_.get());
  if (byte == EOF) return -1;
  ++read_bytes_;
  if (byte == '\n') ++line_;
  return byte;
}

int InputFile::peek() {
  const int byte = getc_unlocked(file_.get());
  if (byte == EOF) return -1;
  std::ungetc(byte, file_.get());
  return byte;
}

bool InputFile::read_line(std::string& line, bool& whole) {
  line.clear();
  whole = true;
  for (int byte = get(); byte >= 0; byte = get()) {
    if (line.size() < kMostRowBytes) {
      line += static_cast<char>(byte);
    } else {
      whole = false;
    }
    if (byte == '\n') return true;
  }
  return !line.empty();
}

bool InputFile::failed() const { return std::ferror(file_.get()) != 0; }

}  // namespace coterie
