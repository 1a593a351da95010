// A conflict as a person decides it: who changed what and when, and the three states of each field side by
// side. Thread: any.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "server/cli/terminal.hpp"

namespace coterie {

// `conflict` as the server answers it. Several lines, the last with its newline.
std::string conflict_text(const boost::json::object& conflict, const Style& style, std::size_t columns);

// Whether the server proposes a merged document.
bool can_merge(const boost::json::object& conflict);

}  // namespace coterie
