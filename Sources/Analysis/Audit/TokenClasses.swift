/// A row of a table by distance to a landmark.
package enum DistanceClass: Int, Sendable, CaseIterable {
  /// The landmark begins 17 or more tokens later.
  case longBefore
  /// It begins 5 to 16 tokens later.
  case before
  /// It begins 1 to 4 tokens later.
  case justBefore
  /// The token is part of it.
  case at
  /// It ended 1 to 4 tokens before.
  case justAfter
  /// It ended 5 to 16 tokens before.
  case after
  /// It ended 17 or more tokens before.
  case longAfter
  /// The response has none.
  case none

  /// The class of a distance in tokens as `Landmark.distances(inTokens:)` gives it.
  package init(_ distance: Int?) {
    self =
      switch distance {
      case nil: .none
      case (...(-17))?: .longBefore
      case (-16...(-5))?: .before
      case (-4...(-1))?: .justBefore
      case 0?: .at
      case (1...4)?: .justAfter
      case (5...16)?: .after
      default: .longAfter
      }
  }

  /// The classes' names, in tokens, by `rawValue`.
  package static let names = [
    "17 or more before", "5 to 16 before", "1 to 4 before", "part of it", "1 to 4 after",
    "5 to 16 after", "17 or more after", "none in the response",
  ]
}

/// A row of a table by place in the response.
package enum PositionClass: Int, Sendable, CaseIterable {
  /// The response's first token.
  case start
  /// The others by (place + ½) / length, in five equal parts.
  case firstFifth
  case secondFifth
  case thirdFifth
  case fourthFifth
  case lastFifth

  /// The class of a place.
  ///
  /// - Parameters:
  ///   - place: tokens of the response before it.
  ///   - length: tokens of the response.
  package init(place: Int, length: Int) {
    precondition((0..<length).contains(place), "token \(place) of a response of \(length)")
    let fifths: [Self] = [.firstFifth, .secondFifth, .thirdFifth, .fourthFifth, .lastFifth]
    // In whole numbers, so that no rounding moves a token over a limit.
    self = place == 0 ? .start : fifths[5 * (2 * place + 1) / (2 * length)]
  }

  /// The fifth of the response, from 1: a response's first token is in its first.
  package var fifth: Int { max(rawValue, Self.firstFifth.rawValue) }

  /// The classes' names, by `rawValue`.
  package static let names = [
    "start", "first fifth", "second fifth", "third fifth", "fourth fifth", "last fifth",
  ]
}

/// A row of a table by the entropy of the model before; a limit belongs to the band below it.
package enum EntropyBand: Int, Sendable, CaseIterable {
  /// Up to 0.05 nats.
  case upTo005
  /// Above 0.05, up to 0.5 nats.
  case upTo05
  /// Above 0.5, up to 1 nat.
  case upTo1
  /// Above 1, up to 2 nats.
  case upTo2
  /// Above 2 nats.
  case above2

  /// The largest entropy of each band but the last, nats.
  package static let limits = [0.05, 0.5, 1, 2]

  /// The band of an entropy in nats; nil where it isn't measured (no finite number).
  package init?(_ entropy: Double) {
    guard entropy.isFinite else { return nil }
    self.init(rawValue: Self.limits.firstIndex { entropy <= $0 } ?? Self.limits.count)
  }

  /// The bands' names, by `rawValue`.
  package static let names = [
    "up to 0.05 nats", "0.05 to 0.5 nats", "0.5 to 1 nat", "1 to 2 nats", "above 2 nats",
  ]
}

/// A row of a table by the token's rank under the model before.
package enum RankClass: Int, Sendable, CaseIterable {
  /// The most likely token.
  case first
  /// The second.
  case second
  /// Rank 3 to 10.
  case thirdToTenth
  /// Above 10.
  case aboveTenth

  /// The class of a rank, counted from 1; nil for 0, which is a rank that isn't measured.
  package init?(_ rank: UInt32) {
    switch rank {
    case 0: return nil
    case 1: self = .first
    case 2: self = .second
    case 3...10: self = .thirdToTenth
    default: self = .aboveTenth
    }
  }

  /// The classes' names, by `rawValue`.
  package static let names = ["rank 1", "rank 2", "rank 3 to 10", "rank above 10"]
}
