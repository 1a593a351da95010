#include "storage/sqlite/position_note.hpp"

#include <fstream>
#include <string>
#include <system_error>

namespace coterie {

std::optional<Position> PositionNote::read() const {
  std::ifstream in(file_);
  std::string epoch;
  std::uint64_t seq = 0;
  std::string end;
  if (!(in >> epoch >> seq >> end) || end != "end") return std::nullopt;
  return Position{Epoch{epoch}, Seq{seq}};
}

void PositionNote::write(const Position& position) {
  written_ = std::chrono::steady_clock::now();
  std::filesystem::path fresh = file_;
  fresh += ".new";
  {
    std::ofstream out(fresh, std::ios::trunc);
    out << position.epoch.value() << ' ' << position.seq.value() << " end\n";
    if (!out.flush()) return;
  }
  std::error_code ignored;
  std::filesystem::rename(fresh, file_, ignored);
}

void PositionNote::write_sometimes(const Position& position) {
  if (std::chrono::steady_clock::now() - written_ >= std::chrono::seconds(1)) write(position);
}

}  // namespace coterie
