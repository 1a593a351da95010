// The routes as an OpenAPI 3.1 document, made of the router's own table. Thread: any.
#pragma once

#include <boost/json/object.hpp>
#include <vector>

#include "server/net/router.hpp"

namespace coterie {

boost::json::object openapi_document(const std::vector<Route>& routes);

}  // namespace coterie
