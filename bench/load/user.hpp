// A user of the plain profiles: watches the whole list or has some records open, reads, edits, collides.
#pragma once

#include "bench/load/client.hpp"

namespace load {

class User : public Client {
 public:
  // An auditor watches the whole list from the beginning and does nothing else.
  enum class Role { worker, auditor, publisher };
  User(World& world, std::size_t number, Role role, std::uint64_t seed);

  void ask() override;  // the auditor: for the whole list
  void compare(const Versions& all) override;

 protected:
  void join_rooms() override;
  void act() override;
  double pause() override;
  bool heard_all() const override { return role_ == Role::auditor; }

 private:
  void read_list();
  void edit();
  void burst();
  void create_missing(std::size_t number);

  Role role_;
  bool watches_type_ = false;
  std::vector<std::size_t> open_;  // numbers of the records in entity rooms
};

}  // namespace load
