#include "rest-api/resources/plugins.hpp"

#include "host/config/json_config.hpp"
#include "rest-api/json/json_connector.hpp"
#include "rest-api/json/json_validation.hpp"
#include "rest-api/resources/answers.hpp"

namespace sinkway::rest {
namespace {

void validate(herder::Herder& herder, const Call& call, Send send) {
  const std::string& plugin = call.arguments[0];
  if (is_nothing(call.request.body)) return send(problem(500, kNoBody));
  const auto config = parse_json_config(call.request.body);
  if (!config) return send(problem(500, config.error().message()));
  herder.validate(plugin, *config, replying<Validation>(std::move(send), [](const Validation& validation) {
                    return json(validation_json(validation));
                  }));
}

}  // namespace

void add_plugins(Router& router, herder::Herder& herder) {
  router.add("GET", "/connector-plugins", Takes::json, [&herder](const Call& call, const Send& send) {
    send(json(plugins_json(herder.plugins(call.target.flag("connectorsOnly", true)))));
  });
  router.add("GET", "/connector-plugins/{plugin}/config", Takes::json, [&herder](const Call& call, const Send& send) {
    send(respond(herder.plugin_config(call.arguments[0]),
                 [](const ConfigDef& definition) { return json(definition_json(definition)); }));
  });
  router.add("PUT", "/connector-plugins/{plugin}/config/validate", Takes::json_body,
             [&herder](const Call& call, Send send) { validate(herder, call, std::move(send)); });
}

}  // namespace sinkway::rest
