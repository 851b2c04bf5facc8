// SPDX-License-Identifier: Apache-2.0
#include "station/http_server.h"

#include <fmt/format.h>
#include <openssl/err.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "station/calls_api.h"
#include "station/clock.h"
#include "station/downlinks_api.h"
#include "station/envelope.h"
#include "station/fields_api.h"
#include "station/fleet_api.h"
#include "station/http_access.h"
#include "station/http_answers.h"
#include "station/http_routes.h"
#include "station/latest_positions.h"
#include "station/live.h"
#include "station/openapi.h"
#include "station/pages.h"
#include "station/releases_api.h"
#include "station/sessions_api.h"
#include "station/zones_api.h"

namespace sengi::station {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t body_bytes_max = 1024 * 1024;
constexpr time_t patience_s = 10;  // with a client that says nothing
constexpr time_t idle_s = 2;       // a connection holds a thread
constexpr std::size_t threads = 16;

// All the lines, or why one of them is no uplink.
Result<std::vector<Arrival>> arrivals_in(const Request& request) {
  std::vector<Arrival> arrivals;
  if (!request.get_header_value("Content-Type").starts_with("application/x-ndjson")) {
    SENGI_TRY(received, parse_envelope(request.body));
    arrivals.emplace_back(std::move(received));
    return arrivals;
  }
  std::size_t number = 0;
  for (std::size_t at = 0; at < request.body.size();) {
    const std::size_t end = std::min(request.body.find('\n', at), request.body.size());
    const std::string_view line = std::string_view(request.body).substr(at, end - at);
    at = end + 1;
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    auto received = parse_envelope(line);
    if (!received.ok()) return Error{fmt::format("line {}: {}", number, received.error().message)};
    arrivals.emplace_back(std::move(received).value());
  }
  return arrivals;
}

// What the library answers itself (no such page, too long, malformed) gets our form too.
void name_fault(Response& response) {
  if (response.status < 400 || !response.body.empty()) return;
  const int status = response.status;
  if (status == 413) {
    return refuse(response, status, "Too long", fmt::format("at most {} bytes", body_bytes_max));
  }
  refuse(response, status, status == 404 ? "No such page" : "A request that cannot be read", "");
}

}  // namespace

struct HttpServer::Parts {
  HttpBackend backend;
  Readers readers;
  SessionsApi sessions;
  bool loopback;
  Live live = {};
  std::unique_ptr<httplib::Server> listener;
  httplib::Server& server = *listener;
  std::thread thread = {};
  int port = 0;

  ~Parts() {
    live.stop();
    server.stop();
    if (thread.joinable()) thread.join();
  }

  Result<std::optional<Identity>> who(const Request& request);
  void post_uplinks(const Request& request, Response& response);
  void acknowledge(const Request& request, Response& response, const Identity& who);
  void get_counts(Response& response);
  void get_metrics(Response& response);
  void route();
  void route_reading();

  // `work` where the one who asks has one of the roles.
  httplib::Server::Handler allowed(unsigned roles, Work work);
  // What is asked of the API; an empty answer: there is none.
  using Question =
      std::function<Result<std::optional<std::string>>(Api&, const Request&, const Page&)>;
  httplib::Server::Handler asked(unsigned roles, Question question);
};

HttpServer::HttpServer(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
HttpServer::HttpServer(HttpServer&&) noexcept = default;
HttpServer::~HttpServer() = default;

int HttpServer::port() const { return parts_->port; }

Result<std::optional<Identity>> HttpServer::Parts::who(const Request& request) {
  return readers.with([&](Database& database) -> Result<std::optional<Identity>> {
    Accounts accounts(database);
    SENGI_TRY(any, accounts.any());
    if (any) return accounts.who(token_in(request), now_ms());
    const bool local = loopback && is_local_request(request.get_header_value("Host"),
                                                    request.get_header_value("Origin"));
    return local ? std::optional(Identity{"local", Role::admin}) : std::nullopt;
  });
}

httplib::Server::Handler HttpServer::Parts::allowed(unsigned roles, Work work) {
  return [this, roles, work = std::move(work)](const Request& request, Response& response) {
    const auto identity = who(request);
    if (!identity.ok()) return refuse(response, 503, "Not now", identity.error().message);
    if (!identity.value()) {
      response.set_header("WWW-Authenticate", "Bearer");
      return refuse(response, 401, "Who are you?", "a token belongs into Authorization: Bearer");
    }
    if ((roles & of(identity.value()->role)) == 0) {
      return refuse(response, 403, "Not with this role",
                    fmt::format("{} may not do this", name_of(identity.value()->role)));
    }
    work(request, response, *identity.value());
  };
}

httplib::Server::Handler HttpServer::Parts::asked(unsigned roles, Question question) {
  return allowed(roles, [this, question = std::move(question)](
                            const Request& request, Response& response, const Identity& identity) {
    const auto page = page_in(request);
    if (!page.ok()) return refuse(response, 400, "No such parameter", page.error().message);
    const auto text = readers.with([&](Database& database) {
      Api api(database, identity.role, now_ms());
      return question(api, request, page.value());
    });
    if (!text.ok()) return refuse(response, 503, "Not now", text.error().message);
    if (!text.value()) return refuse(response, 404, "No such device", "");
    answer(response, *text.value());
  });
}

void HttpServer::Parts::post_uplinks(const Request& request, Response& response) {
  // ChirpStack tells all that happens to one address; the rest is none of ours.
  const bool other = request.has_param("event") && request.get_param_value("event") != "up";
  auto arrivals = other ? Result(std::vector<Arrival>()) : arrivals_in(request);
  if (!arrivals.ok()) return refuse(response, 400, "No uplink", arrivals.error().message);
  std::size_t duplicates = 0;
  std::size_t all = arrivals.value().size();
  if (all > 0) {
    const auto kept = backend.intake.keep(std::move(arrivals).value());
    if (!kept.ok()) return refuse(response, 503, "Not kept; send it again", kept.error().message);
    for (const Kept& one : kept.value()) duplicates += one.as == Kept::As::duplicate ? 1 : 0;
  }
  answer(response, Json{{"kept", all - duplicates}, {"duplicates", duplicates}}.dump() + "\n");
}

void HttpServer::Parts::acknowledge(const Request& request, Response& response,
                                    const Identity& identity) {
  const std::string digits = request.matches[1];
  const std::int64_t id = std::atoll(digits.c_str());
  const auto done = backend.acknowledge(id, identity.name);
  if (!done.ok()) {
    const bool no = done.error().outcome == Outcome::no;
    return refuse(response, no ? 404 : 503, no ? "No such alert" : "Not now", done.error().message);
  }
  const auto noted = sessions.note(identity.name, "acknowledged alert " + digits);
  if (!noted.ok()) return refuse(response, 503, "Not now", noted.error().message);
  response.status = 204;
}

void HttpServer::Parts::get_counts(Response& response) {
  const auto counts = backend.intake.counts();
  if (!counts.ok()) return refuse(response, 503, "Not now", counts.error().message);
  const Counts& c = counts.value();
  answer(response, Json{{"devices", c.devices},
                        {"uplinks", c.uplinks},
                        {"duplicates", c.duplicates},
                        {"positions", c.positions},
                        {"refused", c.refused}}
                           .dump() +
                       "\n");
}

void HttpServer::Parts::get_metrics(Response& response) {
  const auto text = readers.with([](Database& database) { return metrics(database, now_ms()); });
  if (!text.ok()) return refuse(response, 503, "Not now", text.error().message);
  response.set_content(text.value(), "text/plain; version=0.0.4");
}

void HttpServer::Parts::route() {
  server.Get("/health",
             [](const Request&, Response& response) { answer(response, "{\"alive\":true}\n"); });
  server.Get("/api/v1/openapi.json",
             [](const Request&, Response& response) { answer(response, std::string(openapi())); });
  server.Post("/api/v1/uplinks",
              allowed(bringers, [this](const Request& request, Response& response,
                                       const Identity&) { post_uplinks(request, response); }));
  server.Post(
      R"(/api/v1/alerts/(\d{1,18})/acknowledge)",
      allowed(helpers, [this](const Request& request, Response& response, const Identity& who) {
        acknowledge(request, response, who);
      }));
  server.Get("/api/v1/counts", allowed(seers, [this](const Request&, Response& response,
                                                     const Identity&) { get_counts(response); }));
  server.Get("/metrics", allowed(seers, [this](const Request&, Response& response,
                                               const Identity&) { get_metrics(response); }));
  route_reading();
  const Routes routes{server, backend, readers, [this](unsigned roles, Work work) {
                        return allowed(roles, std::move(work));
                      }};
  sessions.route(routes);
  live.route(routes);
  route_pages(server);
  route_zones(routes);
  route_calls(routes);
  route_fleet(routes);
  route_downlinks(routes);
  route_releases(routes);
}

void HttpServer::Parts::route_reading() {
  using Text = Result<std::optional<std::string>>;
  constexpr unsigned guests = seers | of(Role::guest);
  server.Get("/api/v1/devices",
             asked(guests, [](Api& api, const Request&, const Page& page) -> Text {
               SENGI_TRY(text, api.devices(page));
               return std::optional(std::move(text));
             }));
  server.Get("/api/v1/devices/([^/]+)",
             asked(guests, [](Api& api, const Request& request, const Page&) {
               return api.device(request.matches[1]);
             }));
  server.Get("/api/v1/positions", asked(guests, [](Api& api, const Request&, const Page&) -> Text {
               SENGI_TRY(text, latest_positions(api.database(), api.role(), now_ms()));
               return std::optional(std::move(text));
             }));
  server.Get("/api/v1/devices/([^/]+)/positions",
             asked(guests, [](Api& api, const Request& request, const Page& page) {
               return api.positions(request.matches[1], page);
             }));
  server.Get("/api/v1/devices/([^/]+)/uplinks",
             asked(seers, [](Api& api, const Request& request, const Page& page) {
               return api.uplinks(request.matches[1], page);
             }));
  server.Get("/api/v1/devices/([^/]+)/readings",
             asked(seers, [](Api& api, const Request& request, const Page& page) {
               return sensor_readings(api.database(), request.matches[1], page);
             }));
  server.Get("/api/v1/water", asked(seers, [this](Api& api, const Request&, const Page&) -> Text {
               SENGI_TRY(text, field_water(api.database(), backend.irrigation));
               return std::optional(std::move(text));
             }));
  server.Get("/api/v1/alerts",
             asked(seers, [](Api& api, const Request& request, const Page& page) -> Text {
               SENGI_TRY(text, api.alerts(page, request.get_param_value("state") == "all"));
               return std::optional(std::move(text));
             }));
}

namespace {

// OpenSSL's own words for what went wrong last.
std::string tls_fault() {
  const char* reason = ::ERR_reason_error_string(::ERR_peek_last_error());
  return reason == nullptr ? "cannot be read" : reason;
}

Result<std::unique_ptr<httplib::Server>> make_listener(const HttpOptions& options) {
  if (options.certificate.empty() && options.key.empty()) {
    return std::unique_ptr<httplib::Server>(std::make_unique<httplib::Server>());
  }
  std::optional<Error> fault;
  auto server = std::make_unique<httplib::SSLServer>([&](SSL_CTX& context) {
    ::ERR_clear_error();
    const std::string certificate = options.certificate.string();
    const std::string key = options.key.string();
    if (::SSL_CTX_use_certificate_chain_file(&context, certificate.c_str()) != 1) {
      fault = Error{fmt::format("{}: no certificate: {}", certificate, tls_fault())};
    } else if (::SSL_CTX_use_PrivateKey_file(&context, key.c_str(), SSL_FILETYPE_PEM) != 1) {
      fault = Error{fmt::format("{}: not the certificate's key: {}", key, tls_fault())};
    } else if (::SSL_CTX_set_min_proto_version(&context, TLS1_2_VERSION) != 1) {
      fault = Error{fmt::format("TLS 1.2: {}", tls_fault())};
    }
    return !fault;
  });
  if (fault) return *fault;
  if (!server->is_valid()) return Error{"TLS cannot be set up"};
  return std::unique_ptr<httplib::Server>(std::move(server));
}

}  // namespace

Result<HttpServer> HttpServer::start(const HttpOptions& options, const HttpBackend& backend) {
  SENGI_TRY(people, Database::open(backend.database));
  SENGI_TRY(any, Accounts(people).any());
  const bool loopback = is_loopback(options.address);
  const bool tls = !options.certificate.empty();
  if (!loopback && !any) {
    return Error{fmt::format(
        "others reach {}, and there are no accounts; make one first: sengi station account add",
        options.address)};
  }
  SENGI_TRY(listener, make_listener(options));
  std::unique_ptr<Parts> parts(new Parts{.backend = backend,
                                         .readers = Readers(backend.database),
                                         .sessions = {std::move(people), tls},
                                         .loopback = loopback,
                                         .listener = std::move(listener)});
  httplib::Server& server = parts->server;
  server.new_task_queue = [] { return new httplib::ThreadPool(threads + Live::listeners_max); };
  server.set_payload_max_length(body_bytes_max);
  server.set_read_timeout(patience_s);
  server.set_write_timeout(patience_s);
  server.set_keep_alive_max_count(10'000);
  server.set_keep_alive_timeout(idle_s);
  server.set_tcp_nodelay(true);
  server.set_default_headers(
      {{"X-Content-Type-Options", "nosniff"}, {"Cache-Control", "no-store"}});
  // The library's own choice lets two programs have one port, each getting some of the requests.
  server.set_socket_options([](socket_t socket) {
    const int yes = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  server.set_error_handler([](const Request&, Response& response) { name_fault(response); });
  server.set_exception_handler([](const Request&, Response& response, const std::exception_ptr&) {
    refuse(response, 500, "A fault inside the station", "please report it");
  });
  parts->route();
  parts->port = options.port == 0 ? server.bind_to_any_port(options.address.c_str())
                : server.bind_to_port(options.address.c_str(), options.port) ? options.port
                                                                             : -1;
  if (parts->port < 0) {
    return Error{fmt::format("cannot listen on {}:{}; is another program there?", options.address,
                             options.port)};
  }
  parts->thread = std::thread([&server] { server.listen_after_bind(); });
  // stop() before the thread listens would be forgotten.
  while (!server.is_running()) std::this_thread::yield();
  return HttpServer(std::move(parts));
}

}  // namespace sengi::station
