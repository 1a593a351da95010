// coterie notifications: what one was told, until it is read.
#include <cstdio>
#include <memory>
#include <random>

#include "clients/cpp/steady_connection.hpp"
#include "protocol/json.hpp"
#include "server/cli/commands.hpp"
#include "server/cli/failure.hpp"
#include "server/cli/notice_text.hpp"
#include "server/cli/server_flags.hpp"
#include "server/cli/value_text.hpp"

namespace coterie {
namespace {

namespace json = boost::json;

struct NotificationsFlags {
  ServerFlags server;
  std::size_t limit = 50;
  bool all = false;
  bool mark_read = false;
  bool json = false;
};

void print(const json::object& notification, const Style& style) {
  const bool read = notification.contains("readAt");
  const std::string at = text_member(notification, "timestamp");
  const std::string text = notification_text(notification);
  std::printf("%s  %s\n", style.paint(Colour::dim, printable(at.substr(0, 19)) + "Z").c_str(),
              read ? style.paint(Colour::dim, text + " (read)").c_str() : text.c_str());
}

int show(const NotificationsFlags& flags, SteadyConnection& connection) {
  const auto answer =
      connection.ask({{"type", "notifications"}, {"unread", !flags.all}, {"limit", flags.limit}});
  if (!answer) return report(answer.error());
  const json::array* notifications = array_member(*answer, "notifications");
  if (!notifications) return refused(*answer);
  json::array unread;
  for (const json::value& value : *notifications) {
    const json::object& notification = value.get_object();
    if (!notification.contains("readAt")) unread.emplace_back(number_member(notification, "notificationId"));
    if (flags.json) {
      std::printf("%s\n", to_json_text(value).c_str());
    } else {
      print(notification, Style::of(stdout));
    }
  }
  std::uint64_t left = number_member(*answer, "unread");
  if (flags.mark_read && !unread.empty()) {
    const auto marked = connection.ask({{"type", "markRead"}, {"notificationIds", unread}});
    if (!marked) return report(marked.error());
    if (text_member(*marked, "type") != "ok") return refused(*marked);
    left = number_member(*marked, "unread");
  }
  if (!flags.json) std::printf("%llu unread\n", static_cast<unsigned long long>(left));
  return 0;
}

int notifications(const NotificationsFlags& flags) {
  auto options = connect_options(flags.server);
  if (!options) return report(options.error());
  SteadyConnection connection(std::move(*options), std::random_device{}());
  const auto opened = connection.open();
  if (!opened) return report(opened.error());
  const int exit_code = show(flags, connection);
  connection.close();
  return exit_code;
}

}  // namespace

void add_notifications_command(CLI::App& app, int& exit_code) {
  CLI::App* const command = app.add_subcommand("notifications", "What you were told, until it is read");
  auto flags = std::make_shared<NotificationsFlags>();
  add_server_flags(*command, flags->server);
  command->add_flag("--mark-read", flags->mark_read, "Mark as read what is shown");
  command->add_flag("--all", flags->all, "Those that were read too");
  command->add_option("--limit", flags->limit, "At most so many")
      ->check(CLI::Range(1, 500).description(""))
      ->capture_default_str();
  command->add_flag("--json", flags->json, "Each as a line of JSON");
  command->callback([flags, &exit_code] { exit_code = notifications(*flags); });
}

}  // namespace coterie
