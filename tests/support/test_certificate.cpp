#include "tests/support/test_certificate.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <memory>
#include <random>
#include <stdexcept>

namespace coterie::test {
namespace {

void must(bool done, const char* what) {
  if (!done) throw std::runtime_error(std::string("cannot make a certificate: ") + what);
}

void add_names(X509* certificate, const std::string& name) {
  const std::string value = "DNS:" + name + ",IP:127.0.0.1";
  X509V3_CTX context;
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const names = X509V3_EXT_conf_nid(nullptr, &context, NID_subject_alt_name, value.c_str());
  must(names != nullptr && X509_add_ext(certificate, names, -1) == 1, "names");
  X509_EXTENSION_free(names);
}

template <class Write>
void write_file(const std::string& path, Write write) {
  std::FILE* const file = std::fopen(path.c_str(), "w");
  must(file != nullptr && write(file) == 1, path.c_str());
  std::fclose(file);
}

}  // namespace

CertificateFiles make_certificate(const std::filesystem::path& folder, const std::string& label,
                                  const CertificateForm& form) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
  must(key && certificate, "key");
  X509* const made = certificate.get();
  std::random_device random;
  X509_set_version(made, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(made), static_cast<long>(random() & 0x7fffffff));
  X509_gmtime_adj(X509_getm_notBefore(made), std::chrono::seconds(form.begins).count());
  X509_gmtime_adj(X509_getm_notAfter(made), std::chrono::seconds(form.ends).count());
  X509_set_pubkey(made, key.get());
  X509_NAME* const subject = X509_get_subject_name(made);
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(form.name.c_str()), -1, -1, 0);
  X509_set_issuer_name(made, subject);
  add_names(made, form.name);
  must(X509_sign(made, key.get(), EVP_sha256()) != 0, "signature");

  const CertificateFiles files{(folder / (label + ".crt")).string(), (folder / (label + ".key")).string()};
  write_file(files.certificate, [&](std::FILE* file) { return PEM_write_X509(file, made); });
  write_file(files.key, [&](std::FILE* file) {
    return PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
  return files;
}

}  // namespace coterie::test
