#include "protocol/scalar_order.hpp"

#include <cmath>
#include <cstdint>

namespace coterie {
namespace {

std::strong_ordering compare_doubles(double a, double b) {
  // No NaN ever gets here: the parser refuses it.
  if (a < b) return std::strong_ordering::less;
  if (a > b) return std::strong_ordering::greater;
  return std::strong_ordering::equal;
}

// Exact: the integer is never rounded to a double.
std::strong_ordering compare_mixed(std::int64_t a, double b) {
  constexpr double kEnd = 9223372036854775808.0;  // 2^63
  if (b >= kEnd) return std::strong_ordering::less;
  if (b < -kEnd) return std::strong_ordering::greater;
  const double whole = std::trunc(b);
  if (const auto order = a <=> static_cast<std::int64_t>(whole); order != 0) return order;
  return compare_doubles(0.0, b - whole);
}

std::strong_ordering reversed(std::strong_ordering order) {
  if (order < 0) return std::strong_ordering::greater;
  if (order > 0) return std::strong_ordering::less;
  return order;
}

int rank(const boost::json::value& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      return 0;
    case boost::json::kind::bool_:
      return 1;
    case boost::json::kind::int64:
    case boost::json::kind::uint64:
    case boost::json::kind::double_:
      return 2;
    case boost::json::kind::string:
      return 3;
    case boost::json::kind::array:
    case boost::json::kind::object:
      break;
  }
  return 4;
}

// The parser makes every integer an int64; a value that this process made itself may be unsigned.
bool is_integer(const boost::json::value& value) { return value.is_int64() || value.is_uint64(); }
bool above_int64(const boost::json::value& value) {
  return value.is_uint64() && (value.get_uint64() >> 63) != 0;
}
std::int64_t integer(const boost::json::value& value) {
  return value.is_int64() ? value.get_int64() : static_cast<std::int64_t>(value.get_uint64());
}
double floating(const boost::json::value& value) {
  return value.is_double() ? value.get_double() : static_cast<double>(value.get_uint64());
}

}  // namespace

std::strong_ordering compare_numbers(const boost::json::value& a, const boost::json::value& b) {
  const bool a_whole = is_integer(a) && !above_int64(a);
  const bool b_whole = is_integer(b) && !above_int64(b);
  if (a_whole && b_whole) return integer(a) <=> integer(b);
  if (a_whole) return compare_mixed(integer(a), floating(b));
  if (b_whole) return reversed(compare_mixed(integer(b), floating(a)));
  if (a.is_uint64() && b.is_uint64()) return a.get_uint64() <=> b.get_uint64();
  return compare_doubles(floating(a), floating(b));
}

bool scalars_equal(const boost::json::value& a, const boost::json::value& b) {
  const int kind = rank(a);
  return kind != 4 && kind == rank(b) && compare_sorted(a, b) == 0;
}

std::strong_ordering compare_sorted(const boost::json::value& a, const boost::json::value& b) {
  const int kind = rank(a);
  if (const auto order = kind <=> rank(b); order != 0) return order;
  switch (kind) {
    case 1:
      return a.get_bool() <=> b.get_bool();
    case 2:
      return compare_numbers(a, b);
    case 3:
      return text_of(a) <=> text_of(b);
    default:
      return std::strong_ordering::equal;
  }
}

}  // namespace coterie
