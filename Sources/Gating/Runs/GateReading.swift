internal import Analysis
internal import RunLogs

/// A log as a gate reads it: its run, with the reader that may be asked more.
struct GateReading {
  var run: GateRun
  let input: GateInput
  /// The log's files as they were before it was read.
  let stamps: [RunSummary.File]
  private(set) var tokens: TokenRunReader?
  private(set) var answers: AnswerRunReader?
  private(set) var training: TrainingLog?

  /// - Parameters:
  ///   - input: a file.
  ///   - names: which models are meant.
  ///   - known: what was read before, perhaps of the same log.
  ///   - stamps: the log's files as they are, for its summary.
  /// - Throws: `RunLogError`, `TextError`, `GateInputError` naming the file.
  init(
    _ input: GateInput, _ names: GateNames, known: [GateReading] = [],
    stamps: [RunSummary.File] = []
  ) throws {
    (self.input, self.stamps) = (input, stamps)
    switch input {
    case .tokens(let log, let model):
      var names = names
      names.model = model ?? names.model
      let twin = known.lazy.compactMap(\.tokens).first { $0.log === log }
      let reader = try TokenRunReader(log, names, known: twin?.table)
      (run, tokens) = (try reader.run(), reader)
    case .training(let path, let log):
      (run, training) = (TrainingRunReader.run(log, path: path), log)
    case .answers(let path):
      let reader = try AnswerRunReader(path: path)
      (run, answers) = (try reader.run(names), reader)
    }
  }
}
