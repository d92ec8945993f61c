#include "rest-api/resources/root.hpp"

#include "rest-api/json/json_connector.hpp"
#include "rest-api/resources/answers.hpp"

namespace sinkway::rest {

void add_root(Router& router, herder::Herder& herder) {
  router.add("GET", "/", Takes::anything,
             [&herder](const Call&, const Send& send) { send(json(worker_json(herder.worker()))); });
  // KIP-1017: 503 while starting, 500 when the herder does not answer within ten seconds.
  const herder::Health silent{herder::Health::State::unhealthy,
                              "Worker was unable to handle this request and may be unable to handle other requests."};
  const Patience patience{Milliseconds(10'000), json(health_json(silent), 500)};
  const Handler handler = [&herder](const Call&, Send send) {
    herder.health(replying<herder::Health>(std::move(send), [](const herder::Health& health) {
      using State = herder::Health::State;
      return json(health_json(health), health.state == State::healthy ? 200 : health.state == State::starting ? 503 : 500);
    }));
  };
  router.add("GET", "/health", Takes::anything, handler, {Answers::json, patience});
}

}  // namespace sinkway::rest
