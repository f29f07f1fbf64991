extension TokenLog {
  /// The first pair.
  /// - Throws: `RunLogError.missingPair` if the log has none.
  package func firstPair() throws(RunLogError) -> PairName {
    guard let pair = header.pairs.first else {
      throw RunLogError(
        .missingPair, path, "has no pair of models; score with two --model at least")
    }
    return pair
  }

  /// The sequences with these ids, nil for an empty list.
  /// - Throws: `RunLogError.missingText` for an id that no text has.
  package func sequences(named ids: [String]) throws(RunLogError) -> [Int]? {
    guard !ids.isEmpty else { return nil }
    let known = try strings(.id)
    var found: [Int] = []
    for id in ids {
      guard let index = known.firstIndex(where: { $0.utf8.elementsEqual(id.utf8) }) else {
        throw RunLogError(.missingText, path, "has no text with id '\(id)'")
      }
      found.append(index)
    }
    return found
  }
}
