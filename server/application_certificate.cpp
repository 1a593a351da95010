#include "server/application_certificate.hpp"

#include "protocol/time_text.hpp"

namespace coterie {
namespace {

constexpr std::chrono::hours kSoon{14 * 24};

std::string text_of(std::chrono::system_clock::time_point time) {
  return to_text(std::chrono::time_point_cast<std::chrono::milliseconds>(time));
}

}  // namespace

void note_certificate(Log& log, Metrics& metrics, const CertificateNote& note) {
  const auto now = std::chrono::system_clock::now();
  const std::string ends = text_of(note.not_after);
  metrics.certificate(note.not_after);
  log.info("certificate", {{"subject", std::string_view(note.subject)}, {"ends", std::string_view(ends)}});
  if (now >= note.not_after) {
    log.warn("certificate_expired", {{"ended", std::string_view(ends)}});
  } else if (now + kSoon >= note.not_after) {
    log.warn("certificate_expires", {{"ends", std::string_view(ends)}});
  }
  if (now < note.not_before) {
    const std::string begins = text_of(note.not_before);
    log.warn("certificate_not_valid_yet", {{"begins", std::string_view(begins)}});
  }
}

void reload_certificate(TlsContext& tls, const TlsFiles& files, Log& log, Metrics& metrics) {
  const Result<CertificateNote> loaded = tls.load(files);
  if (loaded) return note_certificate(log, metrics, *loaded);
  log.error("certificate_refused", {{"reason", std::string_view(loaded.error().message)}});
}

}  // namespace coterie
