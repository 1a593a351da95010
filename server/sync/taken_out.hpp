// Data that leave in bulk, as the log of acts tells of it: an export, a named reader. Thread: loop. Law 8.
#pragma once

#include <functional>
#include <string>

#include "storage/author.hpp"

namespace coterie {

struct TakenOut {
  std::string subject;  // "Booking", "reader bookkeeping"
  std::string detail;   // "its records", "the changes of every type"
};
using NoteTakenOut = std::function<void(const Author&, const TakenOut&)>;

}  // namespace coterie
