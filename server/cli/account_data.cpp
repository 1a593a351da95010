#include "server/cli/account_data.hpp"

#include <cstdio>
#include <cstdlib>

#include "protocol/time_text.hpp"
#include "server/auth/secret_text.hpp"
#include "server/cli/commands.hpp"
#include "server/cli/terminal.hpp"

namespace coterie {

void add_account_flags(CLI::App& command, AccountFlags& flags) {
  command.add_option("--data", flags.data, "Folder of the server's data")
      ->capture_default_str()
      ->type_name("DIR")
      ->envname("COTERIE_DATA");
  command.add_flag("--json", flags.json, "The answer as lines of JSON");
}

Result<std::unique_ptr<AccountStore>> open_accounts(const AccountFlags& flags, bool make) {
  begin_sodium();
  const std::filesystem::path folder(flags.data);
  std::error_code ignored;
  if (!make && !std::filesystem::exists(folder / AccountStore::kFile, ignored)) {
    Error error;
    error.code = ErrorCode::not_found;
    error.message = "There are no accounts in " + folder.string() +
                    ": name the server's folder by --data, or make a user by `coterie user add`.";
    return error;
  }
  return AccountStore::open(folder);
}

Act act_of_command_line() {
  const char* name = std::getenv("SUDO_USER");
  if (name == nullptr) name = std::getenv("USER");
  std::string by = "cli";
  if (name != nullptr && *name != '\0') by.append(":").append(printable(name).substr(0, 40));
  const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  return {UserId{by}, {"", "coterie command line"}, now};
}

int report_failure(const Error& error) {
  std::fprintf(stderr, "coterie: %s\n", error.message.c_str());
  return kExitFailed;
}

std::string local_time(Timestamp time) {
  std::string text = to_text(time).substr(0, 19);
  text[10] = ' ';
  return text;
}

}  // namespace coterie
