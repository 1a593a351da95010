#include "storage/sqlite/sql.hpp"

namespace coterie {

SqlValue sql_value(const boost::json::value& scalar) {
  switch (scalar.kind()) {
    case boost::json::kind::bool_:
      return std::int64_t{scalar.get_bool() ? 1 : 0};
    case boost::json::kind::int64:
      return scalar.get_int64();
    case boost::json::kind::uint64:
      return static_cast<std::int64_t>(scalar.get_uint64());
    case boost::json::kind::double_:
      return scalar.get_double();
    default:
      break;
  }
  const boost::json::string& text = scalar.as_string();
  return std::string(text.data(), text.size());
}

std::string_view column_of(MetaField field) {
  switch (field) {
    case MetaField::id:
      return "id";
    case MetaField::version:
      return "version";
    case MetaField::created_at:
      return "time_text(created_at)";
    case MetaField::created_by:
      return "created_by";
    case MetaField::updated_at:
      return "time_text(updated_at)";
    case MetaField::updated_by:
      return "updated_by";
  }
  return "id";
}

void bind_values(Query& query, const Sql& sql) {
  for (const SqlValue& value : sql.values) {
    std::visit([&](const auto& each) { query.bind(each); }, value);
  }
}

}  // namespace coterie
