#include "clients/cpp/sentences.hpp"

#include <boost/asio/error.hpp>
#include <cctype>

#include "protocol/json.hpp"

namespace coterie {
namespace {

// The sentence of a problem document, or nothing.
std::string sentence_of(std::string_view body) {
  const auto parsed = parse_json(body, {1024 * 1024, 64, 10'000});
  if (!parsed || !parsed->is_object()) return {};
  for (const char* member : {"message", "detail", "title"}) {
    const auto* value = parsed->get_object().if_contains(member);
    if (value && value->is_string()) return std::string(value->get_string());
  }
  return {};
}

}  // namespace

std::string lower_first(std::string text) {
  if (text.size() > 1 && std::islower(static_cast<unsigned char>(text[1]))) {
    text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  }
  return text;
}

ClientError cannot_reach(const ServerUrl& url, const boost::system::error_code& cause) {
  std::string message = "cannot reach " + url.text() + ": " + lower_first(cause.message()) + ".";
  if (cause == boost::asio::error::connection_refused) {
    message += " Is the server running? Start it with script/server.";
  } else if (cause == boost::asio::error::host_not_found) {
    message += " Check the host's name.";
  }
  return {ClientError::Kind::unreachable, std::move(message)};
}

ClientError no_connection_in_time(const ServerUrl& url, std::chrono::milliseconds timeout) {
  return {ClientError::Kind::unreachable,
          "cannot reach " + url.text() + ": no answer within " + std::to_string(timeout.count() / 1000) +
              " s. Check the address, or try again when the server is less busy."};
}

ClientError connection_lost(const ServerUrl& url, const boost::system::error_code& cause) {
  return {ClientError::Kind::lost,
          "the connection to " + url.text() + " was lost: " + lower_first(cause.message()) + "."};
}

ClientError turned_away(const ServerUrl& url, unsigned status, std::string_view body) {
  std::string message = url.text() + " answered with status " + std::to_string(status);
  const std::string sentence = sentence_of(body);
  message += sentence.empty() ? "." : ": " + sentence;
  if (status == 404 && sentence.empty()) message += " Is it a Coterie server?";
  // Too many at the moment, or a proxy without its server: worth coming back for.
  const bool later = status == 429 || status >= 500;
  return {later ? ClientError::Kind::unreachable : ClientError::Kind::refused, std::move(message)};
}

}  // namespace coterie
