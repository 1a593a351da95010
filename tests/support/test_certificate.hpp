// Certificates made for one test: signed by their own key, for localhost and 127.0.0.1, in a folder of the
// test's.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

namespace coterie::test {

struct CertificateForm {
  std::string name = "localhost";
  std::chrono::hours begins{-1};  // from now
  std::chrono::hours ends{24 * 30};
};

struct CertificateFiles {
  std::string certificate;
  std::string key;
};

// Writes FOLDER/LABEL.crt and FOLDER/LABEL.key, in place of those that are there.
CertificateFiles make_certificate(const std::filesystem::path& folder, const std::string& label,
                                  const CertificateForm& form = {});

}  // namespace coterie::test
