// The sentences for what can go wrong between here and a server, said the same way over WebSocket and HTTP.
// Thread: any.
#pragma once

#include <boost/system/error_code.hpp>
#include <string>
#include <string_view>

#include "clients/cpp/client_error.hpp"
#include "clients/cpp/server_url.hpp"

namespace coterie {

std::string lower_first(std::string text);  // "Connection refused" inside a sentence
ClientError cannot_reach(const ServerUrl& url, const boost::system::error_code& cause);
ClientError no_connection_in_time(const ServerUrl& url, std::chrono::milliseconds timeout);
ClientError connection_lost(const ServerUrl& url, const boost::system::error_code& cause);
// An HTTP answer where something else was hoped for; the body may be a problem document.
ClientError turned_away(const ServerUrl& url, unsigned status, std::string_view body);

}  // namespace coterie
