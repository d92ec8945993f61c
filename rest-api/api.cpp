#include "rest-api/api.hpp"

#include <utility>

#include "rest-api/resources/connectors.hpp"
#include "rest-api/resources/lifecycle.hpp"
#include "rest-api/resources/plugins.hpp"
#include "rest-api/resources/questions.hpp"
#include "rest-api/resources/root.hpp"
#include "rest-api/resources/scrape.hpp"

namespace sinkway::rest {

Router worker_routes(herder::Herder& herder, std::function<std::string()> scrape) {
  Router router;
  add_root(router, herder);
  add_connectors(router, herder);
  add_lifecycle(router, herder);
  add_plugins(router, herder);
  add_questions(router, herder);
  add_scrape(router, std::move(scrape));
  return router;
}

Router metrics_routes(std::function<std::string()> scrape) {
  Router router;
  add_scrape(router, std::move(scrape));
  return router;
}

}  // namespace sinkway::rest
