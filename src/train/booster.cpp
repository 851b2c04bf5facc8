// SPDX-License-Identifier: Apache-2.0
#include "train/booster.h"

#include <fmt/format.h>
#include <xgboost/c_api.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace sengi::train {
namespace {

// Handles that free themselves.
class Matrix {
 public:
  Matrix() = default;
  Matrix(const Matrix&) = delete;
  Matrix& operator=(const Matrix&) = delete;
  Matrix(Matrix&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Matrix& operator=(Matrix&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Matrix() {
    if (handle_ != nullptr) XGDMatrixFree(handle_);
  }
  DMatrixHandle get() const { return handle_; }
  DMatrixHandle* place() { return &handle_; }

 private:
  DMatrixHandle handle_ = nullptr;
};

Result<void> done(int status, const char* what) {
  if (status == 0) return {};
  std::string message = XGBGetLastError();
  message = message.substr(0, message.find('\n'));
  return Error{fmt::format("{}: XGBoost: {}", what, message)};
}

Result<Matrix> matrix_of(const Examples& examples, std::span<const float> weights) {
  const std::vector<float> features(examples.features.begin(), examples.features.end());
  Matrix matrix;
  SENGI_CHECK(done(XGDMatrixCreateFromMat(features.data(), examples.size(), examples.feature_size,
                                          std::numeric_limits<float>::quiet_NaN(), matrix.place()),
                   "taking examples"));
  const std::vector<float> labels(examples.labels.begin(), examples.labels.end());
  SENGI_CHECK(done(XGDMatrixSetFloatInfo(matrix.get(), "label", labels.data(), labels.size()),
                   "taking labels"));
  if (!weights.empty()) {
    SENGI_CHECK(done(XGDMatrixSetFloatInfo(matrix.get(), "weight", weights.data(), weights.size()),
                     "taking weights"));
  }
  return matrix;
}

std::vector<std::pair<const char*, std::string>> settings_of(const TreeOptions& options,
                                                             std::size_t labels) {
  std::vector<std::pair<const char*, std::string>> settings = {
      {"tree_method", "hist"},
      {"max_bin", "256"},  // one for each number of int8
      {"max_depth", std::to_string(options.depth)},
      {"min_child_weight", fmt::format("{}", options.min_child_weight)},
      {"subsample", fmt::format("{}", options.subsample)},
      {"base_score", "0.5"},
      {"seed", std::to_string(options.seed % std::numeric_limits<std::int32_t>::max())},
      {"nthread", std::to_string(options.threads)},
      {"verbosity", "0"}};
  // One tree tells two labels apart.
  if (labels == 2) {
    settings.emplace_back("objective", "binary:logistic");
  } else {
    settings.emplace_back("objective", "multi:softprob");
    settings.emplace_back("num_class", std::to_string(labels));
  }
  const std::string column_share = fmt::format("{}", options.column_share);
  if (options.boosted) {
    settings.emplace_back("learning_rate", fmt::format("{}", options.learning_rate));
    settings.emplace_back("colsample_bytree", column_share);
  } else {
    settings.emplace_back("learning_rate", "1");
    settings.emplace_back("lambda", "1e-5");  // leaves as their examples have it
    settings.emplace_back("colsample_bynode", column_share);
    settings.emplace_back("num_parallel_tree", std::to_string(options.trees));
  }
  return settings;
}

}  // namespace

struct Booster::State {
  std::size_t labels = 0;
  Matrix train, validation;
  std::size_t validation_size = 0;
  BoosterHandle handle = nullptr;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (handle != nullptr) XGBoosterFree(handle);
  }

  Result<void> set(const char* name, const std::string& value) const {
    return done(XGBoosterSetParam(handle, name, value.c_str()), name);
  }

  // XGBoost's margins, and a first label of 0 beside a lonely second one.
  Result<std::vector<float>> predict(const Matrix& matrix, std::size_t examples,
                                     std::int32_t rounds) const {
    if (examples == 0) return std::vector<float>();
    const std::string config =
        fmt::format(R"({{"type": 1, "training": false, "iteration_begin": 0, "iteration_end": {}, )"
                    R"("strict_shape": true}})",
                    rounds);
    const bst_ulong* shape = nullptr;
    bst_ulong axes = 0;
    const float* values = nullptr;
    SENGI_CHECK(done(
        XGBoosterPredictFromDMatrix(handle, matrix.get(), config.c_str(), &shape, &axes, &values),
        "predicting"));
    std::size_t count = 1;
    for (bst_ulong i = 0; i < axes; ++i) count *= shape[i];
    const std::size_t given = labels == 2 ? 1 : labels;
    if (count != examples * given) return Error{"predicting: XGBoost gave another shape"};
    if (labels != 2) return std::vector<float>(values, values + count);
    std::vector<float> both;
    for (std::size_t i = 0; i < count; ++i) both.insert(both.end(), {0.0F, values[i]});
    return both;
  }
};

Result<Booster> Booster::make(const Examples& train, std::span<const float> weights,
                              const Examples& validation, std::size_t labels,
                              const TreeOptions& options) {
  auto state = std::make_unique<State>();
  state->labels = labels;
  state->validation_size = validation.size();
  SENGI_TRY(train_matrix, matrix_of(train, weights));
  state->train = std::move(train_matrix);
  std::vector<DMatrixHandle> matrices = {state->train.get()};
  if (validation.size() > 0) {
    SENGI_TRY(validation_matrix, matrix_of(validation, {}));
    state->validation = std::move(validation_matrix);
    matrices.push_back(state->validation.get());
  }
  SENGI_CHECK(done(XGBoosterCreate(matrices.data(), matrices.size(), &state->handle), "beginning"));
  for (const auto& [name, value] : settings_of(options, labels)) {
    SENGI_CHECK(state->set(name, value));
  }
  return Booster(std::move(state));
}

Result<Booster> Booster::load(const std::string& json, std::size_t labels, int threads) {
  auto state = std::make_unique<State>();
  state->labels = labels;
  SENGI_CHECK(done(XGBoosterCreate(nullptr, 0, &state->handle), "beginning"));
  SENGI_CHECK(
      done(XGBoosterLoadModelFromBuffer(state->handle, json.data(), json.size()), "reading"));
  SENGI_CHECK(state->set("nthread", std::to_string(threads)));
  return Booster(std::move(state));
}

Booster::Booster(std::unique_ptr<State> state) : state_(std::move(state)) {}
Booster::Booster(Booster&&) noexcept = default;
Booster& Booster::operator=(Booster&&) noexcept = default;
Booster::~Booster() = default;

Result<void> Booster::step(std::int32_t round) {
  return done(XGBoosterUpdateOneIter(state_->handle, round, state_->train.get()), "learning");
}

Result<std::vector<float>> Booster::validation_margins() const {
  return state_->predict(state_->validation, state_->validation_size, 0);
}

Result<std::vector<float>> Booster::margins(const Examples& examples, std::int32_t rounds) const {
  if (examples.size() == 0) return std::vector<float>();
  SENGI_TRY(matrix, matrix_of(examples, {}));
  return state_->predict(matrix, examples.size(), rounds);
}

Result<std::string> Booster::json() const {
  bst_ulong size = 0;
  const char* text = nullptr;
  SENGI_CHECK(
      done(XGBoosterSaveModelToBuffer(state_->handle, R"({"format": "json"})", &size, &text),
           "writing"));
  return std::string(text, size);
}

void softmax_rows(std::vector<float>& margins, std::size_t labels) {
  for (auto row = margins.begin(); row != margins.end();) {
    const auto end = row + static_cast<std::ptrdiff_t>(labels);
    const float highest = *std::max_element(row, end);
    double sum = 0;
    for (auto value = row; value != end; ++value) {
      *value = std::exp(*value - highest);
      sum += static_cast<double>(*value);
    }
    for (; row != end; ++row) *row = static_cast<float>(static_cast<double>(*row) / sum);
  }
}

std::string tree_library() {
  int major = 0;
  int minor = 0;
  int patch = 0;
  XGBoostVersion(&major, &minor, &patch);
  return fmt::format("XGBoost {}.{}.{}", major, minor, patch);
}

}  // namespace sengi::train
