// What the listener holds for all its connections: the context they are served with, the wheel that sweeps
// them, and whose word on them is believed. Outlives every connection. Thread: loop.
#pragma once

#include "server/net/connections.hpp"
#include "server/net/forwarded.hpp"
#include "server/net/gate.hpp"
#include "server/net/loop.hpp"
#include "server/net/net_state.hpp"
#include "server/net/server_context.hpp"
#include "server/net/user_quotas.hpp"

namespace coterie {

struct NetCore {
  NetCore(Loop& its_loop, ServerContext& its_context)
      : loop(its_loop),
        context(its_context),
        proxies(TrustedProxies::parse(context.net.trusted_proxies).value()),
        connections(context.net.sweep),
        quotas(context.quotas) {
    state.now = context.now();
    rules.body_bytes = context.wire.body_bytes;
    rules.allowed_origins = context.net.allowed_origins;
    rules.own_names_only = context.net.own_names_only;
  }

  Loop& loop;
  ServerContext& context;
  NetState state;
  GateRules rules;
  TrustedProxies proxies;
  Connections connections;
  UserQuotas& quotas;
};

}  // namespace coterie
