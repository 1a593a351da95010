// One world: a server, its clients, and chance, which picks who takes the next step. Some steps of trouble,
// then everything is let come to rest and compared. Thread: loop.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/model/client.hpp"
#include "tests/model/oracle.hpp"
#include "tests/model/server.hpp"
#include "tests/model/shape.hpp"
#include "tests/support/server_process.hpp"

namespace coterie::model {

// What happened in it, for a line at the end.
struct Tally {
  std::size_t worlds = 0;
  std::size_t commits = 0;
  std::size_t events = 0;
  std::map<std::string, double> figures;  // of the servers
};

class World {
 public:
  explicit World(const Shape& shape);
  void run(Tally& tally);  // throws Breach
  std::string describe() const;

 private:
  void step();
  void step_client();
  void step_lines();
  void step_server();
  void trouble();
  void notice_broken();
  void restart();
  void come_to_rest();
  bool settle_round();
  void compare_store() const;

  Shape shape_;
  Dice dice_;
  test::TemporaryFolder folder_;
  Lasting lasting_;
  std::unique_ptr<Oracle> oracle_;
  std::vector<User> users_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::unique_ptr<Server> server_;
};

}  // namespace coterie::model
