#include "rest-api/json/json_validation.hpp"

#include "rest-api/json/shapes.hpp"

namespace sinkway::rest {
namespace {

constexpr const char* kHidden = "[hidden]";

Json default_of(const ConfigKey& key) {
  if (!key.default_value) return nullptr;
  return key.type == ConfigType::password ? Json(kHidden) : Json(*key.default_value);
}

// Both spellings of the order: clients of 4.1 read `order`, those of 4.2 `order_in_group` (rest-contract 1h).
Json shape_of(const ConfigKey& key) {
  return {{"name", key.name},
          {"type", name_of(key.type)},
          {"required", key.required},
          {"default_value", default_of(key)},
          {"importance", name_of(key.importance)},
          {"documentation", key.documentation},
          {"group", key.group.empty() ? Json(nullptr) : Json(key.group)},
          {"order", key.order},
          {"order_in_group", key.order},
          {"width", name_of(key.width)},
          {"display_name", key.display_name.empty() ? key.name : key.display_name},
          {"dependents", key.dependents}};
}

// Hidden here once more: no password leaves by this door, whoever filled the answer.
Json value_of(const ValidatedKey& key) {
  if (!key.value) return nullptr;
  return key.definition && key.definition->type == ConfigType::password ? Json(kHidden) : Json(*key.value);
}

// The one free text of the shape: strict clients know no other members, and recommended values are offered as values
// (decision 0011).
std::string with_notes(const std::string& documentation, const std::vector<std::string>& notes) {
  std::string text = documentation;
  for (const std::string& note : notes) text += (text.empty() ? "" : "\n\n") + note;
  return text;
}

Json shape_of(const ValidatedKey& key) {
  Json value = {{"name", key.name},
                {"value", value_of(key)},
                {"recommended_values", key.recommended},
                {"errors", key.errors},
                {"visible", key.visible}};
  Json definition = key.definition ? shape_of(*key.definition) : Json(nullptr);
  if (key.definition && !key.notes.empty()) definition["documentation"] = with_notes(key.definition->documentation, key.notes);
  return {{"definition", std::move(definition)}, {"value", std::move(value)}};
}

}  // namespace

std::string validation_json(const Validation& validation) {
  Json configs = Json::array();
  for (const auto& key : validation.keys) configs.push_back(shape_of(key));
  return text_of({{"name", validation.name},
                  {"error_count", validation.error_count()},
                  {"groups", validation.groups},
                  {"configs", std::move(configs)}});
}

std::string definition_json(const ConfigDef& definition) {
  Json keys = Json::array();
  for (const auto& key : definition.keys()) keys.push_back(shape_of(key));
  return text_of(keys);
}

}  // namespace sinkway::rest
