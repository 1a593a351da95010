#include "clients/cpp/server_url.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace coterie {
namespace {

constexpr std::string_view kDefaultPort = "8787";
constexpr std::string_view kSecurePort = "443";

ClientError bad_url(std::string_view text, std::string_view why) {
  return {ClientError::Kind::bad_url,
          "cannot read the address \"" + std::string(text) + "\": " + std::string(why) +
              ". Give it as http://HOST:PORT, for example http://127.0.0.1:8787."};
}

}  // namespace

ClientResult<ServerUrl> ServerUrl::parse(std::string_view text) {
  const std::string whole =
      text.find("://") == std::string_view::npos ? "http://" + std::string(text) : std::string(text);
  const auto parsed = boost::urls::parse_uri(whole);
  if (!parsed) return bad_url(text, "it is not a URL");
  const boost::urls::url_view& url = *parsed;
  const bool secure = url.scheme() == "https" || url.scheme() == "wss";
  if (!secure && url.scheme() != "http" && url.scheme() != "ws") {
    return bad_url(text, "the scheme must be http or https");
  }
  if (url.has_userinfo()) return bad_url(text, "a name or password does not belong into it; use --token");
  if (url.has_query() || url.has_fragment()) return bad_url(text, "it ends before any ? or #");
  ServerUrl server;
  server.secure = secure;
  server.host = url.host_address();
  if (server.host.empty()) return bad_url(text, "it names no host");
  const std::string_view port = secure ? kSecurePort : kDefaultPort;
  server.port = url.port().empty() ? std::string(port) : std::string(url.port());
  if (url.has_port() && url.port_number() == 0) return bad_url(text, "the port must be from 1 to 65535");
  server.prefix = url.encoded_path();
  while (!server.prefix.empty() && server.prefix.back() == '/') server.prefix.pop_back();
  return server;
}

std::string ServerUrl::authority() const {
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? "[" + host + "]" : host) + ":" + port;
}

std::string ServerUrl::text() const { return (secure ? "https://" : "http://") + authority() + prefix; }

}  // namespace coterie
