// The flags of `coterie serve` that bound what clients can make it hold or do. Thread: main. Law 6.
#pragma once

#include "server/cli/serve_command.hpp"

namespace coterie {

void add_limit_flags(CLI::App& command, ServeFlags& flags);
// Those that are told in other units than they are kept in.
void take_limit_flags(const ServeFlags& flags, ApplicationOptions& options);

}  // namespace coterie
