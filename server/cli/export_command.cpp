// coterie export: the records of a type, or the history, to a file or to standard output, from a data
// directory or a running server.
#include <algorithm>
#include <cstdio>
#include <memory>

#include "protocol/names.hpp"
#include "server/cli/account_data.hpp"
#include "server/cli/commands.hpp"
#include "server/cli/failure.hpp"
#include "server/cli/server_flags.hpp"
#include "server/cli/terminal.hpp"
#include "server/cli/transfer/history_source.hpp"
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
  bool history = false;
  bool quiet = false;
};

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

// What was written is on disk, or with whoever reads standard output. 0: done.
int settle(const ExportFlags& flags, OutputFile* file, std::uint64_t written, const char* what) {
  if (!file) {
    if (std::fflush(stdout) == 0 && !std::ferror(stdout)) return 0;
    return report(transfer_error("standard output cannot be written."));
  }
  const auto committed = file->commit();
  if (!committed) return report(committed.error());
  std::fprintf(stderr, "%s %s to %s\n", grouped(written).c_str(), what, flags.output.c_str());
  return 0;
}

TransferResult<std::unique_ptr<OutputFile>> open_output(const ExportFlags& flags) {
  if (flags.output.empty()) return std::unique_ptr<OutputFile>();
  return OutputFile::create(flags.output);
}

int export_records(const ExportFlags& flags) {
  auto source = open_source(flags);
  if (!source) return report(source.error());
  auto file = open_output(flags);
  if (!file) return report(file.error());
  const auto writer = make_record_writer(format_of(flags), *file ? (*file)->file() : stdout);
  const bool quiet = flags.quiet || (!*file && is_terminal(stdout));
  const auto records = write_all(**source, *writer, quiet);
  if (!records) return report(records.error());
  if (const int failed = settle(flags, file->get(), *records, "records")) return failed;
  if ((*source)->moved()) {
    std::fprintf(stderr,
                 "coterie: records were changed meanwhile; each stands as it was when its page was read\n");
  }
  return 0;
}

TransferResult<std::unique_ptr<HistorySource>> open_history(const ExportFlags& flags) {
  if (!flags.data.empty()) return open_local_history(flags.data, flags.type);
  const auto options = connect_options(flags.server);
  if (!options) return transfer_error(options.error());
  return open_remote_history(*options, flags.type);
}

// One event a line, oldest first. It streams: no more than a page is held.
int export_history(const ExportFlags& flags) {
  auto source = open_history(flags);
  if (!source) return report(source.error());
  auto file = open_output(flags);
  if (!file) return report(file.error());
  std::FILE* const out = *file ? (*file)->file() : stdout;
  Progress progress(stderr, "exporting", (*source)->last_seq(),
                    flags.quiet || (!*file && is_terminal(stdout)));
  std::uint64_t events = 0;
  while (!(*source)->ended()) {
    const auto lines = (*source)->next_page();
    if (!lines) return report(lines.error());
    for (const std::string& line : *lines) std::fprintf(out, "%s\n", line.c_str());
    events += lines->size();
    progress.update(std::min((*source)->seq(), (*source)->last_seq()), events);
    if (std::ferror(out)) break;  // told below
  }
  progress.finish();
  return settle(flags, file->get(), events, "events");
}

// Into the activity log of these data, where they have accounts. Whoever can read the files can read them
// without us: what cannot be noted is said, and no reason to end.
void note_export(const ExportFlags& flags) {
  if (flags.data.empty()) return;  // the server notes it
  auto store = open_accounts({flags.data, false}, false);
  if (!store && store.error().code == ErrorCode::not_found) return;
  const Act act = act_of_command_line();
  std::string what = flags.history ? "the history" : "all records";
  if (!flags.filter.empty()) what = "records that pass a filter";
  const auto noted =
      !store ? Result<ActivityRow>(store.error())
             : (*store)->note({ActivityKind::exported, act.by, flags.type.empty() ? "everything" : flags.type,
                               what, act.from, act.at});
  if (noted) return;
  std::fprintf(stderr, "coterie: the export is not noted in the activity log: %s\n",
               noted.error().message.c_str());
}

int export_asked(const ExportFlags& flags) {
  const auto usage = [](const char* sentence) {
    std::fprintf(stderr, "coterie: %s\n", sentence);
    return kExitUsage;
  };
  if (flags.type.empty() && !flags.history) return usage("--type says what to write out: Vehicle");
  if (!flags.type.empty() && !is_entity_type(flags.type)) return usage("--type takes a name like Vehicle.");
  if (!flags.history) {
    note_export(flags);
    return export_records(flags);
  }
  if (!flags.filter.empty()) return usage("--filter chooses records; a history is written out as a whole.");
  if (!flags.format.empty() && flags.format != "jsonl") return usage("a history is written as JSON Lines.");
  note_export(flags);
  return export_history(flags);
}

}  // namespace

void add_export_command(CLI::App& app, int& exit_code) {
  CLI::App* const command = app.add_subcommand("export", "Write out records as JSON Lines, JSON or CSV");
  auto flags = std::make_shared<ExportFlags>();
  command->add_option("--type", flags->type,
                      "What to write out: Vehicle; with --history, without it everything");
  command->add_flag("--history", flags->history, "Every change with its old values, in place of the records");
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
  command->callback([flags, &exit_code] { exit_code = export_asked(*flags); });
}

}  // namespace coterie
