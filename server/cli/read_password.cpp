#include "server/cli/read_password.hpp"

#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "server/auth/password_hasher.hpp"

namespace coterie {
namespace {

constexpr std::size_t kMostRead = PasswordHasher::kMostBytes + 2;

Error bad(std::string message) {
  Error error;
  error.code = ErrorCode::bad_request;
  error.message = std::move(message);
  return error;
}

// Up to the end of the line, or of the input.
std::string read_line() {
  std::string line;
  for (int c = std::getchar(); c != EOF && c != '\n' && line.size() < kMostRead; c = std::getchar()) {
    line += static_cast<char>(c);
  }
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return line;
}

// No echo as long as this lives.
class Unseen {
 public:
  Unseen() {
    if (tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios now = before_;
    now.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &now) == 0;
  }
  ~Unseen() {
    if (changed_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;

 private:
  termios before_{};
  bool changed_ = false;
};

std::string ask(const char* prompt) {
  std::fprintf(stderr, "%s: ", prompt);
  const Unseen unseen;
  std::string line = read_line();
  std::fprintf(stderr, "\n");
  return line;
}

}  // namespace

Result<SecretText> read_password(bool from_stdin) {
  if (!from_stdin && isatty(STDIN_FILENO) == 0) {
    return bad("A password is asked for at a terminal; a program sends it by --password-stdin.");
  }
  SecretText password(from_stdin ? read_line() : ask("New password (8 to 1024 bytes)"));
  if (Result<void> fine = check_password_length(password.view()); !fine) return fine.error();
  if (!from_stdin) {
    const SecretText again(ask("The same again"));
    if (!equal_secrets(password.view(), again.view()))
      return bad("The two passwords differ; nothing was changed.");
  }
  return password;
}

}  // namespace coterie
