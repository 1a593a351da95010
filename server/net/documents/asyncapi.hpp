// The WebSocket as an AsyncAPI 3.0 document: the requests of the decoder's own table with their answers, and
// the pushes. Thread: any.
#pragma once

#include <boost/json/object.hpp>

namespace coterie {

// Throws where the decoder knows a request that has no schema, or the other way round.
boost::json::object asyncapi_document();

}  // namespace coterie
