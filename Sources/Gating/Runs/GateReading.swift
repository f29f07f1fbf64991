/// A log as a gate reads it: its run, with the reader that may be asked more.
struct GateReading {
  let run: GateRun
  /// Of a token log.
  private(set) var tokens: TokenRunReader?

  /// - Throws: `RunLogError`, `TextError`, `GateInputError` naming the file.
  init(_ input: GateInput, _ names: GateNames) throws {
    switch input {
    case .tokens(let log):
      let reader = try TokenRunReader(log, names)
      (run, tokens) = (try reader.run(), reader)
    case .training(let path, let log): run = TrainingRunReader.run(log, path: path)
    case .answers(let path): run = try AnswerRunReader(path: path).run(names)
    }
  }
}
