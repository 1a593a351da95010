// How far it is: one line on a terminal, drawn anew a few times a second; elsewhere a plain line now and
// then.
//   writing  [##########----------]  48%  120,000 rows  9,800 rows/s  0:13 left
// Thread: one.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>

namespace coterie {

class Progress {
 public:
  using Clock = std::chrono::steady_clock;
  // Nothing is drawn where `quiet`. `total`: of what update() counts in `done`; 0: not known.
  Progress(std::FILE* out, std::string what, std::uint64_t total, bool quiet);
  ~Progress();  // takes the line away where it was not finished
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void update(std::uint64_t done, std::uint64_t rows);
  void finish();

 private:
  void draw(Clock::time_point now);

  std::FILE* out_;
  std::string what_;
  std::uint64_t total_;
  bool quiet_;
  bool terminal_;
  Clock::time_point began_;
  Clock::time_point drawn_;
  std::uint64_t done_ = 0;
  std::uint64_t rows_ = 0;
  bool shown_ = false;
  bool finished_ = false;
};

// The line without its ends. `elapsed` in seconds.
std::string progress_text(const std::string& what, std::uint64_t done, std::uint64_t total,
                          std::uint64_t rows, double elapsed, std::size_t columns);
std::string grouped(std::uint64_t number);  // 120,000

}  // namespace coterie
