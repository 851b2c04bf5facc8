// SPDX-License-Identifier: Apache-2.0
#include "train/learner.h"

#include <ATen/CPUGeneratorImpl.h>
#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <functional>
#include <span>
#include <sstream>
#include <utility>

#include "train/crew.h"
#include "train/meeting.h"
#include "train/network.h"
#include "train/random.h"

namespace sengi::train {
namespace {

using torch::Tensor;

// Examples that one evaluation step takes at a time.
constexpr std::size_t evaluation_batch = 256;

// A batch of this many examples and more is learned in two parts.
constexpr std::size_t least_to_part = 8;
// And from here on each part has statistics of its own for batch normalisation.
constexpr std::size_t least_of_its_own = 32;
constexpr std::size_t parts_of_batch = 2;

// Parts that are worked on at the same time.
std::size_t parts_at_once(int threads) {
  return std::min(parts_of_batch, static_cast<std::size_t>(std::max(1, threads)));
}

// Threads that each part may use inside a layer.
int share_of(int threads) { return std::max(1, threads / static_cast<int>(parts_of_batch)); }

// What each of them needs of torch: its share of the threads, and denormal numbers taken as zero.
std::function<void()> torch_settings(int threads) {
  return [threads] {
    torch::set_num_threads(share_of(threads));
    at::globalContext().setFlushDenormal(true);
  };
}

std::vector<Tensor> copies(const std::vector<Tensor>& tensors) {
  std::vector<Tensor> result;
  result.reserve(tensors.size());
  for (const Tensor& tensor : tensors) result.push_back(tensor.detach().clone());
  return result;
}

bool same_shapes(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  return std::ranges::equal(
      a, b, [](const Tensor& x, const Tensor& y) { return x.sizes().equals(y.sizes()); });
}

void write_over(const std::vector<Tensor>& to, const std::vector<Tensor>& from) {
  const torch::NoGradGuard no_gradients;
  for (std::size_t i = 0; i < to.size(); ++i) Tensor(to[i]).copy_(from[i]);
}

Tensor labels_of(const Examples& examples) {
  return torch::tensor(at::ArrayRef<std::int32_t>(examples.labels), torch::kInt64);
}

Tally tally(const Tensor& logits, const Tensor& labels, double mean_loss) {
  const auto correct = (logits.argmax(1) == labels).sum().item<std::int64_t>();
  const auto count = static_cast<std::size_t>(labels.size(0));
  return {mean_loss * static_cast<double>(count), static_cast<std::size_t>(correct), count};
}

}  // namespace

// Tensors that lie behind one another in a single one, so that a step of the optimizer is a few
// long loops instead of many short ones.
struct Group {
  explicit Group(const std::vector<Tensor>& tensors) : parts(tensors.size()) {
    const torch::NoGradGuard no_gradients;
    std::vector<Tensor> rows;
    for (const Tensor& tensor : tensors) rows.push_back(tensor.detach().flatten());
    all = rows.empty() ? torch::zeros({0}) : torch::cat(rows);
    std::int64_t begin = 0;
    for (const Tensor& tensor : tensors) {
      Tensor(tensor).set_data(all.narrow(0, begin, tensor.numel()).view(tensor.sizes()));
      begin += tensor.numel();
    }
  }

  // Adds what one part of a batch says of these tensors; undefined where one had no say.
  void add(std::span<const Tensor> gradients, std::span<const Tensor> of) {
    std::vector<Tensor> rows;
    for (std::size_t i = 0; i < parts; ++i) {
      rows.push_back(gradients[i].defined() ? gradients[i].flatten()
                                            : torch::zeros({of[i].numel()}));
    }
    if (rows.empty()) return;
    const Tensor said = torch::cat(rows);
    gradient = gradient.defined() ? gradient.add_(said) : said;
  }

  std::size_t parts;
  Tensor all;
  Tensor gradient;
};

struct Learner::State {
  State(Network made, model::Graph of, const LearnerOptions& with)
      : network(std::move(made)),
        graph(std::move(of)),
        options(with),
        crew(std::make_unique<Crew>(parts_of_batch, torch_settings(with.threads))) {
    start_learning();
  }

  // What depends on which tensors the network learns.
  void start_learning() {
    using torch::optim::AdamWOptions;
    std::vector<torch::optim::OptimizerParamGroup> optimized;
    groups.clear();
    for (const auto& [tensors, decay] :
         {std::pair(network.weights(), options.weight_decay), std::pair(network.offsets(), 0.0)}) {
      groups.emplace_back(tensors);
      optimized.emplace_back(std::vector{groups.back().all},
                             std::make_unique<AdamWOptions>(AdamWOptions().weight_decay(decay)));
    }
    optimizer = std::make_unique<torch::optim::AdamW>(optimized);
    learning = network.weights();
    for (const Tensor& tensor : network.offsets()) learning.push_back(tensor);
    twins.clear();
    for (std::size_t i = 1; i < parts_of_batch; ++i) twins.push_back(network.twin());
  }

  Tensor input_of(const Examples& examples) const {
    const model::Shape& shape = graph.tensors[static_cast<std::size_t>(graph.inputs[0])].shape;
    std::vector<std::int64_t> sizes(shape.begin(), shape.end());
    sizes[0] = static_cast<std::int64_t>(examples.size());
    // from_blob() wants memory it could write to; nothing does.
    auto* bytes = const_cast<std::int8_t*>(examples.features.data());
    return torch::from_blob(bytes, sizes, torch::kInt8).to(torch::kFloat32) * feature_scale;
  }

  // The loss of a batch by what the network made of it, and the labels or the input itself.
  Tensor loss_of(const Tensor& answer, const Tensor& labels, const Tensor& input,
                 double smoothing) const {
    if (network.reconstructs()) return torch::mse_loss(answer, input.flatten(1));
    return at::cross_entropy_loss(answer, labels, {}, at::Reduction::Mean, -100, smoothing);
  }

  Tally tally_of(const Tensor& answer, const Tensor& labels, double loss) const {
    if (!network.reconstructs()) return tally(answer, labels, loss);
    const auto count = static_cast<std::size_t>(labels.size(0));
    return {loss * static_cast<double>(count), 0, count};
  }

  // Lets the average follow the network. At first, when there is little to average, it follows
  // fast.
  void follow() {
    if (options.weight_averaging == 0) return;
    const torch::NoGradGuard no_gradients;
    const std::vector<Tensor> now = network.state();
    if (average.empty()) average = copies(now);
    ++averaged_steps;
    const auto t = static_cast<double>(averaged_steps);
    const double keep = std::min(options.weight_averaging, (1 + t) / (10 + t));
    for (std::size_t i = 0; i < now.size(); ++i) average[i].lerp_(now[i], 1 - keep);
  }

  struct Part;
  Part learn(Network& with, const Examples& examples, double share, const Seat& seat,
             std::uint64_t seed) const;
  // Calls work(i, batch i) for all examples in batches that need not be learned from, with the
  // weights that are judged.
  void for_each_batch(const Examples& examples,
                      const std::function<void(std::size_t, const Examples&)>& work);

  Network network;
  std::vector<Network> twins;    // who learn the other parts of a batch
  std::vector<Tensor> learning;  // weights and offsets of them all
  std::vector<Group> groups;     // the same: weights, offsets
  model::Graph graph;            // as given
  LearnerOptions options;
  std::unique_ptr<Crew> crew;
  std::unique_ptr<torch::optim::AdamW> optimizer;
  std::int64_t steps = 0;
  std::int64_t averaged_steps = 0;
  std::vector<Tensor> average;  // running mean of network.state(); empty before the first step
  std::vector<Tensor> remembered;
  model::Graph float_graph;
  bool quantized = false;
  bool ranges_move = true;
};

// While it lives, the network has the averaged weights.
class Averaged {
 public:
  explicit Averaged(const std::vector<Tensor>& state, const std::vector<Tensor>& average)
      : state_(state) {
    if (average.empty()) return;
    kept_ = copies(state_);
    write_over(state_, average);
  }
  ~Averaged() {
    if (!kept_.empty()) write_over(state_, kept_);
  }
  Averaged(const Averaged&) = delete;
  Averaged& operator=(const Averaged&) = delete;

 private:
  std::vector<Tensor> state_;
  std::vector<Tensor> kept_;
};

Tally& Tally::operator+=(const Tally& other) {
  loss += other.loss;
  correct += other.correct;
  count += other.count;
  return *this;
}

std::string training_library() { return fmt::format("libtorch {}", TORCH_VERSION); }

Learner::Learner(std::unique_ptr<State> state) : state_(std::move(state)) {}
Learner::Learner(Learner&&) noexcept = default;
Learner& Learner::operator=(Learner&&) noexcept = default;
Learner::~Learner() = default;

Result<Learner> Learner::make(const model::Graph& graph, const LearnerOptions& options) {
  SENGI_TRY(network, Network::make(graph, options.seed));
  return Learner(std::make_unique<State>(std::move(network), graph, options));
}

// What one part of a batch says of the weights.
struct Learner::State::Part {
  Tally tally;
  std::vector<Tensor> gradients;  // of `learning`; undefined where a tensor had no say
};

// `share` is the part's of the batch.
Learner::State::Part Learner::State::learn(Network& with, const Examples& examples, double share,
                                           const Seat& seat, std::uint64_t seed) const {
  const Pass pass{.training = true,
                  .dropout = options.dropout,
                  .observe = quantized && ranges_move,
                  .generator = at::make_generator<at::CPUGeneratorImpl>(seed),
                  .seat = seat};
  const Tensor labels = labels_of(examples);
  const Tensor input = input_of(examples);
  const Tensor answer = with.logits(input, pass);
  const Tensor loss = loss_of(answer, labels, input, options.label_smoothing);
  Part part;
  part.gradients = torch::autograd::grad({loss * share}, learning, {}, /*retain_graph=*/false,
                                         /*create_graph=*/false, /*allow_unused=*/true);
  part.tally = tally_of(answer.detach(), labels, loss.item<double>());
  return part;
}

Tally Learner::step(const Examples& batch, double learning_rate) {
  State& s = *state_;
  const std::size_t count = batch.size() < least_to_part ? 1 : parts_of_batch;
  // Dropout masks follow from the numbers of step and part, so that a run that was resumed goes on
  // as it would have.
  const auto step = static_cast<std::uint64_t>(s.steps++);
  for (std::size_t i = 1; i < count; ++i) s.network.brief(s.twins[i - 1]);
  std::vector<State::Part> parts(count);
  const bool share_statistics = count > 1 && batch.size() < least_of_its_own;
  Meeting meeting(count, parts_at_once(s.options.threads));
  s.crew->run(count, [&](std::size_t i) {
    const Examples examples = batch.slice(batch.size() * i / count, batch.size() * (i + 1) / count);
    const double share = static_cast<double>(examples.size()) / static_cast<double>(batch.size());
    meeting.attend([&] {
      parts[i] = s.learn(i == 0 ? s.network : s.twins[i - 1], examples, share,
                         {share_statistics ? &meeting : nullptr, i},
                         Random({s.options.seed, step, i}).bits());
    });
  });
  if (count > 1) s.network.agree_with(s.twins);

  const torch::NoGradGuard no_gradients;
  Tally sum;
  for (const State::Part& part : parts) sum += part.tally;
  std::size_t begin = 0;
  for (Group& group : s.groups) {
    group.gradient = Tensor();
    const std::span of = std::span(s.learning).subspan(begin, group.parts);
    for (const State::Part& part : parts) {
      group.add(std::span(part.gradients).subspan(begin, group.parts), of);
    }
    group.all.mutable_grad() = group.gradient;
    begin += group.parts;
  }
  for (auto& group : s.optimizer->param_groups()) {
    static_cast<torch::optim::AdamWOptions&>(group.options()).lr(learning_rate);
  }
  s.optimizer->step();
  s.follow();
  return sum;
}

void Learner::State::for_each_batch(const Examples& examples,
                                    const std::function<void(std::size_t, const Examples&)>& work) {
  const Averaged averaged(network.state(), average);
  const auto take = [&](std::size_t i) {
    const torch::NoGradGuard no_gradients;
    const std::size_t begin = i * evaluation_batch;
    work(i, examples.slice(begin, std::min(examples.size(), begin + evaluation_batch)));
  };
  const std::size_t count = (examples.size() + evaluation_batch - 1) / evaluation_batch;
  if (parts_at_once(options.threads) > 1) return crew->run(count, take);
  for (std::size_t i = 0; i < count; ++i) take(i);
}

Tally Learner::evaluate(const Examples& examples) {
  State& s = *state_;
  std::vector<Tally> tallies(examples.size() / evaluation_batch + 1);
  s.for_each_batch(examples, [&](std::size_t i, const Examples& part) {
    const Tensor labels = labels_of(part);
    const Tensor input = s.input_of(part);
    const Tensor answer = s.network.logits(input, {});
    tallies[i] = s.tally_of(answer, labels, s.loss_of(answer, labels, input, 0).item<double>());
  });
  Tally sum;
  for (const Tally& tally : tallies) sum += tally;
  return sum;
}

std::vector<float> Learner::scores(const Examples& examples) {
  State& s = *state_;
  std::vector<std::vector<float>> of_batch(examples.size() / evaluation_batch + 1);
  s.for_each_batch(examples, [&](std::size_t i, const Examples& part) {
    const Tensor answer = s.network.logits(s.input_of(part), {});
    const Tensor scores = s.network.scores(answer).contiguous();
    const float* first = scores.data_ptr<float>();
    of_batch[i].assign(first, first + scores.numel());
  });
  std::vector<float> all;
  for (const auto& scores : of_batch) all.insert(all.end(), scores.begin(), scores.end());
  return all;
}

void Learner::remember() {
  State& s = *state_;
  s.remembered = s.average.empty() ? copies(s.network.state()) : copies(s.average);
}

void Learner::recall() {
  State& s = *state_;
  write_over(s.network.state(), s.remembered);
  if (!s.average.empty()) s.average = copies(s.remembered);
}

void Learner::start_quantized(const Examples& calibration) {
  State& s = *state_;
  s.network.fold();
  s.float_graph = s.network.graph();
  s.network.quantize();
  s.quantized = true;
  s.average.clear();
  s.averaged_steps = 0;
  s.start_learning();
  const torch::NoGradGuard no_gradients;
  constexpr std::size_t batch = 64;
  for (std::size_t begin = 0; begin < calibration.size(); begin += batch) {
    const Examples part = calibration.slice(begin, std::min(calibration.size(), begin + batch));
    s.network.logits(s.input_of(part), {.observe = true});
  }
  remember();
}

bool Learner::quantized() const { return state_->quantized; }
bool Learner::reconstructs() const { return state_->network.reconstructs(); }

void Learner::let_ranges_move(bool move) { state_->ranges_move = move; }

model::Graph Learner::graph() const {
  const Averaged averaged(state_->network.state(), state_->average);
  if (state_->network.folded()) return state_->network.graph();
  Network copy = state_->network;
  copy.fold();
  return copy.graph();
}

const model::Graph& Learner::float_graph() const { return state_->float_graph; }

std::vector<quantize::Range> Learner::ranges() const {
  const Averaged averaged(state_->network.state(), state_->average);
  return state_->network.ranges();
}

std::string Learner::save() const {
  const State& s = *state_;
  torch::serialize::OutputArchive archive;
  archive.write("steps", torch::tensor(s.steps));
  archive.write("quantized", torch::tensor(s.quantized));
  archive.write("average", c10::IValue(s.average));
  archive.write("averaged_steps", torch::tensor(s.averaged_steps));
  archive.write("state", c10::IValue(copies(s.network.state())));
  archive.write("remembered", c10::IValue(s.remembered));
  std::vector<Tensor> constants;
  for (const model::Tensor& tensor : s.float_graph.tensors) {
    auto* bytes = const_cast<std::byte*>(tensor.data.data());
    constants.push_back(
        torch::from_blob(bytes, static_cast<std::int64_t>(tensor.data.size()), torch::kUInt8)
            .clone());
  }
  archive.write("float_constants", c10::IValue(constants));
  torch::serialize::OutputArchive optimizer(archive.compilation_unit());
  s.optimizer->save(optimizer);
  archive.write("optimizer", optimizer);
  std::ostringstream stream;
  archive.save_to(stream);
  return std::move(stream).str();
}

Result<void> Learner::load(std::string_view bytes) {
  State& s = *state_;
  try {
    torch::serialize::InputArchive archive;
    archive.load_from(bytes.data(), bytes.size());
    Tensor quantized;
    archive.read("quantized", quantized);
    if (quantized.item<bool>() && !s.quantized) start_quantized({});
    Tensor steps;
    archive.read("steps", steps);
    s.steps = steps.item<std::int64_t>();
    archive.read("averaged_steps", steps);
    s.averaged_steps = steps.item<std::int64_t>();
    c10::IValue list;
    archive.read("average", list);
    s.average = list.toTensorVector();
    archive.read("state", list);
    const std::vector<Tensor> now = s.network.state();
    const std::vector<Tensor> then = list.toTensorVector();
    if (!same_shapes(now, then)) return Error{"it holds another network"};
    write_over(now, then);
    archive.read("remembered", list);
    s.remembered = list.toTensorVector();
    archive.read("float_constants", list);
    const std::vector<Tensor> constants = list.toTensorVector();
    for (std::size_t i = 0; i < constants.size() && i < s.float_graph.tensors.size(); ++i) {
      const auto* first = reinterpret_cast<const std::byte*>(constants[i].data_ptr<std::uint8_t>());
      s.float_graph.tensors[i].data.assign(first, first + constants[i].numel());
    }
    torch::serialize::InputArchive optimizer;
    archive.read("optimizer", optimizer);
    s.optimizer->load(optimizer);
  } catch (const std::exception&) {  // c10::Error's text is a stack trace
    return Error{"it is damaged"};
  }
  return {};
}

}  // namespace sengi::train
