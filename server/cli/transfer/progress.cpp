#include "server/cli/transfer/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "server/cli/terminal.hpp"

namespace coterie {
namespace {

constexpr std::chrono::milliseconds kRedraw{150};
constexpr std::chrono::seconds kPlainLine{5};
constexpr std::size_t kBarColumns = 24;

std::string clock_text(double seconds) {
  const auto whole = static_cast<std::uint64_t>(std::ceil(seconds));
  return whole >= 3600 ? fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60)
                       : fmt::format("{}:{:02}", whole / 60, whole % 60);
}

}  // namespace

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string progress_text(const std::string& what, std::uint64_t done, std::uint64_t total,
                          std::uint64_t rows, double elapsed, std::size_t columns) {
  std::string text = what;
  const double part = total > 0 ? std::min(1.0, static_cast<double>(done) / static_cast<double>(total)) : 0;
  if (total > 0) {
    const auto filled = static_cast<std::size_t>(part * static_cast<double>(kBarColumns));
    if (columns >= 80)
      text += "  [" + std::string(filled, '#') + std::string(kBarColumns - filled, '-') + "]";
    text += fmt::format("  {:3}%", static_cast<int>(part * 100));
  }
  text += "  " + grouped(rows) + (rows == 1 ? " row" : " rows");
  if (elapsed >= 0.5)
    text += "  " + grouped(static_cast<std::uint64_t>(static_cast<double>(rows) / elapsed)) + " rows/s";
  if (elapsed >= 1 && part > 0.01 && part < 1) text += "  " + clock_text(elapsed / part - elapsed) + " left";
  return shorten(text, columns);
}

Progress::Progress(std::FILE* out, std::string what, std::uint64_t total, bool quiet)
    : out_(out),
      what_(std::move(what)),
      total_(total),
      quiet_(quiet),
      terminal_(is_terminal(out)),
      began_(Clock::now()),
      drawn_(began_) {}

Progress::~Progress() {
  if (shown_ && terminal_ && !finished_) std::fputs("\r\x1b[K", out_);
}

void Progress::update(std::uint64_t done, std::uint64_t rows) {
  done_ = done;
  rows_ = rows;
  if (quiet_) return;
  const Clock::time_point now = Clock::now();
  if (now - drawn_ >= (terminal_ ? Clock::duration(kRedraw) : Clock::duration(kPlainLine))) draw(now);
}

void Progress::draw(Clock::time_point now) {
  drawn_ = now;
  shown_ = true;
  const double elapsed = std::chrono::duration<double>(now - began_).count();
  const std::size_t columns = terminal_ ? terminal_columns(out_) - 1 : 100;
  const std::string text = progress_text(what_, done_, total_, rows_, elapsed, columns);
  if (terminal_) {
    std::fprintf(out_, "\r\x1b[K%s", text.c_str());
  } else {
    std::fprintf(out_, "%s\n", text.c_str());
  }
  std::fflush(out_);
}

void Progress::finish() {
  if (finished_ || quiet_) return;
  done_ = std::max(done_, total_);
  draw(Clock::now());
  if (terminal_) std::fputs("\n", out_);
  finished_ = true;
}

}  // namespace coterie
