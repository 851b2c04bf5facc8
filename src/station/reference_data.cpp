// SPDX-License-Identifier: Apache-2.0
#include "station/reference_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "data/csv.h"
#include "station/clock.h"
#include "station/envelope.h"
#include "station/fleet.h"

namespace sengi::station {
namespace {

constexpr std::array columns = {"tag-id",         "animal-id",           "animal-taxon",
                                "deploy-on-date", "deploy-off-date",     "tag-model",
                                "tag-comments",   "deployment-comments", "animal-group-id"};

std::string movebank_date(std::int64_t time_ms) {
  std::string text = to_rfc3339(time_ms - time_ms % 1000).substr(0, 19);
  text[10] = ' ';
  return fmt::format("{}.{:03}", text, time_ms % 1000);
}

// "2026-03-01", "2026-03-01 06:30" or "2026-03-01 06:30:00.000", UTC; with T and Z as well.
Result<std::int64_t> date_in(std::string_view cell) {
  std::string text(data::trimmed(cell));
  if (text.size() == 10) text += "T00:00:00";
  if (text.size() > 10 && text[10] == ' ') text[10] = 'T';
  if (text.size() == 16) text += ":00";
  const bool has_zone = text.find_first_of("Zz+", 10) != std::string::npos ||
                        (text.size() > 19 && text.find('-', 19) != std::string::npos);
  const auto time = from_rfc3339(has_zone ? text : text + "Z");
  if (time.ok()) return time.value();
  return Error{fmt::format("'{}' is no date such as 2026-03-01 06:30:00", cell)};
}

class Row {
 public:
  Row(const std::map<std::string, std::size_t>& at, const std::vector<std::string_view>& cells)
      : at_(at), cells_(cells) {}

  // None where the column is not there or the cell is empty.
  std::optional<std::string> text(const char* column) const {
    const auto found = at_.find(column);
    if (found == at_.end() || found->second >= cells_.size()) return std::nullopt;
    const std::string_view cell = data::trimmed(cells_[found->second]);
    return cell.empty() ? std::nullopt : std::optional(std::string(cell));
  }
  Result<std::optional<std::int64_t>> date(const char* column) const {
    const auto cell = text(column);
    if (!cell) return std::optional<std::int64_t>{};
    auto time = date_in(*cell);
    if (!time.ok()) return Error{fmt::format("{}: {}", column, time.error().message)};
    return std::optional(time.value());
  }

 private:
  const std::map<std::string, std::size_t>& at_;
  const std::vector<std::string_view>& cells_;
};

void take(const std::optional<std::string>& cell, std::string& text) {
  if (cell) text = *cell;
}

Result<void> take_row(Fleet& fleet, const Row& row, ReferenceData& taken, std::int64_t now_ms) {
  const auto device = row.text("tag-id");
  if (!device) return Error{"tag-id: the device is missing"};
  Tag tag{as_device(*device), "", "", "", "", ""};
  SENGI_TRY(known, fleet.tag(tag.device));
  if (known) tag = *known;
  take(row.text("tag-model"), tag.kind);
  take(row.text("tag-comments"), tag.notes);
  take(row.text("animal-group-id"), tag.fleet);
  SENGI_CHECK(fleet.keep(tag, now_ms));
  taken.tags += known ? 0 : 1;
  const auto animal = row.text("animal-id");
  if (!animal) return {};
  SENGI_TRY(from_ms, row.date("deploy-on-date"));
  SENGI_TRY(to_ms, row.date("deploy-off-date"));
  Deployment deployment{0, tag.device, *animal, "", from_ms.value_or(0), {}, ""};
  SENGI_TRY(others, fleet.deployments(tag.device, *animal));
  const auto same = std::find_if(others.begin(), others.end(), [&](const Deployment& other) {
    return other.from_ms == deployment.from_ms;
  });
  if (same != others.end()) deployment = *same;
  if (to_ms) deployment.to_ms = to_ms;
  take(row.text("animal-taxon"), deployment.taxon);
  take(row.text("deployment-comments"), deployment.notes);
  SENGI_CHECK(fleet.keep(deployment));
  ++taken.deployments;
  return {};
}

}  // namespace

Result<std::string> reference_data(Database& database) {
  std::string text = data::csv_line({columns.begin(), columns.end()});
  Statement select(database, R"sql(
SELECT t.device, animal, taxon, from_ms, to_ms, kind, t.notes, d.notes, fleet FROM tags t
LEFT JOIN deployments d ON d.device = t.device
UNION ALL
SELECT device, animal, taxon, from_ms, to_ms, '', '', notes, '' FROM deployments
WHERE device NOT IN (SELECT device FROM tags)
ORDER BY 1, 4)sql");
  while (true) {
    SENGI_TRY(more, select.next());
    if (!more) return text;
    const auto date = [&](int column) {
      const bool none = select.is_null(column) || (column == 3 && select.whole(3) == 0);
      return none ? std::string() : movebank_date(select.whole(column));
    };
    const auto words = [&](int column) {
      return select.is_null(column) ? std::string() : select.text(column);
    };
    text += data::csv_line({select.text(0), words(1), words(2), date(3), date(4), select.text(5),
                            select.text(6), words(7), select.text(8)});
  }
}

Result<ReferenceData> take_reference_data(Database& database, std::string_view text,
                                          std::string_view file, std::int64_t now_ms) {
  data::CsvReader reader(text, file);
  std::map<std::string, std::size_t> at;
  SENGI_TRY(head, reader.next());
  for (std::size_t i = 0; head && i < reader.cells().size(); ++i) {
    at.emplace(data::trimmed(reader.cells()[i]), i);
  }
  if (!at.contains("tag-id")) {
    return Error{fmt::format("{}: no reference data: the column tag-id is missing", file)};
  }
  SENGI_TRY(transaction, Transaction::begin(database));
  Fleet fleet(database);
  ReferenceData taken;
  while (true) {
    SENGI_TRY(more, reader.next());
    if (!more) break;
    const auto row = take_row(fleet, Row(at, reader.cells()), taken, now_ms);
    if (!row.ok()) {
      return Error{fmt::format("{}:{}: {}", file, reader.line(), row.error().message)};
    }
  }
  SENGI_CHECK(transaction.commit());
  return taken;
}

}  // namespace sengi::station
