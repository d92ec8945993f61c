// Changes to one connector happen one after another, those of different connectors side by side.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "host/herder/surroundings.hpp"

namespace sinkway::herder {

// A lane for each name: the next operation begins when the one before has called its `done`, which may be much later
// (it may wait for a server or for tasks to end). [herder-thread]
class Lanes {
 public:
  using Done = std::function<void()>;
  using Operation = std::function<void(Done done)>;
  explicit Lanes(Surroundings& surroundings) : surroundings_(surroundings) {}

  void enter(const std::string& name, Operation operation) {
    auto& waiting = lanes_[name];
    waiting.push_back(std::move(operation));
    if (waiting.size() == 1) run(name);
  }

 private:
  // The operation stays at the head of its lane while it runs. `done` counts once, however often it is called.
  void run(const std::string& name) {
    Operation operation = lanes_[name].front();
    operation([this, name, over = std::make_shared<bool>(false)] {
      if (std::exchange(*over, true)) return;
      // Posted: an operation may be over before it has returned.
      surroundings_.post([this, name] {
        auto& waiting = lanes_[name];
        waiting.pop_front();
        if (waiting.empty())
          lanes_.erase(name);
        else
          run(name);
      });
    });
  }

  Surroundings& surroundings_;
  std::map<std::string, std::deque<Operation>> lanes_;
};

}  // namespace sinkway::herder
