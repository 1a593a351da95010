// The certificate in force: told to the log and the metrics when it comes, exchanged at a reload without
// touching a connection. Thread: loop, or before it runs.
#pragma once

#include "server/net/tls_context.hpp"
#include "server/ops/log.hpp"
#include "server/ops/metrics.hpp"

namespace coterie {

// Warns where it is not valid, or will not be for long.
void note_certificate(Log& log, Metrics& metrics, const CertificateNote& note);
// Where the files are no good, what was in force stays, and the log says why.
void reload_certificate(TlsContext& tls, const TlsFiles& files, Log& log, Metrics& metrics);

}  // namespace coterie
