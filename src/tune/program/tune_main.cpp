// SPDX-License-Identifier: Apache-2.0
// sengi-tune: what `sengi tune` becomes. A program of its own, so that nothing else loads libtorch
// and MPI.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/progress.h"
#include "base/text.h"
#include "tune/conduct.h"
#include "tune/options.h"
#include "tune/program/team.h"
#include "tune/program/trial_runner.h"
#include "tune/words.h"

namespace {

using namespace sengi;
using namespace sengi::tune;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// What the person sees while it goes on: a picture redrawn in place, or lines.
class Screen {
 public:
  Screen(const Search& search, const About& about, bool quiet, bool terminal,
         std::function<std::optional<double>()> seconds_left)
      : search_(search),
        about_(about),
        quiet_(quiet),
        terminal_(terminal),
        seconds_left_(std::move(seconds_left)) {}
  ~Screen() {
    if (lines_ > 0) clear();
  }
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  void told(const Trial& trial, const Answer& answer) {
    if (quiet_) return;
    if (terminal_) return draw();
    fmt::print("{:>10}  {}", duration(seconds_since(start_)), line_of(search_, trial, answer));
    std::fflush(stdout);
  }

  void waited() {
    if (!quiet_ && terminal_ && seconds_since(drawn_) > 1) draw();
  }

 private:
  void clear() {
    fmt::print("\x1b[{}A\r\x1b[J", lines_);
    lines_ = 0;
  }

  // Lines are cut at the terminal's edge, as one that wraps would be two to go back over.
  void draw() {
    if (lines_ > 0) clear();
    const std::string view = live_view(search_, about_, seconds_since(start_), seconds_left_());
    lines_ = static_cast<std::size_t>(std::ranges::count(view, '\n'));
    fmt::print("\x1b[?7l{}\x1b[?7h", view);
    std::fflush(stdout);
    drawn_ = Clock::now();
  }

  const Search& search_;
  const About& about_;
  bool quiet_;
  bool terminal_;
  std::function<std::optional<double>()> seconds_left_;
  std::size_t lines_ = 0;
  Clock::time_point start_ = Clock::now();
  Clock::time_point drawn_ = start_;
};

Limits limits_of(const Options& options, const TrialRunner& runner) {
  const emulate::Board& board = runner.board();
  Limits limits;
  limits.ram_bytes = options.ram_bytes.value_or(board.ram_bytes);
  limits.flash_bytes = options.flash_bytes.value_or(board.flash_bytes);
  // The next inference is due after a stride.
  limits.latency_s = options.latency_ms.value_or(runner.project().detect.stride_ms) / 1000.0;
  if (options.energy_uj) limits.energy_j = *options.energy_uj * 1e-6;
  return limits;
}

About about_of(const Options& options, const TrialRunner& runner) {
  return {.project = runner.project().name,
          .folder = options.project,
          .board = runner.board().name,
          .board_title = runner.board().title,
          .power_source = runner.board().active_ma > 0 ? runner.board().power_source : "",
          .version = SENGI_VERSION};
}

std::function<bool(const Values&)> validity(const TrialRunner& runner) {
  return [&runner](const Values& changes) { return runner.candidate(changes).ok(); };
}

Result<void> tune(const Options& options, const TrialRunner& runner, Team& team, Workers& workers) {
  if (options.energy_uj && runner.board().active_ma <= 0) {
    return Error{
        fmt::format("the file of {} gives no current, so no energy is known; a board that "
                    "does: --board nano33ble",
                    runner.board().title)};
  }
  SENGI_TRY(space, space_of(runner.project()));
  SearchPlan plan;
  plan.seed = options.seed;
  plan.epochs = rungs_of(options.epochs > 0 ? options.epochs : runner.project().train.epochs);
  plan.trials = options.trials > 0 || options.hours ? options.trials : most_trials;
  plan.limits = limits_of(options, runner);
  plan.no_worse = options.no_worse;

  Store store(runner.project());
  SENGI_CHECK(store.lock());
  if (options.force) SENGI_CHECK(store.clear());
  SENGI_TRY(known, store.open(search_key(runner.project(), runner.recordings(), plan.seed,
                                         runner.board().name, plan.epochs)));
  const bool talks = !options.json && !options.quiet;
  if (talks && !known.empty()) {
    fmt::print("going on from {}; --force begins anew\n", counted(known.size(), "candidate"));
    std::fflush(stdout);
  }
  Search search(std::move(space), std::move(plan), std::move(known), validity(runner));
  const About about = about_of(options, runner);
  const auto start = Clock::now();
  const auto seconds_left = [&]() -> std::optional<double> {
    if (!options.hours) return std::nullopt;
    return std::max(0.0, *options.hours * 3600 - seconds_since(start));
  };
  const auto write_report = [&] { return write_text(store.report(), report_page(search, about)); };
  Result<void> result;
  {
    Screen screen(search, about, !talks, team.terminal(), seconds_left);
    result = conduct(search, store, workers,
                     {.stop = interrupted,
                      .seconds_left = seconds_left,
                      .began = {},
                      .told =
                          [&](const Trial& trial, const Answer& answer) {
                            screen.told(trial, answer);
                            // Of use while it goes on, too; that it cannot be written is told at
                            // the end.
                            if (answer.learned) static_cast<void>(write_report());
                          },
                      .waited = [&] { screen.waited(); }});
  }
  if (!result) return result;
  SENGI_CHECK(write_report());
  if (options.json) {
    fmt::print("{}", to_json(search, about, seconds_since(start)));
    return {};
  }
  if (interrupted() && talks) fmt::print("stopped; the same command goes on\n");
  fmt::print("{}\n", table_of(search));
  if (talks) {
    fmt::print("{}; {}\n{}wrote {}\n", counts_of(search), duration(seconds_since(start)),
               verdict_of(search, about), store.report().string());
  }
  return {};
}

// ---- --apply ----

// How often the test side was looked at, and for which trials: each look makes the next worth less.
Result<nlohmann::ordered_json> looks_at_test(const std::filesystem::path& file) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return nlohmann::ordered_json::object();
  SENGI_TRY(text, read_text(file));
  auto json = nlohmann::ordered_json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return Error{file.string() + ": damaged; remove it"};
  return json;
}

Result<void> apply(const Options& options, const TrialRunner& runner) {
  Store store(runner.project());
  SENGI_CHECK(store.lock());
  SENGI_TRY(trials, store.read());
  if (options.apply > static_cast<std::int32_t>(trials.size())) {
    return Error{fmt::format("there is no trial {}; the last is {}", options.apply, trials.size())};
  }
  const Trial& trial = trials[static_cast<std::size_t>(options.apply) - 1];
  SENGI_TRY(space, space_of(runner.project()));
  if (trials.front().values != space.own()) {
    return Error{
        "sengi.toml is no longer what it was when the search began (was a trial applied already?); "
        "put it back, or search again"};
  }
  if (trial.rungs.empty()) {
    return Error{fmt::format("trial {} was never trained; choose another", trial.id)};
  }
  const Values changes = space.changes(trial.values);
  SENGI_TRY(text, runner.text_with(changes));
  SENGI_TRY(candidate, runner.candidate(changes));

  const auto file = store.folder() / "test.json";
  SENGI_TRY(looks, looks_at_test(file));
  const std::string name = fmt::to_string(trial.id);
  if (!looks.contains(name)) {
    SENGI_TRY(dataset, data::load_dataset(runner.project()));
    SENGI_TRY(right, accuracy_on(runner.trained(candidate, trial.id, trial.rungs.back().epochs),
                                 dataset, data::Split::test));
    looks[name] = {
        {"balanced_accuracy", right.balanced}, {"accuracy", right.plain}, {"clips", right.clips}};
    SENGI_CHECK(write_text(file, looks.dump(2) + "\n"));
  }
  const auto toml = runner.project().folder / "sengi.toml";
  SENGI_CHECK(write_text(toml, text));
  if (options.json) {
    fmt::print("{}\n", nlohmann::ordered_json{{"trial", trial.id},
                                              {"changes", changes},
                                              {"test", looks.at(name)},
                                              {"looks_at_test", looks.size()}}
                           .dump(2));
    return {};
  }
  if (options.quiet) return {};
  for (const auto& [key, value] : changes) fmt::print("  {} = {}\n", key, value);
  fmt::print(
      "wrote them into {}\non the test side: {:.1f} % right, balanced {:.1f} %, {} ({:.1f} % on "
      "validation)\n",
      toml.string(), 100 * looks.at(name).at("accuracy").get<double>(),
      100 * looks.at(name).at("balanced_accuracy").get<double>(),
      counted(looks.at(name).at("clips").get<std::size_t>(), "clip"),
      100 * trial.rungs.back().balanced_accuracy);
  if (looks.size() > 1) {
    fmt::print("the test side was looked at for {} trials: choosing by it makes it worth less\n",
               looks.size());
  }
  fmt::print("next: sengi train {}\n", options.project);
  return {};
}

// ---- the processes ----

int fail(const Error& error) {
  fmt::print(stderr, "sengi: {}\n", error.message);
  return static_cast<int>(error.outcome);
}

int run(int argc, char** argv) {
  const std::unique_ptr<Team> team = Team::join(argc, argv);
  CLI::App app("Searches for a project's front end and network", "sengi tune");
  Options options;
  add_options(app, options);
  app.add_flag("--json", options.json, "print what was found as JSON");
  app.add_flag("--quiet", options.quiet, "print nothing but the table and errors");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (team->rank() > 0) return static_cast<int>(Outcome::bad_input);
    return app.exit(error) == 0 ? 0 : static_cast<int>(Outcome::bad_input);
  }
  silence_progress();
  watch_for_interrupt();
  if (options.apply > 0 && team->rank() > 0) return 0;
  const int threads = options.threads > 0 ? options.threads : team->threads();
  auto runner = TrialRunner::make(options.project, options.board, team->rank(), threads);
  if (options.apply > 0) {
    const auto done = runner ? apply(options, runner.value()) : Result<void>(runner.error());
    return done ? 0 : fail(done.error());
  }
  // One that cannot work ends all, rather than leave the others waiting for it.
  const bool fit = team->all(runner.ok());
  if (!runner) return fail(runner.error());
  if (!fit) return static_cast<int>(Outcome::bad_input);
  const DoJob work = [&](const std::string& job) { return runner.value().run(job); };
  if (team->rank() > 0) {
    team->serve(work);
    return 0;
  }
  const auto workers = team->workers(work);
  const auto done = tune(options, runner.value(), *team, *workers);
  return done ? 0 : fail(done.error());
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    return fail({fmt::format("a fault inside sengi ({}); please report it", error.what())});
  }
}
