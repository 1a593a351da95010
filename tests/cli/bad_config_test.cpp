// Bad configurations, each with exactly what is said of it: the file, the line, the section and key, what is
// wrong there and what would be right.
#include <doctest/doctest.h>

#include "server/auth_file.hpp"
#include "server/types_file.hpp"

namespace coterie::testing {
namespace {

struct Bad {
  std::string text;
  std::string error;  // without "a.toml:"
};

// As read_configuration() takes them, without [serve].
std::string refusal(const std::string& text) {
  const auto file = parse_config(text, "a.toml");
  if (!file) return file.error().message;
  if (const auto types = read_types(*file); !types) return types.error().message;
  const auto auth = read_auth(*file);
  return auth ? "" : auth.error().message;
}

void check(const std::vector<Bad>& table) {
  for (const Bad& bad : table) {
    CAPTURE(bad.text);
    CHECK(refusal(bad.text) == "a.toml:" + bad.error);
  }
}

std::string list_of(std::size_t count) {
  std::string list = "[";
  for (std::size_t i = 0; i < count; ++i) list += "\"f" + std::to_string(i) + "\",";
  return list + "]";
}

}  // namespace

TEST_CASE("Bad configuration: a word that is not known is told with the nearest that is, or with all") {
  check({
      {"[type.A]", "1: type: This section is not known; did you mean types?"},
      {"[limits]",
       "1: limits: This section is not known; known are access, auth, roles, sequences, serve and types."},
      {"[types.A]\nstratgy = \"merge\"", "2: types.A.stratgy: This key is not known; did you mean strategy?"},
      {"[types.A]\nstrategy = \"merg\"",
       "2: types.A.strategy: This strategy is not known; did you mean merge?"},
      {"[types.A]\nstrategies = [\n  \"merge\",\n  \"newest\"]",
       "4: types.A.strategies[1]: This strategy is not known; known are reject, merge and latest-wins."},
      {"[types.A.fields]\nx = \"unoin\"",
       "2: types.A.fields.x: This policy is not known; did you mean union?"},
      {"[types.A.fields]\nx = {clash = \"ask\", lock = 1}",
       "2: types.A.fields.x.lock: This key is not known; known are clash."},
      {"[types.A]\nhistory = {versoins = 5}",
       "2: types.A.history.versoins: This key is not known; did you mean versions?"},
      {"[access.A]\n\nraed = \"a\"", "3: access.A.raed: This key is not known; did you mean read?"},
      {"[access.A]\nread = {rol = \"a\"}", "2: access.A.read.rol: This key is not known; did you mean role?"},
      {"[access.A.fields]\nx = {read = [], write = []}",
       "2: access.A.fields.x.write: This key is not known; known are read and update."},
      {"[roles]\nsales = []\n[access.A]\nread = \"slaes\"",
       "4: access.A.read: This role is not known; did you mean sales?"},
      {"[roles]\nsales = []\nstock = []\n[access.A]\nread = [\"sales\", \"customer\"]",
       "5: access.A.read[1]: This role is not known; known are sales and stock."},
      {"[auth]\n\nacces_token = \"15m\"",
       "3: auth.acces_token: This key is not known; did you mean access_token?"},
      {"[auth.issuers.app]\nisuer = \"i\"",
       "2: auth.issuers.app.isuer: This key is not known; did you mean issuer?"},
      {"[auth.issuers.app]\nissuer = \"i\"\naudience = \"a\"\njwks = \"k\"\nalgorithm = [\"EdDSA\", "
       "\"HS265\"]",
       "5: auth.issuers.app.algorithm[1]: This algorithm is not known; did you mean HS256?"},
  });
}

TEST_CASE("Bad configuration: a value of the wrong kind is told what it must be") {
  check({
      {"types = 5", "1: types: This must be a table."},
      {"[types]\nA = 5", "2: types.A: This must be a table."},
      {"access = 5", "1: access: This must be a table."},
      {"[access]\nA = \"sales\"", "2: access.A: This must be a table."},
      {"[auth]\nissuers = 1", "2: auth.issuers: This must be a table."},
      {"[types.A]\nunique = \"number\"", "2: types.A.unique: This must be a list, in brackets."},
      {"[types.A]\nunique = [5]", "2: types.A.unique[0]: This must be a text, in quotes."},
      {"[types.A.fields]\nx = 1", "2: types.A.fields.x: This must be a text, in quotes."},
      {"[types.A]\nfields = 1",
       "2: types.A.fields: This must be a table from field to policy: {price = \"latest\"}."},
      {"[types.A]\nhistory = 5",
       "2: types.A.history: This must be a table: {age = \"365d\", versions = 1000}."},
      {"[sequences]\norder = 5", "2: sequences.order: This must be a text, in quotes."},
      {"[access.A]\nread = 5", "2: access.A.read: This must be a role, in quotes, or a list of roles."},
      {"[access.A]\nread = [\"a\", 5]",
       "2: access.A.read[1]: This must be a role, in quotes, or a list of roles."},
      {"[access.A.fields]\nx = 5",
       "2: access.A.fields.x: This must be a table: {read = [\"manager\"], update = [\"manager\"]}."},
      {"[access.A]\nread = {role = \"a\", where = 5}",
       "2: access.A.read.where: This must be a filter: {status = \"open\"}, or the same as JSON in a text."},
      {"[auth]\naccess_token = 900", "2: auth.access_token: This must be a text, in quotes."},
      {"[auth.issuers.app]\nissuer = 5", "2: auth.issuers.app.issuer: This must be a text, in quotes."},
  });
}

TEST_CASE("Bad configuration: numbers, durations and lists have bounds, which are told") {
  check({
      {"[types.A]\nhistory = {age = \"1y\"}",
       "2: types.A.history.age: This must be a number and a unit, s, m, h, d or w, such as \"365d\"."},
      {"[types.A]\nhistory = {versions = 0}",
       "2: types.A.history.versions: This must be a whole number, 1 or more."},
      {"[types.A]\nhistory = {versions = 1.5}",
       "2: types.A.history.versions: This must be a whole number, 1 or more."},
      {"[types.A]\nindex = " + list_of(17), "2: types.A.index: This list may hold 16 at most."},
      {"[types.A]\nsearch = " + list_of(33), "2: types.A.search: This list may hold 32 at most."},
      {"[types.A]\nstrategies = []",
       "2: types.A.strategies: At least one strategy must be allowed; leave this out to allow all."},
      {"[types.A]\nschema = \"" + std::string(501, 'x') + "\"",
       "2: types.A.schema: This text may have 500 bytes at most."},
      {"[access.A]\nread = " + list_of(65), "2: access.A.read: This list may hold 64 at most."},
      {"[access.A]\nread = {role = " + list_of(257) + "}",
       "2: access.A.read.role: This list may hold 256 at most."},
      {"[auth]\naccess_token = \"9h\"",
       "2: auth.access_token: This must be a number and a unit, s, m, h, d or w, from \"1m\" to \"8h\"."},
      {"[auth]\nrefresh_token = \"\"",
       "2: auth.refresh_token: This must be a number and a unit, s, m, h, d or w, from \"1h\" to \"365d\"."},
      {"[auth]\nidle = \"1s\"",
       "2: auth.idle: This must be a number and a unit, s, m, h, d or w, from \"1m\" to \"365d\", or \"\" "
       "for "
       "off."},
      {"[auth]\nsign_ins_per_account = 0",
       "2: auth.sign_ins_per_account: This must be a whole number from 1 to 10000."},
      {"[auth]\nsign_ins_per_address = \"5\"",
       "2: auth.sign_ins_per_address: This must be a whole number from 1 to 10000."},
  });
}

TEST_CASE("Bad configuration: names and rules that cannot be are told why") {
  check({
      {"[types.\"9a\"]", "1: types.9a: The name of a type is a letter, then up to 63 letters, digits or _."},
      {"[types.A]\nunique = [[]]", "2: types.A.unique[0]: This names no field."},
      {"[types.A]\nunique = [\"a\", \"a\"]", "2: types.A.unique[1]: This is named twice."},
      {"[types.A]\nindex = [[\"a\", \"a\"]]", "2: types.A.index[0][1]: This field is named twice."},
      {"[types.A]\nindex = [\"a..b\"]",
       "2: types.A.index[0]: This is not the path of a field: A field path is made of member names with dots "
       "between them: none empty, no control character, none that begins with '$'."},
      {"[types.A]\nstrategy = \"latest-wins\"\nstrategies = [\"merge\"]",
       "2: types.A.strategy: The default must be one of the strategies that are allowed."},
      {"[sequences]\norder = \"ORD\"",
       "2: sequences.order: The number format of 'order' must hold {number} exactly once."},
      {"[roles]\nadmin = []",
       "2: roles.admin: A role has a name of 1 to 64 printable characters, neither * nor admin."},
      {"[access.\"no type\"]\nread = \"a\"",
       "1: access.\"no type\": This must be the name of a type, or \"*\" for all that are not named."},
      {"[access.A]\nread = {where = {x = 1}}",
       "2: access.A.read: A grant names the role that it is for: {role = \"sales\"}."},
      {"[access.A]\nsignal = {role = \"a\", where = {x = 1}}",
       "2: access.A.signal.where: This action is allowed by role alone; where the record must be readable is "
       "asked anyway."},
      {"[access.A]\nread = {role = \"a\", where = {x = \"$user.name\"}}",
       "2: access.A.read.where: This filter cannot be used, at x: `$user.name` is not known; there are "
       "$user.id and $user.roles."},
      {"[access.A]\nread = {role = \"a\", where = {x = \"$user.roles\"}}",
       "2: access.A.read.where: This filter cannot be used, at x: A list is compared by $in, or item by item "
       "by $contains."},
      {"[access.A.fields]\n\"a..b\" = {read = []}",
       "2: access.A.fields.\"a..b\": This is not the path of a field: A field path is made of member names "
       "with dots between them: none empty, no control character, none that begins with '$'."},
      {"[auth.issuers.app]", "1: auth.issuers.app: This needs `issuer`."},
      {"[auth]\naccess_token = \"8h\"\nrefresh_token = \"1h\"",
       "3: auth.refresh_token: This may not be shorter than an access token lasts."},
  });
}

}  // namespace coterie::testing
