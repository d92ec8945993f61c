#include "rest-api/resources/scrape.hpp"

namespace sinkway::rest {

void add_scrape(Router& router, std::function<std::string()> scrape) {
  router.add("GET", "/metrics", Takes::anything, [scrape = std::move(scrape)](const Call&, const Send& send) {
    send({200, "text/plain; version=0.0.4; charset=utf-8", scrape(), {}});
  }, {Answers::text, std::nullopt});
}

}  // namespace sinkway::rest
