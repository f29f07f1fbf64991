/// llama.cpp says one entry for all tokens of a character: its bytes, and id and log-probability of the last.
///
/// The tokens before the last are in no entry, so what follows such an entry would be said to come after fewer
/// tokens than it did.
enum MergedCharacters {
  /// Whether an entry is of several tokens.
  enum Sign {
    case no
    /// It is of a character of several bytes; only the tokenizer tells.
    case maybe
    case yes
  }

  enum Outcome {
    /// No entry is of several tokens.
    case whole
    /// The others are in their places, without log-probabilities.
    case filled
    /// Ends before the first such entry.
    case cut
  }

  /// Puts entries in their places among the tokens, or ends them before the first of several tokens.
  ///
  /// - Parameters:
  ///   - ids: of the entries.
  ///   - columns: of the entries; no ranks and entropies.
  ///   - signs: of the entries.
  ///   - tokens: all ids of the response, if the source says them.
  ///   - count: how many there are, if the source says so.
  /// - Returns: what was done.
  static func resolve(
    _ ids: inout [UInt32?], _ columns: inout DumpedColumns, _ signs: [Sign], tokens: [UInt32],
    count: Int?
  ) -> Outcome {
    guard signs.contains(where: { $0 != .no }) else { return .whole }
    if let places = places(of: ids, in: tokens) {
      guard tokens.count > ids.count else { return .whole }
      var filled = DumpedColumns(
        logProbability: Array(repeating: .nan, count: tokens.count),
        lists: Array(repeating: [], count: tokens.count))
      for (index, place) in places.enumerated() {
        guard let place else { continue }
        filled.logProbability[place] = columns.logProbability[index]
        filled.lists[place] = columns.lists[index]
      }
      (ids, columns) = (tokens, filled)
      return .filled
    }
    let isComplete = count.map { $0 <= ids.count } ?? false
    let end = signs.firstIndex { $0 == .yes || ($0 == .maybe && !isComplete) }
    guard let end else { return .whole }
    ids.removeSubrange(end...)
    columns.logProbability.removeSubrange(end...)
    columns.lists.removeSubrange(end...)
    return .cut
  }

  /// Where each entry is; nil for one that may be in several places, and instead of all if they aren't among
  /// the tokens in their order.
  private static func places(of ids: [UInt32?], in tokens: [UInt32]) -> [Int?]? {
    var first: [Int] = []
    for (index, token) in tokens.enumerated() where first.count < ids.count {
      if ids[first.count] == token { first.append(index) }
    }
    guard first.count == ids.count else { return nil }
    var last: [Int] = []
    for (index, token) in tokens.enumerated().reversed() where last.count < ids.count {
      if ids[ids.count - 1 - last.count] == token { last.append(index) }
    }
    return zip(first, last.reversed()).map { $0 == $1 ? $0 : nil }
  }
}
