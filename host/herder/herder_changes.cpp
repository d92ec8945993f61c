// The part of HerderCore that changes what is stored: create, put, patch, remove; and validate, which changes nothing.
#include <utility>

#include "host/herder/herder_core.hpp"
#include "host/herder/refusals.hpp"

namespace sinkway::herder {
namespace {

std::string_view without_suffix(std::string_view name) {
  constexpr std::string_view kSuffix = "Connector";
  return name.size() > kSuffix.size() && name.ends_with(kSuffix) ? name.substr(0, name.size() - kSuffix.size()) : name;
}

ConfigMap patched(ConfigMap config, const ConfigMap& patch) {
  for (const auto& [key, value] : patch) {
    if (value)
      config.set(key, value);
    else
      config.erase(key);
  }
  return config;
}

}  // namespace

void HerderCore::change(Change kind, const std::string& name, const ConfigMap& config,
                        std::optional<TargetState> initial,
                        Reply<Herder::Put> reply) {
  lanes_.enter(name, [this, kind, name, config, initial, reply = std::move(reply)](Lanes::Done done) {
    change_in_lane(kind, name, config, initial, reply, std::move(done));
  });
}

// The name of a patched connector may differ from its identity: what is stored is what was asked for (rest-contract
// 1b).
std::optional<Refusal> HerderCore::wrong_identity(Change kind, const std::string& name, ConfigMap& config) const {
  if (kind != Change::patch) {
    const auto own = config.get("name");
    if (own && *own != name) return name_mismatch(*own, name);
    if (!own) config.set("name", name);
  }
  const auto class_name = config.get("connector.class");
  if (!class_name) return no_connector_class(config);
  if (!plugin_of(config)) return class_not_found(*class_name, tools_.worker.plugins(), Refusal::Kind::bad_request);
  return std::nullopt;
}

void HerderCore::change_in_lane(Change kind, const std::string& name, ConfigMap config,
                                std::optional<TargetState> initial,
                                Reply<Herder::Put> reply, Finished done) {
  Connector* known = find(name);
  std::optional<Refusal> refusal;
  if (stopping_)
    refusal = worker_is_stopping();
  else if (kind == Change::patch && !known)
    refusal = connector_not_found(name);
  if (!refusal) {
    if (kind == Change::patch) config = patched(known->stored.config, config);
    refusal = wrong_identity(kind, name, config);
  }
  if (refusal) {
    reply(*refusal);
    return done();
  }
  const auto* plugin = plugin_of(config);
  tools_.surroundings.call([this, kind, name, plugin, config = std::move(config), initial, reply = std::move(reply),
                            done = std::move(done)] {
    auto found = std::make_shared<Result<Validation>>(tools_.worker.validate(*plugin, name, config));
    tools_.surroundings.post([this, kind, name, found, config, initial, reply, done] {
      if (found->ok() && (*found)->error_count() == 0) return store_change(kind, name, config, initial, reply, done);
      reply(found->ok() ? invalid_config(**found) : Refusal{Refusal::Kind::internal, found->error().text()});
      done();
    });
  });
}

void HerderCore::store_change(Change kind, const std::string& name, ConfigMap config,
                              std::optional<TargetState> initial,
                              const Reply<Herder::Put>& reply, Finished done) {
  Connector* known = find(name);
  std::optional<Refusal> refusal;
  if (stopping_) refusal = worker_is_stopping();
  if (known && kind == Change::create) refusal = already_exists(name);
  StoredConnector changed{name, std::move(config),
                          known ? known->stored.target : initial.value_or(TargetState::started)};
  if (!refusal)
    if (auto saved = tools_.store.save(stored_with(name, &changed)); !saved)
      refusal = Refusal{Refusal::Kind::internal, saved.error().text()};
  if (refusal) {
    reply(*refusal);
    return done();
  }
  // An identical configuration renews nothing: failed tasks stay failed, running ones undisturbed. A connector that was
  // held back at the start has never been brought up.
  const bool same = known && known->stored == changed && known->generation > 0;
  Connector& connector = known ? *known : add(changed);
  connector.stored = std::move(changed);
  reply(Herder::Put{info_of(connector), !known});
  tools_.log.info("connector={} {}", name,
                  known ? (same ? "was put again, unchanged" : "has a new configuration") : "was created");
  if (same && connector.state != ConnectorState::failed) return done();
  move(connector, ConnectorEvent::renewed);
  bring_up(connector, [done = std::move(done)](bool) { done(); });
}

std::vector<StoredConnector> HerderCore::stored_with(const std::string& name, const StoredConnector* instead) const {
  std::vector<StoredConnector> all;
  for (const auto& [each, connector] : connectors_)
    if (each != name) all.push_back(connector.stored);
  if (instead) all.push_back(*instead);
  return all;
}

void HerderCore::remove(const std::string& name, Reply<Done> reply) {
  lanes_.enter(name, [this, name, reply = std::move(reply)](const Lanes::Done& done) {
    remove_in_lane(name, reply, done);
  });
}

void HerderCore::remove_in_lane(const std::string& name, const Reply<Done>& reply, const Finished& done) {
  Connector* connector = find(name);
  std::optional<Refusal> refusal;
  if (stopping_) refusal = worker_is_stopping();
  if (!connector) refusal = connector_not_found(name);
  if (!refusal)
    if (auto saved = tools_.store.save(stored_with(name, nullptr)); !saved)
      refusal = Refusal{Refusal::Kind::internal, saved.error().text()};
  if (refusal) {
    reply(*refusal);
    return done();
  }
  // The crew lives until its last task has ended; only then may a connector of this name come again.
  const auto crew = connector->crew;
  stop_redrive(&name);
  connectors_.erase(name);
  tools_.views.forget(name);
  tools_.book.forget(name);
  tools_.log.info("connector={} was deleted; the offsets of its consumer group are kept", name);
  reply(Done{});
  leaving_.push_back(crew);
  crew->want({}, [this, crew, done] {
    std::erase(leaving_, crew);
    done();
  });
}

void HerderCore::validate(const std::string& plugin_name, const ConfigMap& config, Reply<Validation> reply) {
  const auto class_name = config.get("connector.class");
  if (!class_name) {
    Refusal refusal = no_connector_class(config);
    refusal.kind = Refusal::Kind::internal;
    return reply(refusal);
  }
  if (!std::string_view(without_suffix(*class_name)).ends_with(without_suffix(plugin_name)))
    return reply(Refusal{Refusal::Kind::bad_request,
                         "Included connector type " + *class_name + " does not match request type " + plugin_name});
  const auto* plugin = plugin_of(config);
  if (!plugin) return reply(class_not_found(*class_name, tools_.worker.plugins(), Refusal::Kind::internal));
  tools_.surroundings.call([this, plugin, config, reply = std::move(reply)] {
    auto found = tools_.worker.validate(*plugin, config.get_or("name", ""), config);
    if (found)
      reply(std::move(*found));
    else
      reply(Refusal{Refusal::Kind::internal, found.error().text()});
  });
}

}  // namespace sinkway::herder
