#include "server/net/content_coding.hpp"

#include <doctest/doctest.h>

using namespace coterie;

TEST_CASE("Content coding: what is named is taken as gladly as its quality says") {
  struct Row {
    const char* accept;
    int br;
    int gzip;
    int identity;
  };
  const Row rows[] = {
      {"", 0, 0, 1},
      {"gzip, deflate, br, zstd", 1000, 1000, 1},
      {"GZIP", 0, 1000, 1},
      {"x-gzip", 0, 1000, 1},
      {"br;q=1.0, gzip;q=0.8, *;q=0.1", 1000, 800, 1},
      {"br ; q=0.5 ,\tgzip;Q=0.125", 500, 125, 1},
      {"gzip;q=0", 0, 0, 1},
      {"gzip;q=0.000, br", 1000, 0, 1},
      {"identity;q=1, gzip;q=0.5", 0, 500, 1000},
      {"identity;q=0", 0, 0, 0},
      {"*", 1000, 1000, 1},
      {"*;q=0", 0, 0, 0},
      {"*;q=0, identity", 0, 0, 1000},
      {"gzip;q=0, *", 1000, 0, 1},
      {"gzip;q=nonsense, br;q=2", 0, 0, 1},
      {"gzip;q=", 0, 0, 1},
      {"gzip;q=1.5", 0, 1000, 1},
      {"gzipped, notbr", 0, 0, 1},
      {",,gzip,", 0, 1000, 1},
      {";q=1", 0, 0, 1},
  };
  for (const Row& row : rows) {
    CAPTURE(row.accept);
    CHECK(coding_weight(row.accept, "br") == row.br);
    CHECK(coding_weight(row.accept, "gzip") == row.gzip);
    CHECK(coding_weight(row.accept, kIdentity) == row.identity);
  }
}
