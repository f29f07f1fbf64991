import TestSupport
import Testing
import Training

@Suite struct ObjectiveSFTTests {
  /// The aggregations by their names in the fixture.
  static let aggregations: [(String, LossAggregation)] = [
    ("tokenMean", .tokenMean), ("sequenceMeanOfTokenMeans", .sequenceMeanOfTokenMeans),
    ("sequenceMeanOfTokenSums", .sequenceMeanOfTokenSums),
    ("fixedLength", .sequenceMeanOverFixedLength(8)),
  ]

  @Test func `SFT is PyTorch's in every aggregation`() throws {
    let cases = try ObjectiveFixture.cases("sft")
    #expect(cases.count == 8)
    for item in cases {
      let aggregation = try #require(Self.aggregations.first { item.name.hasSuffix($0.0) }).1
      item.expect(try SFT(aggregation: aggregation).evaluate(ObjectiveFixture.batch(item.batch)))
    }
  }

  @Test func `SFT with KL is PyTorch's in both directions`() throws {
    let cases = try ObjectiveFixture.cases("sftKL")
    #expect(cases.count == 8)
    for item in cases {
      let aggregation = try #require(Self.aggregations.first { item.name.hasSuffix($0.0) }).1
      let values = try #require(ObjectiveFixture.shared.get().batches[item.batch])
      let isForward = item.name.contains("policyReference")
      let objective = SFTWithKL(
        aggregation: aggregation,
        direction: isForward ? .policyReference : .referencePolicy)
      let result = try objective.evaluate(
        values.objectiveBatch,
        divergences: isForward ? values.policyReference : values.referencePolicy)
      item.expect(result)
      #expect(result.divergence?.direction == objective.direction)
      #expect(result.diagnostics.divergence.count > 0)
    }
  }

  @Test func `three tokens by hand`() throws {
    // Two demonstrations with 2 and 1 tokens of surprisal 1, 2 and 4.
    let batch = ObjectiveBatch(
      rows: [
        .init(tokens: 0..<2, kind: .demonstration), .init(tokens: 2..<3, kind: .demonstration),
      ], policyLogProbs: [-1, -2, -4], entropies: [0, 0, 0])
    // Sums and quotients of small integers: within two roundings of 2⁻⁵³ · 4.
    let expected: [(LossAggregation, Double)] = [
      (.tokenMean, 7.0 / 3), (.sequenceMeanOfTokenMeans, 2.75), (.sequenceMeanOfTokenSums, 3.5),
      (.sequenceMeanOverFixedLength(10), 0.35),
    ]
    for (aggregation, loss) in expected {
      let result = try SFT(aggregation: aggregation).evaluate(batch)
      expectClose(result.loss, loss, absolute: 2e-15)
    }
  }

  @Test func `rollouts are no part of SFT`() throws {
    let result = try SFT().evaluate(ObjectiveFixture.batch("rollouts"))
    #expect(result.loss == 0)
    #expect(result.dTokenLogProbs.allSatisfy { $0 == 0 })
  }

  @Test(arguments: [-0.1, .nan, .infinity])
  func `a KL coefficient without meaning is refused`(coefficient: Double) throws {
    let batch = try ObjectiveFixture.batch("demonstrations")
    let zeros = [Double](repeating: 0, count: batch.entropies.count)
    #expect(throws: ObjectiveError.self) {
      try SFTWithKL(coefficient: coefficient).evaluate(batch, divergences: zeros)
    }
  }

  @Test func `a negative divergence is refused with its place`() throws {
    let batch = try ObjectiveFixture.batch("demonstrations")
    var divergences = [Double](repeating: 0, count: batch.entropies.count)
    let token = try #require(batch.responseMask?.lastIndex(of: true))
    divergences[token] = -1
    let sequence = try #require(batch.rows.firstIndex { $0.tokens.contains(token) })
    #expect(
      throws: ObjectiveError.impossible(
        .divergence, -1, sequence: sequence,
        token: token - batch.rows[sequence].tokens.lowerBound)
    ) {
      try SFTWithKL().evaluate(batch, divergences: divergences)
    }
  }
}
