// What a client may ask, and by what each is answered: the table of the decoder, shown to those who describe
// the protocol. Thread: any.
#pragma once

#include <string_view>
#include <vector>

namespace coterie {

struct RequestType {
  std::string_view type;
  std::vector<std::string_view> answers;  // besides `error`; none: it asks nothing
};

std::vector<RequestType> request_types();

}  // namespace coterie
