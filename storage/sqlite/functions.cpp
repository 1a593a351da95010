#include "storage/sqlite/functions.hpp"

#include <sqlite3.h>

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/time_text.hpp"
#include "storage/sqlite/document_scan.hpp"

namespace coterie {
namespace {

std::string_view text_of(sqlite3_value* value) {
  const void* data = sqlite3_value_text(value);
  if (!data) return {};
  return {static_cast<const char*>(data), static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

void give_text(sqlite3_context* context, std::string_view text) {
  sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

std::string_view raw_field(sqlite3_value** arguments) {
  return find_raw(text_of(arguments[0]), text_of(arguments[1]));
}

void field_json(sqlite3_context* context, int, sqlite3_value** arguments) {
  const std::string_view raw = raw_field(arguments);
  if (!raw.empty()) give_text(context, raw);
}

void field_rank(sqlite3_context* context, int, sqlite3_value** arguments) {
  const std::string_view raw = raw_field(arguments);
  int rank = 2;
  switch (raw.empty() ? 'n' : raw.front()) {
    case 'n':
      rank = 0;
      break;
    case 't':
    case 'f':
      rank = 1;
      break;
    case '"':
      rank = 3;
      break;
    case '{':
    case '[':
      rank = 4;
      break;
  }
  sqlite3_result_int(context, rank);
}

void give_number(sqlite3_context* context, std::string_view raw) {
  const char* const end = raw.data() + raw.size();
  std::int64_t integer = 0;
  if (const auto read = std::from_chars(raw.data(), end, integer);
      read.ec == std::errc{} && read.ptr == end) {
    return sqlite3_result_int64(context, integer);
  }
  double number = 0;
  if (std::from_chars(raw.data(), end, number).ec == std::errc{}) sqlite3_result_double(context, number);
}

void field(sqlite3_context* context, int, sqlite3_value** arguments) {
  const std::string_view raw = raw_field(arguments);
  switch (raw.empty() ? 'n' : raw.front()) {
    case 'n':
    case '{':
    case '[':
      return;
    case 't':
      return sqlite3_result_int(context, 1);
    case 'f':
      return sqlite3_result_int(context, 0);
    case '"': {
      std::string scratch;
      return give_text(context, decode_string(raw, scratch));
    }
    default:
      return give_number(context, raw);
  }
}

// One value whose order in SQLite is the protocol's: absent and null, false, true, numbers, texts, anything
// else. So an index on it serves equality, ranges and sorting alike. Never NULL, which no range would hold.
void field_key(sqlite3_context* context, int, sqlite3_value** arguments) {
  const std::string_view raw = raw_field(arguments);
  switch (raw.empty() ? 'n' : raw.front()) {
    case 'n':
      return sqlite3_result_double(context, kKeyOfNothing);
    case 'f':
      return sqlite3_result_double(context, kKeyOfFalse);
    case 't':
      return sqlite3_result_double(context, kKeyOfTrue);
    case '{':
    case '[':
      return sqlite3_result_zeroblob(context, 0);
    case '"': {
      std::string scratch;
      return give_text(context, decode_string(raw, scratch));
    }
    default:
      return give_number(context, raw);
  }
}

void field_contains(sqlite3_context* context, int, sqlite3_value** arguments) {
  const std::string_view raw = raw_field(arguments);
  const std::string_view wanted = text_of(arguments[2]);
  bool found = false;
  if (!raw.empty() && raw.front() == '"' && wanted.starts_with('"')) {
    std::string scratch;
    std::string wanted_scratch;
    found = decode_string(raw, scratch).find(decode_string(wanted, wanted_scratch)) != std::string_view::npos;
  } else {
    found = array_holds(raw, wanted);
  }
  sqlite3_result_int(context, found ? 1 : 0);
}

void time_text(sqlite3_context* context, int, sqlite3_value** arguments) {
  give_text(context, to_text(Timestamp{std::chrono::milliseconds{sqlite3_value_int64(arguments[0])}}));
}

using Function = void (*)(sqlite3_context*, int, sqlite3_value**);

// SQLite is C: nothing may be thrown through it. Only memory can run out in there.
template <Function kFunction>
void guarded(sqlite3_context* context, int count, sqlite3_value** arguments) noexcept {
  try {
    kFunction(context, count, arguments);
  } catch (...) {
    sqlite3_result_error_nomem(context);
  }
}

template <Function kFunction>
bool add_function(sqlite3* handle, const char* name, int arguments) {
  constexpr int kFlags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
  return sqlite3_create_function_v2(handle, name, arguments, kFlags, nullptr, guarded<kFunction>, nullptr,
                                    nullptr, nullptr) == SQLITE_OK;
}

}  // namespace

bool register_functions(sqlite3* handle) {
  return add_function<field_json>(handle, "field_json", 2) &&
         add_function<field_rank>(handle, "field_rank", 2) && add_function<field>(handle, "field", 2) &&
         add_function<field_key>(handle, "field_key", 2) &&
         add_function<field_contains>(handle, "field_contains", 3) &&
         add_function<time_text>(handle, "time_text", 1);
}

}  // namespace coterie
