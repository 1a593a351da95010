// How the next number of a named sequence is written: "ORD-{year}-{number:6}" gives ORD-2026-000123.
// A format with {year} counts anew each year; the counter's key therefore holds the year. Without a format of
// its own a sequence `order` is written ORDER-{year}-{number:6}. Thread: any; immutable once made.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "protocol/error.hpp"
#include "protocol/types.hpp"

namespace coterie {

class NumberFormats {
 public:
  // Error bad_request: no {number}, or an unknown placeholder.
  Result<void> add(std::string sequence, std::string format);

  // The key of the counter at this time ("order/2026"), and the text of its number.
  std::string counter(std::string_view sequence, Timestamp now) const;
  std::string text(std::string_view sequence, Timestamp now, std::uint64_t number) const;

 private:
  std::string_view format_of(std::string_view sequence, std::string& fallback) const;
  std::map<std::string, std::string, std::less<>> formats_;
};

}  // namespace coterie
