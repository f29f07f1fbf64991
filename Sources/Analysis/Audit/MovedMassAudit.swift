import Foundation
internal import RunLogs
package import StatisticalInference

/// Probability that moved to a token and away from it, over all positions of one author's texts.
///
/// M_v = mean over prompts of the prompt's mean over all its positions of p_after(v) − p_before(v): how
/// much more or less often v is drawn at the same contexts. It is bounded, doesn't depend on which
/// tokens happen to occur, and its sizes add up: Σ_v of what was gained is the total variation.
package struct MovedMassAudit: Sendable {
  /// Margins, ascending: 0.3, 1 and 3 of 1,000 draws.
  package static let margins = [0.000_3, 0.001, 0.003]
  /// How far bf16's net of a token may be from that of 32 bits: the most that was measured of a pair is
  /// 7.3e-5, `Reports/LOG.md`.
  static let reducedPrecisionFloor = 1e-4

  /// One token.
  package struct Token: Sendable, Equatable {
    package let token: UInt32
    /// Mean over prompts of what it gained.
    package let gained: Double
    /// Mean over prompts of what it lost, not negative.
    package let lost: Double
    /// Gained − lost with its interval, and verdicts.
    package let net: MeanVerdict
    /// Prompts in which it moved at all.
    package let promptCount: Int
  }

  /// Whether every token's part was added up while scoring; else it is from the lists of most likely
  /// tokens, with bounds.
  package let isExact: Bool
  /// Prompts.
  package let promptCount: Int
  /// Mean total variation by prompt: what is drawn otherwise at the same context.
  package let totalVariation: Estimate
  /// Σ|M_v|/2: what is drawn otherwise over all contexts together; nil from lists, which leave out too
  /// much of it.
  package let net: Double?
  /// The same from halves, signs from even prompts and sizes from odd ones, which chance doesn't
  /// inflate; nil of few prompts, and from lists.
  package let netByHalves: Estimate?
  /// Tokens that moved in at least 30 prompts, ascending.
  package let tokens: [Token]
  /// Tokens that moved in fewer.
  package let rareCount: Int

  /// Of the tokens that the even half of the prompts calls changed, how many the odd half confirms.
  package var confirmed: (called: Int, confirmed: Int) {
    let called = tokens.map(\.net).filter(\.isCalledByHalf)
    return (called.count, called.count(where: \.isConfirmed))
  }

  /// Adds up; nil without rows.
  ///
  /// - Parameters:
  ///   - source: of a pair.
  ///   - rows: one author's.
  ///   - totalVariations: the pair's by row, or bounds of them.
  ///   - settings: which margins.
  ///   - isReduced: whether a model was computed in a reduced precision.
  ///   - texts: of the log.
  init?(
    _ source: MovedMassSource, at rows: TokenRows,
    totalVariations: (lower: [Float], upper: [Float]),
    _ settings: PairAudit.Settings, isReduced: Bool, texts: TextColumns
  ) {
    let measured = rows.texts.filter { !rows.range(of: $0).isEmpty }
    let byPrompt = Dictionary(grouping: measured) { texts.prompts[$0] }.sorted { $0.key < $1.key }
    guard !byPrompt.isEmpty else { return nil }
    var cells = MovedMassCells()
    var variations: (lower: [Double], upper: [Double]) = ([], [])
    // How far each prompt's mean of a token may be off for want of an entry.
    var unlisted: [Double] = []
    for (prompt, texts) in byPrompt {
      cells.add(prompt: prompt, texts: texts, source, rows)
      var (lower, upper, count) = (0.0, 0.0, 0)
      for text in texts {
        for entry in rows.range(of: text) {
          lower += Double(totalVariations.lower[Int(rows.indices[entry])])
          upper += Double(totalVariations.upper[Int(rows.indices[entry])])
          count += 1
        }
      }
      variations.lower.append(lower / Double(count))
      variations.upper.append(upper / Double(count))
      unlisted.append(
        texts.reduce(0) {
          $0 + source.unlisted($1) * Double(rows.range(of: $1).count) / Double(count)
        })
    }
    isExact = source.isExact
    promptCount = byPrompt.count
    totalVariation = .between(
      .mean(ofPrompts: variations.lower, within: 0...1),
      .mean(ofPrompts: variations.upper, within: 0...1))
    let ranks = byPrompt.map { texts.promptRanks[Int($0.key)] }
    let moved = cells.byToken()
    net =
      isExact
      ? moved.reduce(0) { $0 + abs($1.net.reduce(0, +)) } / 2 / Double(byPrompt.count) : nil
    netByHalves = isExact ? Self.netByHalves(moved, ranks: ranks) : nil
    let known = moved.filter { $0.prompts.count >= VerdictFamily.fewestPrompts }
    rareCount = moved.count - known.count
    let judged = known.filter { _ in byPrompt.count > 1 }
    let floor = isReduced ? Self.reducedPrecisionFloor : 0
    // What was added up lacks next to nothing. Lists lack so much that each prompt has its own ends.
    let ends = isExact ? nil : unlisted
    let bias = floor + (isExact ? unlisted.reduce(0, +) / Double(byPrompt.count) : 0)
    let measure = GroupMeasure(
      margins: settings.allMovedMargins, margin: settings.movedMargin,
      isSigned: true, range: -1...1,
      bias: judged.map { _ in bias })
    let verdicts = measure.verdicts(judged.map { $0.moments(ranks: ranks, unlisted: ends) })
    tokens = zip(judged, verdicts).map { token, verdict in
      Token(
        token: token.token, gained: token.gained / Double(byPrompt.count),
        lost: token.lost / Double(byPrompt.count), net: verdict, promptCount: token.prompts.count)
    }
  }

  private static func netByHalves(_ moved: [MovedMassCells.Token], ranks: [Int32]) -> Estimate? {
    let odd = ranks.indices.filter { PromptHalf.odd.holds(ranks[$0]) }
    guard odd.count > 1, odd.count < ranks.count else { return nil }
    var sizes = [Double](repeating: 0, count: ranks.count)
    for token in moved {
      var even = 0.0
      for (place, net) in zip(token.prompts, token.net)
      where PromptHalf.even.holds(ranks[Int(place)]) { even += net }
      let sign: Double = even > 0 ? 1 : even < 0 ? -1 : 0
      for (place, net) in zip(token.prompts, token.net) { sizes[Int(place)] += sign * net / 2 }
    }
    return .mean(ofPrompts: odd.map { sizes[$0] }, within: -1...1)
  }
}

/// Sparse means by prompt and token.
struct MovedMassCells {
  /// A token's means in the prompts in which it moved, ascending; in the others they are 0.
  struct Token {
    let token: UInt32
    /// Places of prompts, in the order they were added.
    var prompts: [Int32] = []
    var net: [Double] = []
    /// How far each may be off, beside what any token without an entry may be.
    var width: [Double] = []
    var gained = 0.0
    var lost = 0.0

    /// Over all prompts, also those in which it didn't move.
    ///
    /// - Parameters:
    ///   - ranks: of the prompts.
    ///   - unlisted: how far each prompt's mean of a token without an entry may be off; nil where ends are
    ///     those of the mean.
    /// - Returns: over all prompts and both halves.
    func moments(ranks: [Int32], unlisted: [Double]?) -> GroupMeasure.GroupMoments {
      let low = unlisted.map { ends($0, -1) }
      let high = unlisted.map { ends($0, 1) }
      func sparse(_ half: PromptHalf, _ all: Int) -> Moments {
        let own = zip(prompts, net).filter { half.holds(ranks[Int($0.0)]) }.map(\.1)
        return own.isEmpty
          ? Moments(count: all, mean: 0, squares: 0, cubes: 0)
          : Moments(own).withZeros(all - own.count)
      }
      func moments(_ half: PromptHalf) -> GroupMeasure.Ends? {
        let all = ranks.count { half.holds($0) }
        guard all > 1 else { return nil }
        func dense(_ values: [Double]) -> Moments {
          Moments(zip(values, ranks).filter { half.holds($0.1) }.map(\.0))
        }
        return .init(sparse(half, all), low: low.map(dense), high: high.map(dense))
      }
      return .init(
        all: moments(.all) ?? .init(Moments(net)), even: moments(.even), odd: moments(.odd),
        observations: ranks.count)
    }

    /// The lower or the upper end of each prompt's mean.
    private func ends(_ unlisted: [Double], _ sign: Double) -> [Double] {
      var ends = unlisted.map { sign * $0 }
      for (place, entry) in prompts.enumerated() {
        // Where a token is in all lists the two cancel but for rounding.
        let width = max(unlisted[Int(entry)] + self.width[place], 0)
        ends[Int(entry)] = min(max(net[place] + sign * width, -1), 1)
      }
      return ends
    }
  }

  private var slots: [UInt32: Int] = [:]
  private var tokens: [Token] = []
  private var promptCount: Int32 = 0

  /// Adds all of one author's answers to a prompt.
  mutating func add(
    prompt: Int32, texts: [Int], _ source: MovedMassSource, _ rows: TokenRows
  ) {
    let place = promptCount
    promptCount += 1
    let count = Double(texts.reduce(0) { $0 + rows.range(of: $1).count })
    for text in texts {
      source.visit(text, rows) { token, up, down, width in
        let slot = slots[token] ?? tokens.count
        if slot == tokens.count {
          slots[token] = slot
          tokens.append(Token(token: token))
        }
        if tokens[slot].prompts.last != place {
          tokens[slot].prompts.append(place)
          tokens[slot].net.append(0)
          tokens[slot].width.append(0)
        }
        let last = tokens[slot].net.count - 1
        tokens[slot].net[last] += (up - down) / count
        tokens[slot].width[last] += width / count
        tokens[slot].gained += up / count
        tokens[slot].lost += down / count
      }
    }
  }

  /// All tokens, ascending.
  func byToken() -> [Token] { tokens.sorted { $0.token < $1.token } }
}
