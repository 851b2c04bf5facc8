// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "compile/compile.h"

namespace sengi::compile {
namespace {

using Json = nlohmann::ordered_json;

Json to_object(const Layer& layer) {
  return {{"name", layer.name},
          {"kind", layer.kind},
          {"output", layer.output},
          {"macs", layer.macs},
          {"const_bytes", layer.const_bytes}};
}

Json to_object(const Placement& placement) {
  return {{"tensor", placement.tensor},
          {"offset", placement.offset},
          {"bytes", placement.bytes},
          {"first", placement.first},
          {"last", placement.last}};
}

template <typename Item>
Json to_array(const std::vector<Item>& items) {
  Json array = Json::array();
  for (const Item& item : items) array.push_back(to_object(item));
  return array;
}

}  // namespace

std::string to_json(const Plan& plan) {
  const Json json = {{"name", plan.name},
                     {"arena_bytes", plan.arena_bytes},
                     {"const_bytes", plan.const_bytes},
                     {"input_bytes", plan.input_bytes},
                     {"output_bytes", plan.output_bytes},
                     {"layers", to_array(plan.layers)},
                     {"placements", to_array(plan.placements)}};
  return json.dump(2) + "\n";
}

}  // namespace sengi::compile
