#include "storage/number_sum.hpp"

#include <cmath>
#include <cstdint>

#include "protocol/wire_limits.hpp"

namespace coterie {
namespace {

bool in_range(double number) {
  return std::isfinite(number) && std::abs(number) <= static_cast<double>(kMaxInteger);
}

// Absent: it is written with a fraction.
std::optional<std::int64_t> integer_of(const boost::json::value& value) {
  if (const auto* number = value.if_int64()) return *number;
  if (const auto* number = value.if_uint64()) {
    if (*number <= static_cast<std::uint64_t>(kMaxInteger)) return static_cast<std::int64_t>(*number);
  }
  return std::nullopt;
}

}  // namespace

std::optional<boost::json::value> add(const boost::json::value& a, const boost::json::value& b) {
  const auto left = integer_of(a);
  const auto right = integer_of(b);
  if (left && right) {
    std::int64_t sum = 0;
    if (__builtin_add_overflow(*left, *right, &sum)) return std::nullopt;
    if (sum > kMaxInteger || sum < -kMaxInteger) return std::nullopt;
    return boost::json::value(sum);
  }
  const double sum = a.to_number<double>() + b.to_number<double>();
  if (!in_range(sum)) return std::nullopt;
  if (sum == std::trunc(sum)) return boost::json::value(static_cast<std::int64_t>(sum));  // 1.0 is 1, -0 is 0
  return boost::json::value(sum);
}

}  // namespace coterie
