#include "storage/sqlite/directory_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace coterie {
namespace {

Error refused(std::string message) { return {ErrorCode::unavailable, std::move(message), "", false, {}, {}}; }

// What the holder wrote into the file; empty where it has not yet.
std::string pid_in(int descriptor) {
  char text[32];
  const ssize_t size = pread(descriptor, text, sizeof text, 0);
  return size > 0 ? std::string(text, static_cast<std::size_t>(size)) : std::string();
}

void write_holder(int descriptor) {
  const std::string pid = std::to_string(getpid());
  // For the message above only: where it cannot be written, the message names no process.
  if (ftruncate(descriptor, 0) == 0) (void)!pwrite(descriptor, pid.data(), pid.size(), 0);
}

}  // namespace

Result<DirectoryLock> DirectoryLock::take(const std::filesystem::path& directory) {
  const std::filesystem::path file = directory / "coterie.lock";
  const int descriptor = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    return refused("The file " + file.string() + " cannot be opened: " + std::strerror(errno) + ".");
  }
  DirectoryLock lock(descriptor);
  if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) {
      return refused("The file " + file.string() + " cannot be locked: " + std::strerror(errno) + ".");
    }
    const std::string pid = pid_in(descriptor);
    return refused("The data directory " + directory.string() + " is in use by a running server" +
                   (pid.empty() ? "" : " (process " + pid + ")") +
                   ": reach it with --url, or stop it first.");
  }
  write_holder(descriptor);
  return lock;
}

DirectoryLock::~DirectoryLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace coterie
