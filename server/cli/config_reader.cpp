#include "server/cli/config_reader.hpp"

#include <cstdlib>
#include <memory>
#include <sstream>
#include <vector>

#include "server/cli/commands.hpp"
#include "server/ops/nearest_word.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

Error value_refused(std::string message) {
  Error error;
  error.code = ErrorCode::bad_request;
  error.message = std::move(message);
  return error;
}

std::vector<std::string> flag_names(const CLI::App& serve) {
  std::vector<std::string> names;
  for (const CLI::Option* option : serve.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      if (name != "help") names.push_back(name);
    }
  }
  return names;
}

// CLI11 takes everything as text. Absent: a form that no flag has.
std::optional<std::string> text_of_scalar(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  if (value.is_bool()) return value.get_bool() ? "true" : "false";
  if (value.is_int64()) return std::to_string(value.get_int64());
  if (!value.is_double()) return std::nullopt;
  std::ostringstream text;
  text << value.get_double();
  return text.str();
}

Result<std::vector<std::string>> inputs_of(const ConfigFile& file, const json::value& value,
                                           const std::string& place) {
  std::vector<std::string> inputs;
  const json::array one{value};
  for (const json::value& item : value.is_array() ? value.get_array() : one) {
    std::optional<std::string> text = text_of_scalar(item);
    if (!text) return file.error(place, "This must be a text, a number, true or false, or a list of them.");
    inputs.push_back(std::move(*text));
  }
  return inputs;
}

bool is_in_environment(const CLI::Option& option) {
  const char* const value =
      option.get_envname().empty() ? nullptr : std::getenv(option.get_envname().c_str());
  return value != nullptr && *value != '\0';
}

// What [serve] says, as CLI11 takes it. What the environment says already is left out: it outweighs the file.
Result<std::vector<CLI::ConfigItem>> serve_items(const ConfigFile& file, const CLI::App& serve) {
  std::vector<CLI::ConfigItem> items;
  const json::value* const section = file.root.if_contains("serve");
  if (section == nullptr) return items;
  if (!section->is_object()) return file.error("serve", "This must be a table.");
  for (const auto& member : section->get_object()) {
    const std::string name(member.key());
    const std::string place = member_place("serve", name);
    const CLI::Option* const option = name == "help" ? nullptr : serve.get_option_no_throw("--" + name);
    if (option == nullptr) {
      const std::string near = nearest_word(name, flag_names(serve));
      return file.error(place, "This key is not known; " + (near.empty() ? "`coterie serve --help` names all"
                                                                         : "did you mean " + near + '?'));
    }
    Result<std::vector<std::string>> inputs = inputs_of(file, member.value(), place);
    if (!inputs) return inputs.error();
    if (is_in_environment(*option)) continue;
    CLI::ConfigItem item;
    item.parents = {"serve"};
    item.name = name;
    item.inputs = std::move(*inputs);
    items.push_back(std::move(item));
  }
  return items;
}

class ConfigReader final : public CLI::Config {
 public:
  // Only `serve` heeds the file here; other commands must not fail for what is in it.
  explicit ConfigReader(const CLI::App& app) : app_(app) {}

  std::vector<CLI::ConfigItem> from_config(std::istream& stream) const override {
    if (!app_.got_subcommand("serve")) return {};
    std::ostringstream text;
    text << stream.rdbuf();
    const auto fail = [](const Error& error) {
      return CLI::ConfigError(error.message, CLI::ExitCodes::ConfigError);
    };
    const Result<ConfigFile> file = parse_config(text.view(), app_.get_config_ptr()->as<std::string>());
    if (!file) throw fail(file.error());
    Result<std::vector<CLI::ConfigItem>> items = serve_items(*file, *app_.get_subcommand("serve"));
    if (!items) throw fail(items.error());
    return std::move(*items);
  }
  std::string to_config(const CLI::App*, bool, bool, std::string) const override { return {}; }

 private:
  const CLI::App& app_;
};

// The values of [serve], judged as at a start, on a command line of its own.
Result<void> check_serve(const ConfigFile& file) {
  CLI::App app;
  CLI::App* const serve = app.add_subcommand("serve");
  ServeFlags flags;
  add_serve_flags(*serve, flags);
  const Result<std::vector<CLI::ConfigItem>> items = serve_items(file, *serve);
  if (!items) return items.error();
  std::vector<std::string> words;  // the last first, as CLI11 takes them
  for (const CLI::ConfigItem& item : *items) {
    const bool flag = serve->get_option("--" + item.name)->get_expected_min() == 0;
    for (const std::string& input : item.inputs) words.insert(words.begin(), "--" + item.name + "=" + input);
    if (flag && item.inputs.size() != 1)
      return file.error(member_place("serve", item.name), "This is true or false.");
  }
  words.push_back("serve");
  try {
    app.parse(std::move(words));
  } catch (const CLI::Error& wrong) {
    return file.error("serve", wrong.what());
  }
  const Result<ApplicationOptions> options = read_serve_flags(flags);
  if (!options) return file.error("serve", options.error().message);
  return {};
}

}  // namespace

void add_config(CLI::App& app) {
  const char* const named = std::getenv("COTERIE_CONFIG");
  app.set_config("--config", named != nullptr && *named != '\0' ? named : kDefaultConfig,
                 "The configuration, a TOML file; coterie.toml is read where it is there")
      ->type_name("FILE");
  app.config_formatter(std::make_shared<ConfigReader>(app));
  app.allow_config_extras(CLI::config_extras_mode::error);
}

Result<std::filesystem::path> config_path(const CLI::App& app) {
  const CLI::Option* const option = app.get_config_ptr();
  const std::filesystem::path path = option->as<std::string>();
  std::error_code ignored;
  if (std::filesystem::is_regular_file(path, ignored)) return path;
  if (path == kDefaultConfig && option->count() == 0) return std::filesystem::path();
  return value_refused("The configuration " + path.string() +
                       " is not there; --config or COTERIE_CONFIG names it.");
}

Result<TypesConfiguration> read_configuration(const std::filesystem::path& path) {
  if (path.empty()) return TypesConfiguration();
  const Result<ConfigFile> file = read_config_file(path);
  if (!file) return file.error();
  Result<TypesConfiguration> types = read_types(*file);
  if (!types) return types;
  if (Result<void> done = check_serve(*file); !done) return done.error();
  if (const Result<AuthConfiguration> auth = read_auth(*file); !auth) return auth.error();
  return types;
}

Result<AuthConfiguration> read_auth_configuration(const std::filesystem::path& path) {
  if (path.empty()) return AuthConfiguration();
  const Result<ConfigFile> file = read_config_file(path);
  if (!file) return file.error();
  return read_auth(*file);
}

}  // namespace coterie
