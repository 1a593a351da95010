#include "server/application.hpp"

#include <string_view>

namespace coterie {

bool is_loopback(std::string_view host) {
  if (host == "localhost" || host == "::1" || host == "[::1]") return true;
  if (!host.starts_with("127.")) return false;
  return host.find_first_not_of("0123456789.") == std::string_view::npos;
}

std::string objection(const ApplicationOptions& options) {
  if (options.dev && !is_loopback(options.host)) {
    return "--dev lets anyone in who can reach the server, so it listens on this machine only. "
           "Use --listen 127.0.0.1:" +
           std::to_string(options.port) + ", or leave --dev out.";
  }
  return {};
}

}  // namespace coterie
