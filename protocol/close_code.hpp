// Why the server ends a WebSocket. The range says what the client does next:
// 4000-4099 stop; 4100-4199 come back after the delay; 4200-4299 come back at once, with jitter.
// Thread: any.
#pragma once

#include <cstdint>
#include <string_view>

namespace coterie {

enum class CloseCode : std::uint16_t {
  normal = 1000,
  protocol_error = 1002,
  unsupported_data = 1003,
  bad_utf8 = 1007,
  policy = 1008,
  too_big = 1009,
  token_not_accepted = 4001,
  forbidden = 4003,
  revoked = 4010,
  overloaded = 4101,
  rate_or_cap = 4102,
  replaced = 4103,
  no_hello = 4201,
  no_progress = 4202,
  shutting_down = 4203,
  token_expired = 4205,
};

// The reason that goes with the code in the close frame and in the log: "no hello in time".
std::string_view to_text(CloseCode code);

}  // namespace coterie
