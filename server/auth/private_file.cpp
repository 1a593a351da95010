#include "server/auth/private_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace coterie {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return number_; }
  bool is_open() const { return number_ >= 0; }

 private:
  int number_;
};

Error failure(ErrorCode code, const std::filesystem::path& path, const std::string& what) {
  Error error;
  error.code = code;
  error.message = path.string() + ": " + what;
  return error;
}

Error not_written(const std::filesystem::path& path) {
  return failure(ErrorCode::unavailable, path,
                 "This cannot be written (" + std::generic_category().message(errno) + ").");
}

bool write_all(int descriptor, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

Result<PrivateFile> read_private_file(const std::filesystem::path& path, std::size_t most) {
  // Not to wait for a pipe that nobody writes to.
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open()) {
    const ErrorCode code = errno == ENOENT ? ErrorCode::not_found : ErrorCode::bad_request;
    return failure(code, path, "This file cannot be read (" + std::generic_category().message(errno) + ").");
  }
  struct stat status {};
  if (fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return failure(ErrorCode::bad_request, path, "This is no file.");
  }
  PrivateFile made;
  made.others_may_read = (status.st_mode & (S_IRGRP | S_IROTH | S_IWGRP | S_IWOTH)) != 0;
  made.content.resize(most + 1);
  std::size_t filled = 0;
  while (filled < made.content.size()) {
    const ssize_t got = ::read(file.get(), made.content.data() + filled, made.content.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failure(ErrorCode::bad_request, path, "This file cannot be read.");
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  if (filled > most)
    return failure(ErrorCode::bad_request, path, "This file is too long for what it should hold.");
  made.content.resize(filled);
  return made;
}

Result<void> write_private_file(const std::filesystem::path& path, std::string_view content) {
  const std::filesystem::path fresh = path.string() + ".new";
  unlink(fresh.c_str());  // left by a start that was cut short
  {
    const Descriptor file(open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file.is_open()) return not_written(fresh);
    if (!write_all(file.get(), content) || fsync(file.get()) != 0) return not_written(fresh);
  }
  if (rename(fresh.c_str(), path.c_str()) != 0) return not_written(path);
  const Descriptor folder(open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open() || fsync(folder.get()) != 0) return not_written(path);
  return {};
}

}  // namespace coterie
