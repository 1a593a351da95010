#include "server/cli/transfer/record_shape.hpp"

#include <fmt/format.h>

#include "protocol/decode.hpp"
#include "protocol/names.hpp"
#include "server/cli/terminal.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

constexpr std::string_view kDollarId = "$id";

Error shape_refused(std::string why) {
  Error error;
  error.code = ErrorCode::bad_request;
  error.message = std::move(why);
  return error;
}

// What an id field may hold: a text, or a whole number.
std::optional<std::string> id_text(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  if (value.is_int64()) return std::to_string(value.get_int64());
  return {};
}

Result<std::string> id_from(const json::object& data, std::string_view field) {
  const json::value* value = data.if_contains(field);
  if (!value) return shape_refused("it has no field " + printable(field) + " for its id");
  auto id = id_text(*value);
  if (!id || !is_entity_id(*id)) {
    return shape_refused(printable(field) + " is " + shorten(printable(to_json_text(*value)), 60) +
                         ", which is no id: a letter or digit, then up to 127 of A-Z a-z 0-9 . _ : ~ -");
  }
  return *id;
}

Result<void> check_names(const json::object& data) {
  for (const auto& member : data) {
    if (is_member_name(member.key())) continue;
    const std::string name = printable(member.key());
    if (member.key().empty()) return shape_refused("a field has no name; give it one by --rename '=New'");
    return shape_refused("the field \"" + name +
                         "\" cannot be named so (no '.', no '$' in front, no control characters); " +
                         "rename it by --rename '" + name + "=New'");
  }
  return {};
}

}  // namespace

Result<std::pair<std::string, std::string>> parse_rename(std::string_view text) {
  const std::size_t equals = text.rfind('=');
  if (equals == std::string_view::npos) return shape_refused("--rename takes Old=New");
  std::string name(text.substr(equals + 1));
  if (!is_member_name(name))
    return shape_refused("--rename: \"" + printable(name) + "\" cannot name a field either");
  return std::pair{std::string(text.substr(0, equals)), std::move(name)};
}

// The row's number in front keeps the order of the file; the form is that of a UUID of version 8.
std::string RecordShape::made_id(std::uint64_t row_number) const {
  const ContentHash row =
      hash_content(json::array{options_.type, static_cast<std::int64_t>(row_number),
                               fmt::format("{:016x}{:016x}", options_.file.high, options_.file.low)});
  return fmt::format("{:08x}-{:04x}-8{:03x}-{:04x}-{:012x}", (row_number >> 16) & 0xffffffffULL,
                     row_number & 0xffffULL, row.high & 0xfffULL, 0x8000ULL | ((row.high >> 12) & 0x3fffULL),
                     row.low & 0xffffffffffffULL);
}

Result<std::string> RecordShape::id_of(SourceRow& row) {
  if (!options_.id_field.empty()) return id_from(row.data, options_.id_field);
  if (options_.number_rows) return std::to_string(row.number);
  if (dollar_id_) return id_from(row.data, kDollarId);
  if (plain_id_) return id_from(row.data, "id");
  return made_id(row.number);
}

Result<ShapedRecord> RecordShape::shape(SourceRow row) {
  if (!row.refusal.empty()) return shape_refused(row.refusal);
  if (!options_.rename.empty()) {
    json::object renamed;
    for (auto& member : row.data) {
      const auto found = options_.rename.find(std::string(member.key()));
      const std::string name = found == options_.rename.end() ? std::string(member.key()) : found->second;
      if (renamed.contains(name))
        return shape_refused("after --rename two fields are named \"" + printable(name) + "\"");
      renamed[name] = std::move(member.value());
    }
    row.data = std::move(renamed);
  }
  if (!looked_) {
    looked_ = true;
    dollar_id_ = row.data.contains(kDollarId);
    plain_id_ = row.data.contains("id");
  }
  auto id = id_of(row);
  if (!id) return id.error();
  if (const auto* found = row.data.find(kDollarId); found != row.data.end()) row.data.stable_erase(found);
  const auto names = check_names(row.data);
  if (!names) return names.error();
  json::object operation{
      {"op", "create"}, {"entityType", options_.type}, {"entityId", *id}, {"data", row.data}};
  const auto decoded = decode_operation(std::move(operation), WireLimits{});
  if (!decoded) {
    const Error& error = decoded.error();
    return shape_refused(error.member.empty() ? error.message : error.member + ": " + error.message);
  }
  return ShapedRecord{row.line, std::move(*id), std::move(row.data)};
}

}  // namespace coterie
