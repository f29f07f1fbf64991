internal import RunLogs

/// What a log says about its texts, a row for each.
package struct TextColumns: Sendable {
  /// Each text's id.
  package let ids: [String]
  /// Who wrote texts, in the order of their first; empty text for unknown.
  package let sources: [String]
  /// Who wrote each text, as an index into `sources`.
  package let sourceOf: [Int32]
  /// Which prompt each text answers, from 0 on in the order of their first: the clusters of intervals.
  package let prompts: [Int32]
  /// Different prompts.
  package let promptCount: Int
  /// The place of each prompt among all, their ids in the order of their bytes: even ones are one half
  /// of the log, odd ones the other.
  package let promptRanks: [Int32]
  /// The number of each response among those to the same prompt.
  package let samples: [Int]
  /// Where each response starts, counted from the text's first token.
  package let responseStarts: [Int]
  /// Whether each response is correct; nil where unknown.
  package let isCorrect: [Bool?]

  init(_ log: TokenLog) throws {
    ids = try log.strings(.id)
    (sourceOf, sources) = Numbering.of(try log.strings(.source))
    let names: [String]
    (prompts, names) = Numbering.of(try log.strings(.promptID))
    promptCount = names.count
    promptRanks = Self.ranks(names)
    samples = try log.sampleIDs()
    responseStarts = try log.responseStarts()
    isCorrect = try log.correctness()
  }

  private static func ranks(_ names: [String]) -> [Int32] {
    let bytes = names.map { Array($0.utf8) }
    let order = bytes.indices.sorted { bytes[$0].lexicographicallyPrecedes(bytes[$1]) }
    var ranks = [Int32](repeating: 0, count: names.count)
    for (rank, prompt) in order.enumerated() { ranks[prompt] = Int32(rank) }
    return ranks
  }

  /// Who wrote a text.
  package func source(of text: Int) -> String { sources[Int(sourceOf[text])] }

  /// The texts of one writer, ascending.
  package func texts(of source: String) -> [Int] {
    guard let number = sources.firstIndex(where: { $0.utf8.elementsEqual(source.utf8) }) else {
      return []
    }
    return sourceOf.indices.filter { sourceOf[$0] == Int32(number) }
  }

  /// The sources with most texts: all in the order of their first, or where there are more than `limit`
  /// the largest in order of size.
  ///
  /// - Parameter limit: at most so many.
  /// - Returns: the sources, and how many are left out.
  package func largestSources(_ limit: Int) -> (sources: [String], omittedCount: Int) {
    guard sources.count > limit else { return (sources, 0) }
    var sizes = [Int](repeating: 0, count: sources.count)
    for source in sourceOf { sizes[Int(source)] += 1 }
    // Ties go to the first, so that a report is the same every time.
    let largest = sizes.indices.sorted {
      sizes[$0] == sizes[$1] ? $0 < $1 : sizes[$0] > sizes[$1]
    }
    return (largest.prefix(limit).map { sources[$0] }, sources.count - limit)
  }
}

/// Numbers instead of names, from 0 on in the order of their first.
enum Numbering {
  /// By their bytes: `String` takes two ways to write one letter as the same.
  ///
  /// - Returns: the number of each, and the name of each number.
  static func of(_ texts: [String]) -> (numbers: [Int32], names: [String]) {
    var known: [[UInt8]: Int32] = [:]
    var names: [String] = []
    let numbers = texts.map { text in
      let bytes = Array(text.utf8)
      if let number = known[bytes] { return number }
      let number = Int32(names.count)
      known[bytes] = number
      names.append(text)
      return number
    }
    return (numbers, names)
  }
}
