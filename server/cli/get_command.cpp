// coterie get: one record as it is or as it was, or a list of a type.
#include <algorithm>
#include <cstdio>
#include <memory>
#include <random>

#include "clients/cpp/steady_connection.hpp"
#include "protocol/field_path.hpp"
#include "protocol/json.hpp"
#include "protocol/wire_limits.hpp"
#include "server/cli/commands.hpp"
#include "server/cli/failure.hpp"
#include "server/cli/record_name.hpp"
#include "server/cli/server_flags.hpp"
#include "server/cli/text_table.hpp"
#include "server/cli/value_text.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

constexpr std::size_t kRecordsPage = 500;
constexpr std::size_t kMostColumns = 8;  // of a table: the fields beyond are left to --json
constexpr std::size_t kColumnWidth = 16;

struct GetFlags {
  std::string name;
  ServerFlags server;
  std::uint64_t version = 0;
  std::string filter;
  std::string sort;
  std::string search;
  std::size_t limit = 20;
  bool json = false;
};

void print_record(const json::object& entity, const Style& style) {
  const json::value* data = entity.if_contains("data");
  std::printf("%s  changed %s by %s\n%s\n",
              style
                  .paint(Colour::cyan, printable(text_member(entity, "entityType") + "/" +
                                                 text_member(entity, "entityId")) +
                                           " v" + std::to_string(number_member(entity, "version")))
                  .c_str(),
              printable(text_member(entity, "updatedAt")).c_str(),
              printable(text_member(entity, "updatedBy")).c_str(), data ? laid_out(*data).c_str() : "{}");
}

// The entity's own members, without those that belong to the answer.
json::object without_envelope(json::object answer) {
  for (const char* member : {"id", "type", "position"}) {
    if (const auto* found = answer.find(member); found != answer.end()) answer.stable_erase(found);
  }
  return answer;
}

int get_one(SteadyConnection& connection, const GetFlags& flags, const RecordName& record) {
  json::object request{{"type", "get"}, {"entityType", record.type}, {"entityId", record.id}};
  if (flags.version > 0) request["version"] = flags.version;
  const auto answer = connection.ask(request);
  if (!answer) return report(answer.error());
  if (text_member(*answer, "type") != "entity") {
    if (text_member(*answer, "code") != "not_found") return refused(*answer);
    std::fprintf(stderr, "coterie: there is no %s%s\n", record.text().c_str(),
                 flags.version > 0 ? (" of version " + std::to_string(flags.version)).c_str() : "");
    return kExitFailed;
  }
  if (flags.json) {
    std::printf("%s\n", to_json_text(without_envelope(*answer)).c_str());
  } else {
    print_record(*answer, Style::of(stdout));
  }
  return 0;
}

// The fields that the list is sorted by, then the others in their order, as many as find room.
std::vector<std::string> columns_of(const json::array& entities, std::string_view sort) {
  std::vector<std::string> fields;
  while (!sort.empty()) {
    const std::size_t comma = std::min(sort.find(','), sort.size());
    const std::string_view key =
        sort.substr(sort.starts_with('-') ? 1 : 0, comma - (sort.starts_with('-') ? 1 : 0));
    if (!key.starts_with('$')) fields.emplace_back(key);
    sort.remove_prefix(std::min(comma + 1, sort.size()));
  }
  const std::size_t most = std::clamp<std::size_t>(terminal_columns(stdout) / kColumnWidth, 2, kMostColumns);
  for (const json::value& entity : entities) {
    const json::object* data = entity.is_object() ? object_member(entity.get_object(), "data") : nullptr;
    if (!data) continue;
    for (const auto& member : *data) {
      if (fields.size() < most && std::ranges::find(fields, member.key()) == fields.end()) {
        fields.emplace_back(member.key());
      }
    }
  }
  return fields;
}

const json::value* field_of(const json::object* data, const std::string& field) {
  const auto path = FieldPath::parse(field);
  return data && path ? find(*data, *path) : nullptr;
}

void print_table(const json::array& entities, std::string_view sort) {
  const std::vector<std::string> fields = columns_of(entities, sort);
  std::vector<std::string> heads{"id", "v"};
  for (const std::string& field : fields) heads.push_back(printable(field));
  TextTable table(heads);
  for (const json::value& value : entities) {
    const json::object& entity = value.get_object();
    const json::object* data = object_member(entity, "data");
    std::vector<Cell> row{{printable(text_member(entity, "entityId")), Colour::cyan},
                          {std::to_string(number_member(entity, "version")), Colour::dim}};
    for (const std::string& field : fields) row.push_back({brief(field_of(data, field))});
    table.add(std::move(row));
  }
  std::fputs(table.text(Style::of(stdout), terminal_columns(stdout)).c_str(), stdout);
}

int get_list(SteadyConnection& connection, const GetFlags& flags, const RecordName& record) {
  json::object request{{"type", "list"}, {"entityType", record.type}, {"count", true}};
  if (!flags.filter.empty()) {
    auto filter = parse_json(flags.filter, {64 * 1024, kMaxDepth, kMaxMembers});
    if (!filter) return usage("--filter is not JSON: " + filter.error().message);
    request["filter"] = std::move(*filter);
  }
  if (!flags.sort.empty()) request["sort"] = flags.sort;
  if (!flags.search.empty()) request["search"] = flags.search;
  json::array shown;  // a table needs all of them; JSON is printed as it comes
  std::uint64_t total = 0, seen = 0;
  for (;;) {
    const std::size_t left = flags.limit == 0 ? kRecordsPage : flags.limit - seen;
    request["limit"] = std::min(left, kRecordsPage);
    auto answer = connection.ask(request);
    if (!answer) return report(answer.error());
    if (text_member(*answer, "type") != "entities") return refused(*answer);
    if (seen == 0) total = number_member(*answer, "total");
    json::value* entities = answer->if_contains("entities");
    if (!entities || !entities->is_array()) return refused(*answer);
    for (json::value& entity : entities->get_array()) {
      if (!entity.is_object()) continue;
      ++seen;
      if (flags.json) {
        std::printf("%s\n", to_json_text(entity).c_str());
      } else {
        shown.push_back(std::move(entity));
      }
    }
    const json::value* cursor = answer->if_contains("cursor");
    if (!cursor || cursor->is_null() || (flags.limit > 0 && seen >= flags.limit)) break;
    request["cursor"] = *cursor;
    request.erase("count");
  }
  if (flags.json) return 0;
  if (!shown.empty()) print_table(shown, flags.sort);
  std::printf("%llu of %llu%s\n", static_cast<unsigned long long>(seen),
              static_cast<unsigned long long>(total), seen < total ? "; --limit 0 shows all" : "");
  return 0;
}

int get(const GetFlags& flags) {
  const auto record = parse_record_name(flags.name);
  if (!record) return usage(record.error().message);
  if (record->id.empty() && flags.version > 0) return usage("--version goes with one record: TYPE/ID.");
  if (!record->id.empty() && (!flags.filter.empty() || !flags.sort.empty() || !flags.search.empty())) {
    return usage("--filter, --sort and --search go with a list: TYPE alone.");
  }
  auto options = connect_options(flags.server);
  if (!options) return report(options.error());
  SteadyConnection connection(std::move(*options), std::random_device{}());
  const auto opened = connection.open();
  if (!opened) return report(opened.error());
  const int exit_code =
      record->id.empty() ? get_list(connection, flags, *record) : get_one(connection, flags, *record);
  connection.close();
  return exit_code;
}

}  // namespace

void add_get_command(CLI::App& app, int& exit_code) {
  CLI::App* const command =
      app.add_subcommand("get", "Show a record, now or at a version, or a list of a type");
  auto flags = std::make_shared<GetFlags>();
  command->add_option("TYPE[/ID]", flags->name, "What to show: Vehicle/1, or Vehicle for a list")->required();
  add_server_flags(*command, flags->server);
  command->add_option("--version", flags->version, "As it stood at this version");
  command->add_option("--filter", flags->filter, R"(Of a list: {"Horsepower": {"$gte": 200}})");
  command->add_option("--sort", flags->sort, "Of a list: -Horsepower,Name");
  command->add_option("--search", flags->search,
                      "Of a list: those with all of these words; word* for a beginning");
  command->add_option("--limit", flags->limit, "Of a list: at most so many; 0 for all")
      ->capture_default_str();
  command->add_flag("--json", flags->json, "Each record as a line of JSON");
  command->callback([flags, &exit_code] { exit_code = get(*flags); });
}

}  // namespace coterie
