// SPDX-License-Identifier: Apache-2.0
#include "station/fleet_api.h"

#include <fmt/format.h>

#include <algorithm>

#include "station/envelope.h"
#include "station/fleet_json.h"
#include "station/http_body.h"
#include "station/http_changes.h"
#include "station/reference_data.h"

namespace sengi::station {
namespace {

using Json = nlohmann::ordered_json;

Result<Tag> tag_in(const Request& request) {
  SENGI_TRY(body, Body::of(request, {"device", "name", "owner", "kind", "fleet", "notes"}));
  Tag tag;
  tag.device = as_device(request.matches[1]);
  SENGI_TRY(name, body.text("name"));
  SENGI_TRY(owner, body.text("owner"));
  SENGI_TRY(kind, body.text("kind"));
  SENGI_TRY(fleet, body.text("fleet"));
  SENGI_TRY(notes, body.text("notes"));
  tag = {tag.device, name, owner, kind, fleet, notes};
  SENGI_CHECK(check(tag));
  return tag;
}

Result<Deployment> deployment_in(const Request& request) {
  SENGI_TRY(body, Body::of(request, {"id", "device", "animal", "taxon", "from", "to", "notes"}));
  Deployment deployment;
  SENGI_TRY(device, body.text("device"));
  SENGI_TRY(animal, body.text("animal"));
  SENGI_TRY(taxon, body.text("taxon"));
  SENGI_TRY(notes, body.text("notes"));
  SENGI_TRY(from_ms, body.time("from"));
  SENGI_TRY(to_ms, body.time("to"));
  if (!from_ms) return Error{"from: since when it wears it is missing"};
  deployment = {0, as_device(device), animal, taxon, *from_ms, to_ms, notes};
  SENGI_CHECK(check(deployment));
  return deployment;
}

void put_tag(const Routes& routes, const Request& request, Response& response,
             const Identity& who) {
  const auto tag = tag_in(request);
  if (!tag.ok()) return refuse(response, 400, "It cannot be", tag.error().message);
  const std::string& device = tag.value().device;
  if (!changed(routes, response, who, fmt::format("described {}", device),
               [&](Database& database) { return Fleet(database).keep(tag.value(), now_ms()); })) {
    return;
  }
  answer_to(routes, response,
            [&](Database& database) { return fleet_member(database, device, now_ms(), true); });
}

void keep_deployment(const Routes& routes, const Request& request, Response& response,
                     const Identity& who, std::int64_t id) {
  auto deployment = deployment_in(request);
  if (!deployment.ok()) return refuse(response, 400, "It cannot be", deployment.error().message);
  Deployment& one = deployment.value();
  one.id = id;
  const std::string what = fmt::format("deployed {} on {}", one.device, one.animal);
  if (!changed(routes, response, who, what, [&](Database& database) -> Result<void> {
        SENGI_TRY(made, Fleet(database).keep(one));
        one.id = made;
        return {};
      })) {
    return;
  }
  answer(response, text_of(to_json(one)));
}

void post_reference_data(const Routes& routes, const Request& request, Response& response,
                         const Identity& who) {
  ReferenceData taken;
  const auto done = routes.backend.intake.alone([&](Store& store) -> Result<void> {
    SENGI_TRY(all, take_reference_data(store.database(), request.body, "body", now_ms()));
    taken = all;
    return Accounts(store.database())
        .note(who.name, fmt::format("took reference data of {} deployments", all.deployments),
              now_ms());
  });
  if (!done.ok()) return refuse(response, 400, "No reference data", done.error().message);
  answer(response, text_of({{"tags", taken.tags}, {"deployments", taken.deployments}}));
}

void route_tags(const Routes& routes) {
  constexpr const char* one = "/api/v1/fleet/([^/]+)";
  const auto get_all = [routes](const Request& request, Response& response, const Identity&) {
    const auto page = page_in(request);
    if (!page.ok()) return refuse(response, 400, "No such parameter", page.error().message);
    answer_to(routes, response, [&](Database& database) -> Found {
      const std::int64_t limit = std::clamp<std::int64_t>(page.value().limit, 1, page_max);
      SENGI_TRY(list, fleet_members(database, page.value().after, limit, now_ms()));
      return std::optional(Json{{"devices", std::move(list)}});
    });
  };
  routes.server.Get("/api/v1/fleet", routes.allowed(seers, get_all));
  const auto get = [routes](const Request& request, Response& response, const Identity&) {
    answer_to(routes, response, [&](Database& database) {
      return fleet_member(database, as_device(request.matches[1]), now_ms(), true);
    });
  };
  routes.server.Get(one, routes.allowed(seers, get));
  const auto put = [routes](const Request& request, Response& response, const Identity& who) {
    put_tag(routes, request, response, who);
  };
  routes.server.Put(one, routes.allowed(masters, put));
  const auto remove = [routes](const Request& request, Response& response, const Identity& who) {
    const std::string device = as_device(request.matches[1]);
    if (changed(routes, response, who, fmt::format("no longer describes {}", device),
                [&](Database& database) { return Fleet(database).remove_tag(device); })) {
      response.status = 204;
    }
  };
  routes.server.Delete(one, routes.allowed(masters, remove));
}

void route_deployments(const Routes& routes) {
  constexpr const char* all = "/api/v1/deployments";
  constexpr const char* one = R"(/api/v1/deployments/(\d{1,18}))";
  const auto get = [routes](const Request& request, Response& response, const Identity&) {
    answer_to(routes, response, [&](Database& database) -> Found {
      SENGI_TRY(list,
                Fleet(database).deployments(param(request, "device"), param(request, "animal")));
      Json json = Json::array();
      for (const Deployment& deployment : list) json.push_back(to_json(deployment));
      return std::optional(Json{{"deployments", std::move(json)}});
    });
  };
  routes.server.Get(all, routes.allowed(seers, get));
  const auto post = [routes](const Request& request, Response& response, const Identity& who) {
    keep_deployment(routes, request, response, who, 0);
  };
  routes.server.Post(all, routes.allowed(masters, post));
  const auto put = [routes](const Request& request, Response& response, const Identity& who) {
    keep_deployment(routes, request, response, who, id_in(request));
  };
  routes.server.Put(one, routes.allowed(masters, put));
  const auto remove = [routes](const Request& request, Response& response, const Identity& who) {
    const std::int64_t id = id_in(request);
    if (changed(routes, response, who, fmt::format("removed deployment {}", id),
                [&](Database& database) { return Fleet(database).remove_deployment(id); })) {
      response.status = 204;
    }
  };
  routes.server.Delete(one, routes.allowed(masters, remove));
}

void route_animals(const Routes& routes) {
  const auto get = [routes](const Request&, Response& response, const Identity&) {
    answer_to(routes, response, [](Database& database) -> Found {
      SENGI_TRY(list, animals(database));
      return std::optional(Json{{"animals", std::move(list)}});
    });
  };
  routes.server.Get("/api/v1/animals", routes.allowed(seers, get));
  const auto where = [routes](const Request& request, Response& response, const Identity&) {
    const auto page = page_in(request);
    if (!page.ok()) return refuse(response, 400, "No such parameter", page.error().message);
    answer_to(routes, response, [&](Database& database) {
      const Page& asked = page.value();
      return animal_positions(database, request.matches[1], asked.from_ms, asked.to_ms,
                              std::clamp<std::int64_t>(asked.limit, 1, page_max));
    });
  };
  routes.server.Get("/api/v1/animals/([^/]+)/positions", routes.allowed(seers, where));
  const auto file = [routes](const Request&, Response& response, const Identity&) {
    const auto text =
        routes.readers.with([](Database& database) { return reference_data(database); });
    if (!text.ok()) return refuse_fault(response, text.error());
    response.set_content(text.value(), "text/csv");
  };
  routes.server.Get("/api/v1/reference-data", routes.allowed(seers, file));
  const auto post = [routes](const Request& request, Response& response, const Identity& who) {
    post_reference_data(routes, request, response, who);
  };
  routes.server.Post("/api/v1/reference-data", routes.allowed(masters, post));
}

}  // namespace

void route_fleet(const Routes& routes) {
  route_tags(routes);
  route_deployments(routes);
  route_animals(routes);
}

}  // namespace sengi::station
