package import StatisticalInference

/// What swaps of a plan did to the answers.
package struct DoseResponse: Sendable, Encodable {
  /// The share of swapped texts of some kind, in both arms.
  package struct Contrast: Sendable, Encodable {
    /// After a swap at a selected position.
    package let selected: Estimate
    /// After one at its controls, each counted 1/(number of them).
    package let controls: Estimate
    /// selected − controls.
    package let difference: Estimate
  }

  /// Mean entropy of the model of the text at matched positions and at their controls, nats: how alike
  /// both arms are within their fifths.
  package struct Balance: Sendable, Encodable {
    package let selected: Double
    package let controls: Double
  }

  /// Most selected positions of a text; each is the only swap of a text of its own.
  package let budget: Int
  /// Selected positions.
  package let swaps: Int
  /// Texts that have one.
  package let texts: Int
  /// Positions ranked before them at which both models choose the same token.
  package let agreeing: Int
  /// Selected positions that have a control.
  package let matched: Int
  /// Different positions that are controls.
  package let controls: Int
  /// Of the controls of all matched positions, the share that lies in the same text; nil without any.
  package let sameText: Double?
  /// How alike both arms are; nil without any matched position.
  package let entropy: Balance?
  /// Share of texts that are right after a swap, of all selected positions; nil without any.
  package let all: Estimate?
  /// Share of the matched positions whose text was right before, which is that of their controls as well.
  package let before: Estimate?
  /// Share that are right after the swap.
  package let accuracy: Contrast?
  /// Of positions in texts that were wrong: share that are right after the swap; nil without any.
  package let repaired: Contrast?
  /// Of positions in texts that were right: share that are wrong after it; nil without any.
  package let broken: Contrast?

  /// Counts.
  ///
  /// - Parameters:
  ///   - plan: what was swapped.
  ///   - positions: of the model's texts.
  ///   - isCorrect: whether the text is right after the swap at a position of the plan.
  package init(_ plan: SwapPlan, _ positions: SwapPositions, isCorrect: (Int) -> Bool) {
    let all = positions.positions
    budget = plan.budget
    swaps = plan.selected.count
    texts = Set(plan.selected.map { all[$0].text }).count
    agreeing = plan.agreeing
    matched = plan.pairs.count
    controls = Set(plan.pairs.flatMap(\.controls)).count
    let uses = plan.pairs.flatMap { pair in
      pair.controls.map { all[$0].text == all[pair.selected].text }
    }
    sameText = uses.isEmpty ? nil : Double(uses.count { $0 }) / Double(uses.count)
    func mean(_ indices: [Int]) -> Double {
      CompensatedSum.of(indices.map { all[$0].entropy }) / Double(indices.count)
    }
    entropy =
      plan.pairs.isEmpty
      ? nil
      : Balance(
        selected: mean(plan.pairs.map(\.selected)),
        controls: CompensatedSum.of(plan.pairs.map { mean($0.controls) })
          / Double(plan.pairs.count))
    func share(of indices: [Int], _ isOne: (Int) -> Bool) -> Estimate? {
      let sums = Sums(positions, indices.map { ($0, 1, isOne($0)) })
      return indices.isEmpty ? nil : sums.share
    }
    self.all = share(of: plan.selected, isCorrect)
    func wasCorrect(_ index: Int) -> Bool { positions.isCorrect[all[index].text] }
    before = share(of: plan.pairs.map(\.selected), wasCorrect)
    func contrast(
      of pairs: [SwapPlan.Pair], _ isOne: (Int) -> Bool
    ) -> Contrast? {
      guard !pairs.isEmpty else { return nil }
      let selected = Sums(positions, pairs.map { ($0.selected, 1, isOne($0.selected)) })
      let controls = Sums(
        positions,
        pairs.flatMap { pair in
          pair.controls.map { ($0, 1 / Double(pair.controls.count), isOne($0)) }
        })
      var difference = Estimate.differenceOfShares(
        selected.sums, over: selected.counts, minus: controls.sums, over: controls.counts,
        observations: selected.observations + controls.observations)
      difference.unit = .problems
      return Contrast(
        selected: selected.share, controls: controls.share, difference: difference)
    }
    accuracy = contrast(of: plan.pairs, isCorrect)
    repaired = contrast(of: plan.pairs.filter { !wasCorrect($0.selected) }, isCorrect)
    broken = contrast(of: plan.pairs.filter { wasCorrect($0.selected) }) { !isCorrect($0) }
  }

  /// Sums over the swaps of each text.
  private struct Sums {
    var sums: [Double]
    var counts: [Double]
    let observations: Int

    /// Positions with their weights, and whether they count as one.
    init(_ positions: SwapPositions, _ uses: [(index: Int, weight: Double, isOne: Bool)]) {
      sums = [Double](repeating: 0, count: positions.ofText.count)
      counts = sums
      for use in uses {
        let text = positions.positions[use.index].text
        counts[text] += use.weight
        if use.isOne { sums[text] += use.weight }
      }
      observations = Set(uses.map(\.index)).count
    }

    var share: Estimate {
      var share = Estimate.ratio(sums, over: counts, isShare: true, observations: observations)
      share.unit = .problems
      return share
    }
  }
}
