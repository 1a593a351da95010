// What coterie.toml says of entity types and number sequences, checked as a whole: names, paths, policies,
// schemas and formats. One mistake refuses all of it, with its line and, for a word that is not known, the
// nearest that is. Thread: any; values.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "protocol/field_path.hpp"
#include "server/ops/access_file.hpp"
#include "server/ops/config_file.hpp"
#include "storage/number_format.hpp"
#include "storage/retention.hpp"
#include "storage/type_rules.hpp"

namespace coterie {

struct TypesConfiguration {
  std::shared_ptr<const TypeTable> types = std::make_shared<TypeTable>();
  NumberFormats numbers;
  std::map<std::string, std::string> sequences;  // the formats as they were written
  std::map<EntityType, std::vector<FieldPath>> search;
  std::map<EntityType, Retention> retention;
  std::map<EntityType, std::string> schemas;  // the file of a schema, or "inline"
  RulesRead access;
};

// `[types]`, `[sequences]`, `[access]` with `[roles]`, and that there is no other section but `[serve]`,
// which the command line reads. Schemas are looked for beside the file. Error bad_request: "coterie.toml:12:
// types.Booking.unqiue: ...".
Result<TypesConfiguration> read_types(const ConfigFile& file);

}  // namespace coterie
