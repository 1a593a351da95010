// coterie export: the records of a type to a file or to standard output, from a data directory or a running
// server.
#include <cstdio>
#include <memory>

#include "protocol/names.hpp"
#include "server/cli/commands.hpp"
#include "server/cli/server_flags.hpp"
#include "server/cli/terminal.hpp"
#include "server/cli/transfer/progress.hpp"
#include "server/cli/transfer/record_writer.hpp"

namespace coterie {
namespace {

struct ExportFlags {
  std::string type;
  std::string data;
  ServerFlags server;
  std::string filter;
  std::string format;
  std::string output;
  bool quiet = false;
};

int report_error(const TransferError& error) {
  std::fprintf(stderr, "coterie: %s\n", printable(error.message).c_str());
  return error.exit_code;
}

// By --format, else by the file's name, else JSON Lines.
RowFormat format_of(const ExportFlags& flags) {
  std::string name = flags.format;
  if (name.empty() && flags.output.find('.') != std::string::npos) {
    name = flags.output.substr(flags.output.rfind('.') + 1);
  }
  if (name == "json") return RowFormat::json;
  return name == "csv" ? RowFormat::csv : RowFormat::jsonl;
}

TransferResult<std::unique_ptr<RecordSource>> open_source(const ExportFlags& flags) {
  if (!flags.data.empty()) return open_local_source(flags.data, flags.type, flags.filter);
  const auto options = connect_options(flags.server);
  if (!options) return transfer_error(options.error());
  return open_remote_source(*options, flags.type, flags.filter);
}

TransferResult<std::uint64_t> write_all(RecordSource& source, RecordWriter& writer, bool quiet) {
  auto page = source.next_page();
  if (!page) return page.error();
  Progress progress(stderr, "exporting", source.total(), quiet);
  std::uint64_t records = 0;
  while (!page->empty()) {
    for (const ExportedRecord& record : *page) writer.add(record);
    records += page->size();
    progress.update(records, records);
    page = source.next_page();
    if (!page) return page.error();
  }
  writer.end();
  progress.finish();
  return TransferResult<std::uint64_t>(boost::system::in_place_value, records);
}

int export_records(const ExportFlags& flags) {
  if (!is_entity_type(flags.type)) {
    std::fprintf(stderr, "coterie: --type takes a name like Vehicle.\n");
    return kExitUsage;
  }
  auto source = open_source(flags);
  if (!source) return report_error(source.error());
  std::unique_ptr<OutputFile> file;
  if (!flags.output.empty()) {
    auto created = OutputFile::create(flags.output);
    if (!created) return report_error(created.error());
    file = std::move(*created);
  }
  std::FILE* const out = file ? file->file() : stdout;
  const auto writer = make_record_writer(format_of(flags), out);
  const bool quiet = flags.quiet || (!file && is_terminal(stdout));
  const auto records = write_all(**source, *writer, quiet);
  if (!records) return report_error(records.error());
  if (file) {
    const auto committed = file->commit();
    if (!committed) return report_error(committed.error());
  } else if (std::fflush(stdout) != 0 || std::ferror(stdout)) {
    return report_error(transfer_error("standard output cannot be written."));
  }
  if (file) std::fprintf(stderr, "%s records to %s\n", grouped(*records).c_str(), flags.output.c_str());
  if ((*source)->moved()) {
    std::fprintf(stderr,
                 "coterie: records were changed meanwhile; each stands as it was when its page was read\n");
  }
  return 0;
}

}  // namespace

void add_export_command(CLI::App& app, int& exit_code) {
  CLI::App* const command = app.add_subcommand("export", "Write out records as JSON Lines, JSON or CSV");
  auto flags = std::make_shared<ExportFlags>();
  command->add_option("--type", flags->type, "What to write out: Vehicle")->required();
  auto* where = command->add_option_group("where", "From one of these");
  auto* data = where->add_option("--data", flags->data, "A data directory");
  auto* url = where->add_option("--url", flags->server.url, "A running server");
  where->require_option(1);
  data->excludes(url);
  auto* token = command->add_option("--token", flags->server.token, "With --url: the token to sign in with");
  token->envname("COTERIE_TOKEN");
  command->add_option("--user", flags->server.user, "With --url: sign in by this name (--dev)")
      ->excludes(token);
  command->add_option("--filter", flags->filter, R"(Only those that pass: {"Origin": "Japan"})");
  command->add_option("--format", flags->format, "Else as the file's name says, else jsonl")
      ->check(CLI::IsMember({"json", "jsonl", "csv"}));
  command->add_option("--output,-o", flags->output, "Into this file, which appears when it is whole");
  command->add_flag("--quiet", flags->quiet, "No progress");
  command->callback([flags, &exit_code] { exit_code = export_records(*flags); });
}

}  // namespace coterie
