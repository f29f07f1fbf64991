// The bench's large case as a user of llama.cpp's library writes it, timed; built and called by
// score_with_llama_cpp.sh.
//
//     score_with_llama_cpp MODEL.gguf TEXTS.jsonl [--repeats 3] [--threads 2] [--batch 512]
//                          [--ubatch 512] [--f32-attention] [--write FILE]
//
// llama.cpp has no command that scores given ids, so this asks it for the logits of every position
// and takes from them what score_large_with_transformers.py takes: the log-probability of each
// text's next token and the entropy of each position, a row at a time in single precision, rows
// shared between threads. Weights are mapped, each text is a sequence of its own. Attention is
// llama.cpp's default, flash attention with keys and values in f16; --f32-attention is its other
// way, slower, to see what that rounding moves.
//
// --batch is how many tokens a call of llama_decode gets: 512 is a text at a time, 2048 four at
// once with all their logits in memory (1.2 GB). --write puts log-probabilities into a file, a
// line each.

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "llama.h"

namespace {

struct Options {
  std::string model, texts, output;
  int repeats = 3, threads = 2, batch = 512, ubatch = 512;
  bool f32_attention = false;
};

[[noreturn]] void fail(const std::string& message) {
  std::fprintf(stderr, "score_with_llama_cpp: %s\n", message.c_str());
  std::exit(1);
}

Options parsed(int count, char** words) {
  Options options;
  std::vector<std::string> paths;
  for (int index = 1; index < count; ++index) {
    const std::string word = words[index];
    if (word.rfind("--", 0) != 0) {
      paths.push_back(word);
    } else if (word == "--f32-attention") {
      options.f32_attention = true;
    } else {
      if (++index == count) fail(word + " wants a value");
      const char* value = words[index];
      if (word == "--repeats") options.repeats = std::atoi(value);
      else if (word == "--threads") options.threads = std::atoi(value);
      else if (word == "--batch") options.batch = std::atoi(value);
      else if (word == "--ubatch") options.ubatch = std::atoi(value);
      else if (word == "--write") options.output = value;
      else fail("unknown option " + word);
    }
  }
  if (paths.size() != 2) fail("wants MODEL.gguf and TEXTS.jsonl");
  options.model = paths[0];
  options.texts = paths[1];
  return options;
}

/// Prompt and response of every line. Only the bench's own files: no escapes, nothing nested.
std::vector<std::vector<llama_token>> read_texts(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::vector<llama_token>> texts;
  for (std::string line; std::getline(file, line);) {
    if (line.empty()) continue;
    std::vector<llama_token> ids;
    for (const char* key : {"\"prompt_ids\"", "\"response_ids\""}) {
      const size_t start = line.find(key);
      if (start == std::string::npos) fail(path + ": a line without " + key);
      const char* next = line.c_str() + line.find('[', start) + 1;
      for (char* end;; next = end + 1) {
        const long id = std::strtol(next, &end, 10);
        if (end == next) break;
        ids.push_back(static_cast<llama_token>(id));
        while (*end == ' ') ++end;
        if (*end != ',') break;
      }
    }
    texts.push_back(ids);
  }
  if (texts.empty()) fail(path + ": no texts");
  for (const auto& ids : texts) {
    if (ids.size() != texts[0].size()) fail(path + ": texts of different lengths");
  }
  return texts;
}

struct Row {
  double log_probability = 0, entropy = 0;
};

/// One pass for the maximum m, one for z = sum exp(x - m) and sum (x - m) exp(x - m):
/// log p = x - m - log z, entropy = log z - sum (x - m) exp(x - m) / z.
Row statistics(const float* logits, int count, llama_token target) {
  float maximum = logits[0];
  for (int i = 1; i < count; ++i) maximum = std::max(maximum, logits[i]);
  float sum = 0, weighted = 0;
  for (int i = 0; i < count; ++i) {
    const float below = logits[i] - maximum, power = std::exp(below);
    sum += power;
    weighted += below * power;
  }
  const double log_sum = std::log(static_cast<double>(sum));
  return {double(logits[target]) - maximum - log_sum, log_sum - double(weighted) / sum};
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

int main(int count, char** words) {
  const Options options = parsed(count, words);
  const auto texts = read_texts(options.texts);
  const int length = static_cast<int>(texts[0].size()), number = static_cast<int>(texts.size());
  const int together = std::min(options.batch / length, number);
  if (together < 1) fail("--batch is less than a text");

  llama_log_set(
      [](ggml_log_level level, const char* text, void*) {
        if (level == GGML_LOG_LEVEL_ERROR || level == GGML_LOG_LEVEL_WARN) std::fputs(text, stderr);
      },
      nullptr);
  llama_backend_init();
  llama_model_params model_settings = llama_model_default_params();
  model_settings.load_mode = LLAMA_LOAD_MODE_MMAP;
  llama_model* model = llama_model_load_from_file(options.model.c_str(), model_settings);
  if (model == nullptr) fail(options.model + ": can't be loaded");
  const int vocabulary = llama_vocab_n_tokens(llama_model_get_vocab(model));

  llama_context_params settings = llama_context_default_params();
  settings.n_ctx = static_cast<uint32_t>(together * length);
  settings.n_batch = static_cast<uint32_t>(together * length);
  settings.n_ubatch = static_cast<uint32_t>(options.ubatch);
  settings.n_seq_max = static_cast<uint32_t>(together);
  settings.n_threads = settings.n_threads_batch = options.threads;
  if (options.f32_attention) {
    settings.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED;
    settings.type_k = settings.type_v = GGML_TYPE_F32;
  }
  llama_context* context = llama_init_from_model(model, settings);
  if (context == nullptr) fail("no context");

  llama_batch batch = llama_batch_init(together * length, 0, 1);
  std::vector<Row> rows(static_cast<size_t>(number) * (length - 1));
  std::vector<double> totals;
  for (int run = 0; run <= options.repeats; ++run) {
    double forward = 0, total = 0;
    for (int first = 0; first < number; first += together) {
      const int some = std::min(together, number - first);
      const auto start = std::chrono::steady_clock::now();
      llama_memory_clear(llama_get_memory(context), false);
      batch.n_tokens = some * length;
      for (int i = 0; i < batch.n_tokens; ++i) {
        batch.token[i] = texts[first + i / length][i % length];
        batch.pos[i] = i % length;
        batch.n_seq_id[i] = 1;
        batch.seq_id[i][0] = i / length;
        batch.logits[i] = 1;
      }
      if (llama_decode(context, batch) != 0) fail("llama_decode failed");
      llama_synchronize(context);
      forward += seconds_since(start);
      std::vector<const float*> logits(batch.n_tokens);
      for (int i = 0; i < batch.n_tokens; ++i) logits[i] = llama_get_logits_ith(context, i);
      #pragma omp parallel for num_threads(options.threads) schedule(static)
      for (int i = 0; i < batch.n_tokens; ++i) {
        const int text = first + i / length, position = i % length;
        if (position + 1 == length) continue;
        rows[static_cast<size_t>(text) * (length - 1) + position] =
            statistics(logits[i], vocabulary, texts[text][position + 1]);
      }
      total += seconds_since(start);
    }
    double log_probability = 0, entropy = 0;
    for (const Row& row : rows) {
      log_probability += row.log_probability;
      entropy += row.entropy;
    }
    if (run > 0) totals.push_back(total);
    std::printf(
        "%s: forward %.2f s, with log-softmax %.2f s, %.0f tokens/s; log-probabilities sum to "
        "%.4f, mean %.6f, entropy %.6f\n",
        run == 0 ? "warm-up" : ("run " + std::to_string(run)).c_str(), forward, total,
        number * length / total, log_probability, log_probability / rows.size(),
        entropy / rows.size());
    std::fflush(stdout);
  }
  if (!options.output.empty()) {
    std::FILE* file = std::fopen(options.output.c_str(), "w");
    if (file == nullptr) fail(options.output + ": can't be written");
    for (const Row& row : rows) std::fprintf(file, "%.9g\n", row.log_probability);
    std::fclose(file);
  }
  if (!totals.empty()) {
    std::sort(totals.begin(), totals.end());
    const size_t half = totals.size() / 2;
    const double median =
        totals.size() % 2 == 1 ? totals[half] : (totals[half - 1] + totals[half]) / 2;
    std::printf("median %.2f s (%.2f-%.2f), %.0f tokens/s, ", median, totals.front(), totals.back(),
                number * length / median);
  }
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  std::printf("peak %.0f MiB, %d threads, batch %d, ubatch %d\n", usage.ru_maxrss / 1024.0,
              options.threads, together * length, options.ubatch);
  llama_batch_free(batch);
  llama_free(context);
  llama_model_free(model);
  llama_backend_free();
}
