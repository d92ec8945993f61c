#include "rest-api/resources/root.hpp"

#include "rest-api/json/json_connector.hpp"
#include "rest-api/resources/answers.hpp"

namespace sinkway::rest {

void add_root(Router& router, herder::Herder& herder) {
  router.add("GET", "/", Takes::anything,
             [&herder](const Call&, const Send& send) { send(json(worker_json(herder.worker()))); });
  // KIP-1017: 503 while starting, 500 when the herder does not answer.
  router.add("GET", "/health", Takes::anything, [&herder](const Call&, Send send) {
    herder.health(replying<herder::Health>(std::move(send), [](const herder::Health& health) {
      using State = herder::Health::State;
      return json(health_json(health), health.state == State::healthy ? 200 : health.state == State::starting ? 503 : 500);
    }));
  });
}

}  // namespace sinkway::rest
