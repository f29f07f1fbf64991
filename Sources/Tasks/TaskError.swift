/// Why a task can't be made; each description is one line with the fix.
package enum TaskError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A share that is no probability, or shares that don't sum to one.
  case invalidMixture(String)
  /// The task needs a file that wasn't given or can't be read.
  case unreadable(file: String, reason: String)
  /// A line of the file isn't what the task expects.
  case invalidLine(file: String, line: Int, reason: String)
  /// A split has no problem.
  case emptySplit(file: String, split: String)
  /// A tokenizer can't be made of such tokens.
  case invalidAlphabet(String)

  /// One line: what, where, and what to do about it.
  package var description: String {
    switch self {
    case .invalidMixture(let reason):
      "mixture of base's texts: \(reason)"
    case .unreadable(let file, let reason):
      "\(file): can't be read: \(reason)"
    case .invalidLine(let file, let line, let reason):
      "\(file), line \(line): \(reason); each line is an object with question and answer"
    case .emptySplit(let file, let split):
      "\(file): no problem falls into the split \(split); give a file with more lines"
    case .invalidAlphabet(let reason):
      "character tokenizer: \(reason)"
    }
  }
}
