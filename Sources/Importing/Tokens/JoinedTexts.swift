/// Texts that all sources have: equal ids, in the first source's order.
///
/// Sources in one order are held text by text; of one in another order, what was passed over stays in
/// memory until it is asked for.
struct JoinedTexts {
  private var readers: [any DumpReader]
  private var passed: [[[UInt32]: [DumpedText]]]

  init(_ readers: [any DumpReader]) {
    self.readers = readers
    passed = readers.map { _ in [:] }
  }

  /// The next text, with the models of all sources.
  /// - Returns: nil after the last.
  /// - Throws: what a reader throws.
  mutating func next(pause: () throws -> Void) throws -> DumpedText? {
    search: while var text = try readers[0].next(pause: pause) {
      // Two tokens that nobody knows needn't be one.
      if readers.count > 1, text.tokenIDs.contains(DumpedText.unknownID) { continue }
      for index in readers.indices.dropFirst() {
        guard let other = try find(text.tokenIDs, in: index, pause: pause) else { continue search }
        text.models += other.models
        if other.responseStart > 0, text.responseStart == 0 {
          text.responseStart = other.responseStart
          text.responseMask = other.responseMask
        }
        if text.responseMask == nil, text.responseStart == other.responseStart {
          text.responseMask = other.responseMask
        }
        text.reward = text.reward ?? other.reward
        if text.finish.isEmpty { text.finish = other.finish }
        if text.promptID.isEmpty { text.promptID = other.promptID }
      }
      return text
    }
    return nil
  }

  private mutating func find(
    _ ids: [UInt32], in index: Int, pause: () throws -> Void
  ) throws -> DumpedText? {
    if var known = passed[index].removeValue(forKey: ids) {
      let text = known.removeFirst()
      if !known.isEmpty { passed[index][ids] = known }
      return text
    }
    while let text = try readers[index].next(pause: pause) {
      if text.tokenIDs == ids { return text }
      passed[index][text.tokenIDs, default: []].append(text)
    }
    return nil
  }
}
