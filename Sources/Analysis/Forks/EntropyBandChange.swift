internal import RunLogs
package import StatisticalInference

/// What changed at positions of one band of entropy before, in one author's texts.
package struct EntropyBandChange: Sendable, Equatable {
  package let band: EntropyBand
  /// Positions of the band.
  package let positionCount: Int
  /// Their share of the author's.
  package let share: Estimate
  /// Mean entropy before, nats.
  package let entropy: Estimate
  /// Mean change of entropy, after − before, nats.
  package let change: Estimate
  /// Share of them whose Jensen-Shannon divergence exceeds the margin.
  package let changedShare: Estimate
  /// Their share of the summed divergence; nil where nothing diverges.
  package let carried: Estimate?
}

extension ForkPositions {
  /// What changed in each band that has a position, beyond a margin of the divergence in nats; ascending.
  func bands(margin: Double) -> [EntropyBandChange] {
    let bands = entropies.map { EntropyBand($0) }
    let diverges = divergences.contains { $0 > 0 }
    return EntropyBand.allCases.compactMap { band in
      let isIn = bands.map { $0 == band }
      let count = isIn.count { $0 }
      guard count > 0 else { return nil }
      func mean(_ range: ClosedRange<Double>?, _ value: (Int) -> Double) -> Estimate {
        ratio({ isIn[$0] ? value($0) : 0 }, over: { isIn[$0] ? 1 : 0 }, within: range)
      }
      return EntropyBandChange(
        band: band, positionCount: count,
        share: ratio({ isIn[$0] ? 1 : 0 }, over: { _ in 1 }, isShare: true),
        entropy: mean(0...Double.infinity) { entropies[$0] },
        change: mean(nil) { entropyChanges[$0] },
        changedShare: ratio(
          { isIn[$0] && divergences[$0] > margin ? 1 : 0 }, over: { isIn[$0] ? 1 : 0 },
          isShare: true),
        carried: diverges
          ? ratio({ isIn[$0] ? divergences[$0] : 0 }, over: { divergences[$0] }, within: 0...1)
          : nil)
    }
  }
}

extension EntropyBandChange: Encodable {
  private enum CodingKeys: String, CodingKey {
    case band, positions, share, entropy, change, changedShare, carried
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(EntropyBand.names[band.rawValue], forKey: .band)
    try values.encode(positionCount, forKey: .positions)
    try values.encode(share, forKey: .share)
    try values.encode(entropy, forKey: .entropy)
    try values.encode(change, forKey: .change)
    try values.encode(changedShare, forKey: .changedShare)
    try values.encodeIfPresent(carried, forKey: .carried)
  }
}
