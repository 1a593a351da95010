// coterie import: a file of real data into a stopped server's database or a running server, wholly or not at
// all.
#include <cstdio>
#include <memory>

#include "protocol/names.hpp"
#include "server/cli/commands.hpp"
#include "server/cli/config_reader.hpp"
#include "server/cli/failure.hpp"
#include "server/cli/server_flags.hpp"
#include "server/cli/terminal.hpp"
#include "server/cli/transfer/file_hash.hpp"
#include "server/cli/transfer/import_run.hpp"
#include "server/cli/transfer/progress.hpp"
#include "storage/store.hpp"

namespace coterie {
namespace {

// Up to this much is one transaction, in memory until it is written (where it takes some fifteen times the
// room).
constexpr std::size_t kTransactionBytes = 32 * 1024 * 1024;

struct ImportFlags {
  ImportOptions options;
  std::string data;
  ServerFlags server;
  std::string format = "auto";
  std::string on_existing = "refuse";
  std::vector<std::string> renames;
  std::string delimiter = ",";
};

std::string counted(std::uint64_t number, const char* what) { return grouped(number) + " " + what; }

void print_refusals(const ImportReport& report) {
  for (const RefusedRow& row : report.refusals) {
    std::fprintf(stderr, "line %llu: %s\n", static_cast<unsigned long long>(row.line),
                 printable(row.reason).c_str());
  }
  if (report.refused > report.refusals.size()) {
    std::fprintf(stderr, "... and %s more\n", grouped(report.refused - report.refusals.size()).c_str());
  }
}

void print_summary(const ImportFlags& flags, const ImportReport& report) {
  std::string text = counted(report.created, report.written ? "created" : "to create");
  if (report.updated > 0) text += ", " + counted(report.updated, report.written ? "updated" : "to update");
  if (report.same > 0) text += ", " + counted(report.same, "there already");
  if (report.skipped > 0) text += ", " + counted(report.skipped, "left as they are");
  if (report.refused > 0) text += ", " + counted(report.refused, "refused");
  std::printf("%s: %s %s: %s\n", flags.options.shape.type.c_str(), grouped(report.rows).c_str(),
              report.rows == 1 ? "row" : "rows", text.c_str());
  if (flags.options.dry_run) {
    std::printf("a dry run: nothing was written\n");
  } else if (!report.written) {
    std::printf("nothing was written; correct these rows, or leave them out by --skip-refused\n");
  }
}

int fill_options(ImportFlags& flags) {
  ImportOptions& options = flags.options;
  if (!is_entity_type(options.shape.type)) return usage("--type takes a name like Vehicle.");
  if (!options.shape.id_field.empty() && options.shape.number_rows) {
    return usage("--id and --number-rows exclude each other.");
  }
  if (flags.format == "json") options.rows.format = RowFormat::json;
  if (flags.format == "jsonl") options.rows.format = RowFormat::jsonl;
  if (flags.format == "csv") options.rows.format = RowFormat::csv;
  options.on_existing = flags.on_existing == "skip"     ? OnExisting::skip
                        : flags.on_existing == "update" ? OnExisting::update
                                                        : OnExisting::refuse;
  if (flags.delimiter == "\\t" || flags.delimiter == "tab") flags.delimiter = "\t";
  if (flags.delimiter.size() != 1 || flags.delimiter == "\"")
    return usage("--delimiter takes one character, or tab.");
  options.rows.delimiter = flags.delimiter.front();
  for (const std::string& text : flags.renames) {
    auto rename = parse_rename(text);
    if (!rename) return usage(rename.error().message + ".");
    options.shape.rename.insert_or_assign(rename->first, rename->second);
  }
  return 0;
}

void tell_dropped(const RuleChange& rule) {
  const char* const kind = rule.kind == RuleChange::Kind::unique ? "unique rule" : "index";
  std::fprintf(stderr,
               "coterie: the %s of %s on %s is not configured here, and was dropped; a server that has it "
               "adds it again\n",
               kind, rule.type.value().c_str(), printable(rule.fields).c_str());
}

// Into a database of its own the records come under the rules of coterie.toml, as through a server.
TransferResult<std::unique_ptr<ImportTarget>> open_local(const CLI::App& app, const ImportFlags& flags) {
  const auto path = config_path(app);
  if (!path) return transfer_error(path.error());
  const auto types = read_configuration(*path);
  if (!types) return transfer_error(types.error());
  return open_local_target(flags.data, kTransactionBytes, *types, tell_dropped);
}

TransferResult<std::unique_ptr<ImportTarget>> open_target(const CLI::App& app, const ImportFlags& flags) {
  if (flags.data.empty()) {
    ServerFlags server = flags.server;
    if (server.token.empty() && server.user.empty()) server.user = "import";
    auto options = connect_options(server);
    if (!options) return transfer_error(options.error());
    options->client_id = "coterie-import";
    return open_remote_target(*options, [](const std::string& sentence) {
      std::fprintf(stderr, "coterie: waiting: %s\n", printable(sentence).c_str());
    });
  }
  if (flags.options.dry_run) return open_preview_target(flags.data);
  return open_local(app, flags);
}

int import(const CLI::App& app, ImportFlags flags) {
  if (const int wrong = fill_options(flags)) return wrong;
  const auto hash = hash_file(flags.options.path);
  if (!hash) return report(transfer_error(hash.error()));
  flags.options.shape.file = *hash;
  auto target = open_target(app, flags);
  if (!target) return report(target.error());
  const auto imported = run_import(flags.options, **target);
  if (!imported) return report(imported.error());
  print_refusals(*imported);
  print_summary(flags, *imported);
  if (imported->written) return 0;
  return imported->refused > 0 && !flags.options.skip_refused ? kExitFailed : 0;
}

}  // namespace

void add_import_command(CLI::App& app, int& exit_code) {
  CLI::App* const command =
      app.add_subcommand("import", "Bring in records from JSON, JSON Lines or CSV, all or none");
  command->fallthrough();  // --config stands at the program, and may follow here
  auto flags = std::make_shared<ImportFlags>();
  ImportOptions& options = flags->options;
  command->add_option("FILE", options.path, "The file")->required();
  command->add_option("--type", options.shape.type, "What the records are: Vehicle")->required();
  auto* where = command->add_option_group("where", "Into one of these");
  auto* data = where->add_option("--data", flags->data, "The data directory of a server that does not run");
  auto* url = where->add_option("--url", flags->server.url, "A running server");
  where->require_option(1);
  data->excludes(url);
  auto* token = command->add_option("--token", flags->server.token, "With --url: the token to sign in with");
  token->envname("COTERIE_TOKEN");
  command->add_option("--user", flags->server.user, "With --url: sign in by this name (--dev)")
      ->excludes(token);
  auto* id = command->add_option("--id", options.shape.id_field, "The field that holds the id");
  command->add_flag("--number-rows", options.shape.number_rows, "The ids are 1, 2, 3 ... by row")
      ->excludes(id);
  command->add_flag("--dry-run", options.dry_run, "Check everything, write nothing");
  command->add_flag("--skip-refused", options.skip_refused,
                    "Write the good rows although others are refused");
  command
      ->add_option("--on-existing", flags->on_existing,
                   "A record of that id with other content is there already")
      ->check(CLI::IsMember({"refuse", "skip", "update"}))
      ->capture_default_str();
  command->add_option("--rename", flags->renames, "Old=New: another name for a field")
      ->allow_extra_args(false);
  command->add_option("--format", flags->format, "What the file holds")
      ->check(CLI::IsMember({"auto", "json", "jsonl", "csv"}))
      ->capture_default_str();
  command->add_flag("--text", options.rows.keep_text, "CSV: keep all cells as text");
  command->add_flag("--nested", options.rows.nested,
                    "CSV: a column address.city is the field city of address");
  command->add_option("--delimiter", flags->delimiter, "CSV: between the cells (tab for a tab)")
      ->capture_default_str();
  command->add_option("--batch", options.batch_operations, "Records in one commit, at most")
      ->check(CLI::Range(1, 500))
      ->capture_default_str();
  command->add_flag("--quiet", options.quiet, "No progress");
  command->footer(
      "A refused row refuses the whole file; the report says which and why. Cut off? Run it again.");
  command->callback([&app, flags, &exit_code] { exit_code = import(app, *flags); });
}

}  // namespace coterie
