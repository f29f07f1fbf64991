internal import RunLogs

/// A log as a gate reads it: its run, with the reader that may be asked more.
struct GateReading {
  var run: GateRun
  private(set) var tokens: TokenRunReader?
  private(set) var answers: AnswerRunReader?
  private(set) var training: TrainingLog?

  /// - Parameters:
  ///   - input: a file.
  ///   - names: which models are meant.
  ///   - known: what was read before, perhaps of the same log.
  /// - Throws: `RunLogError`, `TextError`, `GateInputError` naming the file.
  init(_ input: GateInput, _ names: GateNames, known: [GateReading] = []) throws {
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
