// SPDX-License-Identifier: Apache-2.0
#include "data/check_findings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "base/text.h"

namespace sengi::data {
namespace fs = std::filesystem;
namespace {

bool same_bytes(const fs::path& a, const fs::path& b) {
  std::ifstream one(a, std::ios::binary);
  std::ifstream other(b, std::ios::binary);
  using Each = std::istreambuf_iterator<char>;
  return one && other && std::equal(Each(one), Each(), Each(other), Each());
}

// A label as a person may have meant it: without case, spaces and punctuation.
std::string plain(const std::string& label) {
  std::string letters;
  for (const char c : label) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 || std::isalnum(byte) != 0) {
      letters += static_cast<char>(byte < 0x80 ? std::tolower(byte) : byte);
    }
  }
  return letters;
}

class Rules {
 public:
  Rules(const project::Project& project, const Loaded& loaded, const Measures& measures,
        const std::vector<Alike>& alike)
      : project_(project),
        loaded_(loaded),
        data_(loaded.dataset),
        measures_(measures),
        alike_(alike) {}

  Findings run() {
    rows();
    labels();
    alike_labels();
    sides();
    unreadable();
    copies();
    near_copies();
    clipping();
    silence();
    lengths();
    past_end();
    rates();
    groups();
    balance();
    leftovers();
    return std::move(findings_);
  }

 private:
  Finding& add(Severity severity, std::string kind, std::string what, fs::path where,
               std::string advice) {
    return findings_.add(severity, std::move(kind), std::move(what), std::move(where),
                         std::move(advice));
  }

  // A path as messages show it: below the data's folder where it is there.
  std::string shown(const fs::path& path) const {
    return path_below(path, loaded_.source).string();
  }

  const std::string& label_of(std::size_t clip) const {
    return data_.labels[data_.clips[clip].label];
  }
  bool is_background(std::size_t clip) const { return label_of(clip) == project_.data.silence; }

  // Where a clip starts within its file, where the manifest says so.
  std::optional<double> start_of(std::size_t clip) const {
    const double start_s = data_.clips[clip].start_s;
    return start_s > 0 ? std::optional(start_s) : std::nullopt;
  }

  template <typename Visit>
  void each_measured(Visit visit) const {
    for (std::size_t i = 0; i < measures_.clips.size(); ++i) {
      if (measures_.clips[i]) visit(i, *measures_.clips[i]);
    }
  }

  void rows() {
    for (const ManifestFault& fault : loaded_.faults) {
      if (fault.line == 0) {
        add(Severity::fault, "unreadable", fault.message, {}, "correct the file or remove it");
        continue;
      }
      add(Severity::fault, "manifest", fmt::format("line {}: {}", fault.line, fault.message),
          loaded_.source, "correct the row or remove it");
    }
  }

  void labels() {
    for (const std::string& label : loaded_.missing_labels) {
      const auto near = nearest(label, loaded_.unused_labels);
      add(Severity::fault, "missing-label",
          fmt::format("no recording of '{}', which [data] labels names", label), loaded_.source,
          near ? fmt::format("did you mean '{}'?", *near) : "record it, or remove it from labels");
    }
    if (data_.labels.size() < 2) {
      add(Severity::fault, "labels",
          fmt::format("one label only ('{}')", data_.labels.empty() ? "" : data_.labels.front()),
          loaded_.source,
          "a network needs at least two to tell apart, such as a word and _unknown_");
    }
  }

  void alike_labels() {
    std::map<std::string, std::string> seen;
    for (const std::string& label : data_.labels) {
      const auto [at, first] = seen.emplace(plain(label), label);
      if (first) continue;
      add(Severity::warning, "alike-labels",
          fmt::format("the labels '{}' and '{}' differ only in case, spaces or punctuation",
                      at->second, label),
          loaded_.source, "put them together if they are one");
    }
  }

  void sides() {
    for (const Crossing& crossing : loaded_.crossings) {
      add(Severity::fault, "crossing",
          fmt::format("'{}' is both in {} and in {}", crossing.group, name_of(crossing.one),
                      name_of(crossing.other)),
          loaded_.source,
          "correct the split column: a speaker, animal, site or recording must be wholly in one");
    }
    if (loaded_.empty_side) {
      const std::string& whole = *loaded_.empty_side;
      const std::size_t cut = whole.find("; ");
      add(Severity::fault, "split", whole.substr(0, cut), loaded_.source, whole.substr(cut + 2));
    }
  }

  void unreadable() {
    for (const FileMeasures& file : measures_.files) {
      if (file.fault.empty()) continue;
      // The message is "PATH: WHAT" or "PATH: WHAT; ADVICE", each of which has its own place here.
      const std::string prefix = file.path.string() + ": ";
      std::string what = file.fault;
      if (what.starts_with(prefix)) what.erase(0, prefix.size());
      std::string advice = "replace or remove it";
      if (const std::size_t cut = what.rfind("; "); cut != std::string::npos) {
        advice = what.substr(cut + 2);
        what.resize(cut);
      }
      add(Severity::fault, "unreadable", std::move(what), file.path, std::move(advice));
    }
    for (std::size_t i = 0; i < measures_.clip_faults.size(); ++i) {
      if (measures_.clip_faults[i].empty()) continue;
      add(Severity::fault, "unreadable", measures_.clip_faults[i], data_.clips[i].path,
          "correct start_s and end_s in the manifest")
          .time_s = start_of(i);
    }
  }

  void copies() {
    for (const std::vector<std::size_t>& set : duplicates(measures_)) {
      for (std::size_t k = 1; k < set.size(); ++k) copy(set.front(), set[k]);
    }
  }

  void copy(std::size_t original, std::size_t again) {
    const Clip& a = data_.clips[original];
    const Clip& b = data_.clips[again];
    const char* same = "the same samples as";
    if (a.path == b.path) {
      same = "listed twice, as";
    } else if (same_bytes(a.path, b.path)) {
      same = "the same bytes as";
    }
    const std::string what = fmt::format("{} {}", same, shown(a.path));
    if (a.label != b.label) {
      add(Severity::fault, "duplicate",
          fmt::format("{}, but there it is '{}' and here '{}'", what, label_of(original),
                      label_of(again)),
          b.path, "listen, and keep the one under the right label")
          .time_s = start_of(again);
    } else if (a.split != b.split) {
      add(Severity::fault, "duplicate",
          fmt::format("{}, which is in {} while this is in {}", what, name_of(a.split),
                      name_of(b.split)),
          b.path, "remove one: a network is not judged on what it was trained on")
          .time_s = start_of(again);
    } else {
      add(Severity::warning, "duplicate", what, b.path, "remove one").time_s = start_of(again);
    }
  }

  void near_copies() {
    for (const Alike& pair : near_duplicates(data_, measures_, alike_)) {
      const Clip& a = data_.clips[pair.first];
      const Clip& b = data_.clips[pair.second];
      const std::string what = fmt::format("the same sound as {} ({:.0f} % of its fingerprint)",
                                           shown(a.path), 100 * (1 - pair.difference));
      if (a.split != b.split) {
        add(Severity::fault, "near-duplicate",
            fmt::format("{}, which is in {} while this is in {}", what, name_of(a.split),
                        name_of(b.split)),
            b.path,
            "listen to both; if they are one recording, remove one or put them into one group")
            .time_s = start_of(pair.second);
      } else if (a.label != b.label) {
        add(Severity::warning, "near-duplicate",
            fmt::format("{}, but there it is '{}' and here '{}'", what, label_of(pair.first),
                        label_of(pair.second)),
            b.path, "listen to both, and keep the right label")
            .time_s = start_of(pair.second);
      } else {
        add(Severity::note, "near-duplicate", what, b.path,
            "listen to both; a second copy teaches nothing new")
            .time_s = start_of(pair.second);
      }
    }
  }

  void clipping() {
    each_measured([&](std::size_t i, const ClipMeasures& clip) {
      if (!is_clipped(clip)) return;
      add(Severity::warning, "clipping",
          fmt::format(
              "{} of {} samples at full scale ({:.2g} %), up to {} in a row",
              with_thousands(clip.full_scale), with_thousands(clip.samples),
              100.0 * static_cast<double>(clip.full_scale) / static_cast<double>(clip.samples),
              clip.longest_run),
          data_.clips[i].path, "record with less gain")
          .time_s = clip.longest_run_s;
    });
  }

  void silence() {
    each_measured([&](std::size_t i, const ClipMeasures& clip) {
      if (!is_silent(clip) || is_background(i)) return;
      const std::string what =
          clip.all_zero() ? fmt::format("every sample is 0, but the label is '{}'", label_of(i))
                          : fmt::format("almost silent ({:.0f} dBFS), but the label is '{}'",
                                        clip.dbfs(), label_of(i));
      add(Severity::warning, "silence", what, data_.clips[i].path,
          "listen; record it again or remove it")
          .time_s = start_of(i);
    });
  }

  // One finding for all clips of a label that `is_so`, at the most extreme of them.
  template <typename IsSo, typename Extreme>
  void lengths_of(Severity severity, const char* kind, IsSo is_so, Extreme more_extreme,
                  const std::string& than, const char* advice) {
    std::vector<std::vector<std::size_t>> found(data_.labels.size());
    std::vector<std::size_t> measured(data_.labels.size());
    each_measured([&](std::size_t i, const ClipMeasures& clip) {
      ++measured[data_.clips[i].label];
      if (is_so(clip.duration_s)) found[data_.clips[i].label].push_back(i);
    });
    for (std::size_t label = 0; label < found.size(); ++label) {
      if (found[label].empty()) continue;
      const std::size_t worst = *std::ranges::min_element(found[label], [&](auto a, auto b) {
        return more_extreme(measures_.clips[a]->duration_s, measures_.clips[b]->duration_s);
      });
      add(severity, kind,
          fmt::format("{} of {} of '{}' {} {}, this one {:.3g} s", found[label].size(),
                      counted(measured[label], "clip"), data_.labels[label],
                      found[label].size() == 1 ? "is" : "are", than,
                      measures_.clips[worst]->duration_s),
          data_.clips[worst].path, advice)
          .time_s = start_of(worst);
    }
  }

  void lengths() {
    const double clip_s = project_.data.clip_ms / 1000.0;
    lengths_of(
        Severity::warning, "short", [&](double s) { return s < clip_s / 4; }, std::less<>(),
        fmt::format("shorter than a quarter of a clip ({:g} s)", clip_s / 4),
        "listen whether they are whole; they are set between zeros to fill a clip");
    lengths_of(
        Severity::note, "long", [&](double s) { return s > 1.5 * clip_s; }, std::greater<>(),
        fmt::format("longer than one and a half clips ({:g} s)", 1.5 * clip_s),
        "only the loudest stretch is used; raise clip_ms, or list stretches in a manifest");
  }

  void past_end() {
    constexpr double rounding_s = 0.01;
    each_measured([&](std::size_t i, const ClipMeasures& clip) {
      if (clip.past_end_s <= rounding_s) return;
      add(Severity::warning, "past-end",
          fmt::format("the clip is to end {:.3f} s after the recording does", clip.past_end_s),
          data_.clips[i].path, "correct end_s in the manifest, or find the rest of the recording")
          .time_s = start_of(i);
    });
  }

  void rates() {
    std::map<std::int32_t, std::vector<const FileMeasures*>> slower;
    for (const FileMeasures& file : measures_.files) {
      const std::int32_t rate = file.info.sample_rate_hz;
      if (file.fault.empty() && rate < project_.signal.sample_rate_hz)
        slower[rate].push_back(&file);
    }
    for (const auto& [rate, files] : slower) {
      const bool matters = rate / 2 < project_.signal.high_hz;
      add(matters ? Severity::warning : Severity::note, "rate",
          fmt::format("{} at {} Hz, below the project's {} Hz: nothing above {} Hz is in {}",
                      counted(files.size(), "file"), rate, project_.signal.sample_rate_hz, rate / 2,
                      files.size() == 1 ? "it" : "them"),
          files.front()->path,
          matters ? "lower high_hz or sample_rate_hz in [signal], or record at the higher rate"
                  : "harmless: the front end uses nothing above high_hz");
    }
  }

  void groups() {
    std::size_t clips = 0;
    std::size_t ungrouped = 0;
    for (std::size_t i = 0; i < data_.clips.size(); ++i) {
      if (is_background(i)) continue;
      ++clips;
      ungrouped += data_.clips[i].group.empty() ? 1 : 0;
    }
    if (ungrouped == 0) return;
    add(Severity::warning, "groups",
        fmt::format(
            "{} of {} have no known speaker, animal or site: each recording is split on its "
            "own, and the test may be too easy",
            with_thousands(ungrouped), counted(clips, "clip")),
        loaded_.source, "set group in [data], or give the manifest a group column");
  }

  void balance() {
    std::vector<std::size_t> counts(data_.labels.size());
    std::vector<std::set<Split>> sides(data_.labels.size());
    for (const Clip& clip : data_.clips) {
      ++counts[clip.label];
      sides[clip.label].insert(clip.split);
    }
    const std::size_t most = counts.empty() ? 0 : std::ranges::max(counts);
    for (std::size_t label = 0; label < counts.size(); ++label) {
      if (counts[label] == 0) continue;
      if (counts[label] * 10 < most) {
        add(Severity::warning, "balance",
            fmt::format("'{}' has {}, less than a tenth of the label with most ({})",
                        data_.labels[label], counted(counts[label], "clip"), with_thousands(most)),
            {}, "record more of it");
      }
      lacking_side(label, sides[label]);
    }
  }

  void lacking_side(std::size_t label, const std::set<Split>& sides) {
    std::set<Split> all;
    for (const Clip& clip : data_.clips) all.insert(clip.split);
    for (const Split side : all) {
      if (sides.contains(side)) continue;
      // What is not normal is only ever judged by.
      const bool judged = project_.kind == "anomaly" && data_.labels[label] != project_.data.normal;
      if (judged && side != Split::test) continue;
      add(Severity::warning, "split",
          fmt::format("no clip of '{}' is in {}", data_.labels[label], name_of(side)), {},
          "record more speakers, animals or sites of it, or try another seed in [data]");
    }
  }

  void leftovers() {
    for (const fs::path& path : loaded_.outside) {
      add(Severity::warning, "outside", "a recording beside the labels' folders is not used", path,
          "move it into the folder of its label");
    }
    if (!loaded_.unused_labels.empty()) {
      add(Severity::note, "unused-labels",
          fmt::format("found but not in [data] labels: {}", fmt::join(loaded_.unused_labels, ", ")),
          loaded_.source, "add them to labels to use them");
    }
    std::vector<std::string> columns = data_.columns;
    if (project_.kind == "anomaly") std::erase(columns, "fault");  // made of the labels
    if (!columns.empty()) {
      add(Severity::note, "columns",
          fmt::format("columns that training does not use: {}", fmt::join(columns, ", ")),
          loaded_.source,
          "to see results by one, name it in slices in [evaluate]; nothing, if they are another "
          "program's");
    }
  }

  const project::Project& project_;
  const Loaded& loaded_;
  const Dataset& data_;
  const Measures& measures_;
  const std::vector<Alike>& alike_;
  Findings findings_;
};

}  // namespace

bool is_clipped(const ClipMeasures& clip) { return clip.longest_run >= clipping_run; }

bool is_silent(const ClipMeasures& clip) { return clip.dbfs() < silence_dbfs; }

std::vector<std::vector<std::size_t>> duplicates(const Measures& measures) {
  std::map<std::string, std::vector<std::size_t>> by_hash;
  for (std::size_t i = 0; i < measures.clips.size(); ++i) {
    const auto& clip = measures.clips[i];
    if (clip && !clip->all_zero()) by_hash[clip->samples_sha256].push_back(i);
  }
  std::vector<std::vector<std::size_t>> sets;
  for (auto& [hash, clips] : by_hash) {
    if (clips.size() > 1) sets.push_back(std::move(clips));
  }
  std::ranges::sort(sets);
  return sets;
}

std::vector<Alike> near_duplicates(const Dataset& dataset, const Measures& measures,
                                   std::span<const Alike> alike) {
  std::vector<Alike> pairs;
  std::ranges::copy_if(alike, std::back_inserter(pairs), [&](const Alike& pair) {
    const auto& first = measures.clips[pair.first];
    const auto& second = measures.clips[pair.second];
    return first && second && first->samples_sha256 != second->samples_sha256 &&
           dataset.clips[pair.first].path != dataset.clips[pair.second].path;
  });
  return pairs;
}

Findings find(const project::Project& project, const Loaded& loaded, const Measures& measures,
              const std::vector<Alike>& alike) {
  return Rules(project, loaded, measures, alike).run();
}

}  // namespace sengi::data
