/// One problem of a file: a question in words, the worked answer, and the number it ends in.
struct WordProblem: Sendable, Equatable {
  let question: String
  /// Steps, one per line, with `<<expression=result>>` after each calculation.
  let worked: String
  /// What stands after `####`, trimmed.
  let answer: String
}
