extension TokenizerRecord {
  /// Whose tokenizer makes ids of text, and what the others lack; nil if the log doesn't say.
  package var sentence: String? {
    guard let model else { return nil }
    let lacking = lackingCounts.filter { $0.value > 0 }.sorted { $0.key < $1.key }
    let parts = lacking.map { "\($0.key) lacks \($0.value) of its tokens" }
    return ([model] + parts).joined(separator: "; ")
  }
}
