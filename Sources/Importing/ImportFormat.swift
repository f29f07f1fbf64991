internal import Texts

/// A file of another program and what becomes of it.
package enum ImportFormat: String, CaseIterable, Sendable {
  case trainerState = "trainer-state"
  case verlFile = "verl-file"
  case verlConsole = "verl-console"
  case llamaFactory = "llamafactory"
  case tensorBoard = "tensorboard"
  case csv
  case jsonLines = "jsonl"
  case primeRL = "prime-rl"
  case openAI = "openai"
  case llamaCpp = "llamacpp"
  case tokens
  case lmEval = "lm-eval"

  /// What it is, as messages and attributes name it.
  package var words: String {
    switch self {
    case .trainerState: "trainer_state.json of TRL, any Hugging Face Trainer"
    case .verlFile: "verl's file logger, JSON lines"
    case .verlConsole: "verl's console log"
    case .llamaFactory: "LLaMA-Factory's trainer_log.jsonl"
    case .tensorBoard: "a TensorBoard event file"
    case .csv: "a table such as W&B's history; needs --mapping"
    case .jsonLines: "JSON lines of metrics; needs --mapping"
    case .primeRL: "prime-rl's token exports, rank_R.jsonl"
    case .openAI: "responses with logprobs of vLLM and other servers with OpenAI's API"
    case .llamaCpp: "responses of llama.cpp's /completion with n_probs"
    case .tokens: "JSON with tokens of NeMo-RL, open-instruct, SGLang, TGI; needs --mapping"
    case .lmEval: "lm-eval's samples_TASK.jsonl, of which texts are made"
    }
  }

  /// The real files that it was tested on, or "untested".
  package var tested: String {
    switch self {
    case .trainerState: "tested: TRL 1.16 (GRPO, SFT), TRL of 2025, unsloth"
    case .verlFile: "tested: verl 0.9.1's logger, a run of verl 0.10"
    case .verlConsole: "tested: verl 0.9.1's logger, logs of 2024 and 2026"
    case .llamaFactory: "tested: a log of 2025"
    case .tensorBoard: "tested: TRL 1.16 through tensorboard 2.21"
    case .csv: "tested: a history from W&B's API"
    case .jsonLines: "untested on other tools' files"
    case .primeRL: "untested: written after prime-rl's source of August 2026"
    case .openAI: "tested: llama.cpp's server of 2026; vLLM's form is written after its source"
    case .llamaCpp: "tested: a server of 2026; the form of before December 2024 is untested"
    case .tokens: "tested: two answers of TGI; the others' are written after their sources"
    case .lmEval: "tested: lm-eval 0.4.13 (multiple choice, log-likelihood, generation)"
    }
  }

  /// What one row's values are over, as far as the format fixes it.
  var aggregation: String? {
    switch self {
    case .trainerState:
      "means since the last entry; learning_rate and grad_norm are those of the entry's step"
    case .llamaFactory:
      "loss: mean since the last entry; learning rate: that of the entry's step"
    case .verlFile, .verlConsole: "one step; of several updates in it the mean"
    case .tensorBoard, .csv, .jsonLines, .primeRL, .openAI, .llamaCpp, .tokens, .lmEval: nil
    }
  }

  /// What becomes of a file.
  package enum Kind: Sendable {
    /// A training log.
    case metrics
    /// A token log.
    case tokens
    /// Texts to score.
    case texts
  }

  /// What becomes of a file of this format.
  package var kind: Kind {
    switch self {
    case .primeRL, .openAI, .llamaCpp, .tokens: .tokens
    case .lmEval: .texts
    case .trainerState, .verlFile, .verlConsole, .llamaFactory, .tensorBoard, .csv, .jsonLines:
      .metrics
    }
  }

  /// The format of a file, by its contents.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - pause: called now and then; what it throws ends the reading.
  /// - Throws: `ImportFault` for what is known to be something else, `TextError` where the file can't be read.
  package init(of path: String, pause: () throws -> Void = {}) throws {
    try ByteStream.checkIsRegular(path)
    self = try FormatRecognition.format(of: path, pause: pause)
  }

  /// All formats in a row of words, for messages.
  static var known: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
