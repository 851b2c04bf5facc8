// SPDX-License-Identifier: Apache-2.0
#include "station/alerts.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "station/clock.h"

namespace sengi::station {
namespace {

using Json = nlohmann::ordered_json;

Json time_or_null(const Statement& row, int column) {
  return row.is_null(column) ? Json(nullptr) : Json(to_rfc3339(row.whole(column)));
}

}  // namespace

Alerts::Alerts(Database& database, const Settings::Telling& telling)
    : database_(database),
      telling_(telling),
      find_(database,
            "SELECT id FROM alerts WHERE device_id = ? AND kind = ? AND subject = ? "
            "AND state <> 'cleared'"),
      add_(database,
           "INSERT INTO alerts(device_id, kind, subject, severity, state, detail, raised_ms, "
           "signal_ms) VALUES (?1, ?2, ?3, ?4, 'open', ?5, ?6, ?6)"),
      repeat_(database, "UPDATE alerts SET signal_ms = ?, detail = ? WHERE id = ?"),
      clear_(database, "UPDATE alerts SET state = 'cleared', cleared_ms = ? WHERE id = ?"),
      held_(database,
            "SELECT 1 FROM outbox WHERE alert_id = ? AND (attempts > 0 OR due_ms <= ? "
            "OR delivered_ms IS NOT NULL) LIMIT 1"),
      forget_(database, "DELETE FROM outbox WHERE alert_id = ?"),
      describe_(database,
                "SELECT device, name, kind, subject, severity, state, level, detail, raised_ms, "
                "acknowledged_ms, acknowledged_by, cleared_ms, last_heard_ms, position_ms, "
                "latitude_e7, longitude_e7 FROM alerts JOIN devices ON devices.id = device_id "
                "WHERE alerts.id = ?"),
      post_(database,
            "INSERT INTO outbox(alert_id, target, body, made_ms, due_ms) VALUES (?, ?, ?, ?, ?)"),
      active_(database,
              "SELECT subject FROM alerts WHERE device_id = ? AND kind = ? AND "
              "state <> 'cleared'") {}

Result<void> Alerts::signal(const Signal& signal, std::int64_t now_ms) {
  SENGI_TRY(found, find_.bind(signal.device_id).bind(signal.kind).bind(signal.subject).next());
  const std::int64_t id = found ? find_.whole(0) : 0;
  find_.reset();
  if (found) return repeat_.bind(now_ms).bind(signal.detail).bind(id).run();
  SENGI_CHECK(add_.bind(signal.device_id)
                  .bind(signal.kind)
                  .bind(signal.subject)
                  .bind(name_of(signal.severity))
                  .bind(signal.detail)
                  .bind(now_ms)
                  .run());
  return tell(database_.last_id(), "raised", now_ms);
}

Result<void> Alerts::over(std::int64_t device_id, std::string_view kind, std::string_view subject,
                          std::int64_t now_ms) {
  SENGI_TRY(found, find_.bind(device_id).bind(kind).bind(subject).next());
  const std::int64_t id = found ? find_.whole(0) : 0;
  find_.reset();
  if (!found) return {};
  SENGI_CHECK(clear_.bind(now_ms).bind(id).run());
  SENGI_TRY(told, held_.bind(id).bind(now_ms).next());
  held_.reset();
  if (!told) return forget_.bind(id).run();  // quiet hours: nobody heard that it began
  return tell(id, "cleared", now_ms);
}

Result<std::vector<std::string>> Alerts::subjects(std::int64_t device_id, std::string_view kind) {
  std::vector<std::string> subjects;
  active_.bind(device_id).bind(kind);
  while (true) {
    SENGI_TRY(more, active_.next());
    if (!more) break;
    subjects.push_back(active_.text(0));
  }
  active_.reset();
  return subjects;
}

Result<void> Alerts::acknowledge(std::int64_t id, std::string_view who, std::int64_t now_ms) {
  SENGI_TRY(transaction, Transaction::begin(database_));
  Statement update(database_,
                   "UPDATE alerts SET state = 'acknowledged', acknowledged_ms = ?, "
                   "acknowledged_by = ? WHERE id = ? AND state = 'open'");
  SENGI_CHECK(update.bind(now_ms).bind(who).bind(id).run());
  if (database_.changes() == 0) {
    Statement select(database_, "SELECT state FROM alerts WHERE id = ?");
    SENGI_TRY(found, select.bind(id).next());
    if (!found) return Error{fmt::format("there is no alert {}", id), Outcome::no};
    if (select.text(0) == "acknowledged") return {};
    return Error{fmt::format("alert {} is over", id), Outcome::no};
  }
  SENGI_CHECK(tell(id, "acknowledged", now_ms));
  return transaction.commit();
}

Result<void> Alerts::escalate(std::int64_t now_ms) {
  if (telling_.escalate_min == 0) return {};
  const std::int64_t step_ms = std::int64_t{telling_.escalate_min} * 60'000;
  std::vector<std::int64_t> due;
  Statement select(database_,
                   "SELECT id FROM alerts WHERE state <> 'cleared' AND state = 'open' AND "
                   "level < ?1 AND raised_ms + (level + 1) * ?2 <= ?3");
  select.bind(telling_.escalations).bind(step_ms).bind(now_ms);
  while (true) {
    SENGI_TRY(more, select.next());
    if (!more) break;
    due.push_back(select.whole(0));
  }
  select.reset();
  if (due.empty()) return {};
  SENGI_TRY(transaction, Transaction::begin(database_));
  Statement raise(database_, "UPDATE alerts SET level = level + 1 WHERE id = ?");
  for (const std::int64_t id : due) {
    SENGI_CHECK(raise.bind(id).run());
    SENGI_CHECK(tell(id, "escalated", now_ms));
  }
  return transaction.commit();
}

Result<void> Alerts::tell(std::int64_t id, std::string_view event, std::int64_t now_ms) {
  const std::vector<std::string> targets = telling_.targets();
  if (targets.empty()) return {};
  SENGI_TRY(found, describe_.bind(id).next());
  if (!found) return Error{fmt::format("there is no alert {}", id)};
  const Statement& row = describe_;
  const std::string severity = row.text(4);
  Json alert{{"id", id},
             {"device", row.text(0)},
             {"name", row.text(1)},
             {"kind", row.text(2)},
             {"subject", row.text(3)},
             {"severity", severity},
             {"state", row.text(5)},
             {"level", row.whole(6)},
             {"detail", Json::parse(row.text(7), nullptr, false)},
             {"raised", to_rfc3339(row.whole(8))},
             {"acknowledged", time_or_null(row, 9)},
             {"acknowledged_by", row.is_null(10) ? Json(nullptr) : Json(row.text(10))},
             {"cleared", time_or_null(row, 11)},
             {"last_heard", to_rfc3339(row.whole(12))},
             {"position", nullptr}};
  if (!row.is_null(13)) {
    alert["position"] = {{"time", to_rfc3339(row.whole(13))},
                         {"latitude", static_cast<double>(row.whole(14)) / 1e7},
                         {"longitude", static_cast<double>(row.whole(15)) / 1e7}};
  }
  describe_.reset();
  const Json body{{"type", fmt::format("alert.{}", event)},
                  {"timestamp", to_rfc3339(now_ms)},
                  {"data", std::move(alert)}};
  const std::string text = body.dump(-1, ' ', false, Json::error_handler_t::replace);
  const std::int64_t due_ms =
      severity == name_of(Severity::critical) ? now_ms : telling_.quiet.due_ms(now_ms);
  for (const std::string& target : targets) {
    SENGI_CHECK(post_.bind(id).bind(target).bind(text).bind(now_ms).bind(due_ms).run());
  }
  return {};
}

}  // namespace sengi::station
