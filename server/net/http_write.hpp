// An answer as the bytes that go out: status line, the headers every answer carries, the body.
// Thread: loop.
#pragma once

#include <string>

#include "server/net/cross_origin.hpp"
#include "server/net/http_message.hpp"

namespace coterie {

struct WriteHttp {
  bool keep_alive = true;
  bool body = true;               // false: for HEAD
  bool strict_transport = false;  // the browser is told to come by TLS alone from now on
  CrossOrigin cross_origin{};
};
std::string to_bytes(HttpResponse response, const WriteHttp& how);

}  // namespace coterie
