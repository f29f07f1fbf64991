/// Which texts are scored a second time, in another precision.
///
/// What rounding changes is learned from some thousand positions, so that most texts of a large file
/// needn't be scored twice.
package enum ReplicateTexts: Sendable, Equatable {
  /// So many that there are at least 72 texts and 2,300 measured response positions, or all.
  case enough
  /// Every text.
  case all
  /// So many, or all.
  case count(Int)

  /// Texts that `enough` takes at least.
  static let enoughTexts = 72
  /// Measured response positions that `enough` takes at least.
  static let enoughPositions = 2_300
}

extension ReplicateTexts: Codable {
  /// "enough", "all" or a number.
  package init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let count = try? value.decode(Int.self) {
      self = .count(count)
    } else {
      self = try value.decode(String.self) == "all" ? .all : .enough
    }
  }

  /// "enough", "all" or a number.
  package func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .enough: try value.encode("enough")
    case .all: try value.encode("all")
    case .count(let count): try value.encode(count)
    }
  }
}

/// The texts of a file from which some are chosen, a few numbers for each.
struct ReplicateCandidates: Sendable {
  private struct Text: Sendable {
    let index: UInt32
    /// Measured positions of the response.
    let positions: UInt32
    /// Tokens that go through the models.
    let rows: UInt32
  }

  /// By author, in the order in which authors occur; each in the order of the file.
  private var texts: [[Text]] = []
  private var authors: [String: Int] = [:]

  /// Adds a text; one without a measured position of a response tells nothing, and is no candidate.
  mutating func add(index: Int, author: String, positions: Int, rows: Int) {
    guard positions > 0 else { return }
    let place = authors[author] ?? texts.count
    if place == texts.count {
      authors[author] = place
      texts.append([])
    }
    texts[place].append(
      Text(
        index: UInt32(clamping: index), positions: UInt32(clamping: positions),
        rows: UInt32(clamping: rows)))
  }

  /// Chooses texts: the same for the same file, whichever part of it is scored.
  ///
  /// As many of each author, as far as they go, and an author's evenly spread over the file.
  ///
  /// - Parameter wanted: how many.
  /// - Returns: numbers of the texts, from 0, and the rows of each.
  func choice(_ wanted: ReplicateTexts) -> [Int: Int] {
    let all = texts.reduce(0) { $0 + $1.count }
    var count =
      switch wanted {
      case .all: all
      case .count(let count): min(count, all)
      case .enough: min(ReplicateTexts.enoughTexts, all)
      }
    var chosen = choose(count)
    // Every candidate has a position, so this ends after 2,300 texts.
    while wanted == .enough, count < all,
      chosen.reduce(0, { $0 + Int($1.positions) }) < ReplicateTexts.enoughPositions
    {
      count += 1
      chosen = choose(count)
    }
    return Dictionary(uniqueKeysWithValues: chosen.map { (Int($0.index), Int($0.rows)) })
  }

  private func choose(_ count: Int) -> [Text] {
    zip(texts, quotas(count)).flatMap { texts, quota in
      // The middle of each of as many equal parts.
      (0..<quota).map { texts[(2 * $0 + 1) * texts.count / (2 * quota)] }
    }
  }

  /// How many of each author: equal numbers, and what one lacks goes to the others.
  private func quotas(_ count: Int) -> [Int] {
    var quotas = texts.map { _ in 0 }
    var left = count
    while left > 0 {
      let open = texts.indices.filter { quotas[$0] < texts[$0].count }
      guard !open.isEmpty else { break }
      let share = max(left / open.count, 1)
      for author in open where left > 0 {
        let more = min(share, texts[author].count - quotas[author], left)
        quotas[author] += more
        left -= more
      }
    }
    return quotas
  }
}
