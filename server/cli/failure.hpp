// How a command that cannot do what was asked ends: a sentence on standard error, and the exit code that
// belongs to it (see commands.hpp). Thread: main.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "clients/cpp/client_error.hpp"
#include "server/cli/transfer/transfer_error.hpp"

namespace coterie {

int usage(const std::string& sentence);
// What the server answered instead.
int refused(const boost::json::object& answer);
int report(const ClientError& error);
int report(const TransferError& error);

}  // namespace coterie
