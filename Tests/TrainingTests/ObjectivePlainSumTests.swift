import TestSupport
import Testing
import Training

@Suite struct ObjectivePlainSumTests {
  @Test func `the plain sum is PyTorch's`() throws {
    let cases = try ObjectiveFixture.cases("plain")
    #expect(cases.count == 1)
    for item in cases {
      var batch = try ObjectiveFixture.batch(item.batch)
      try GroupAdvantage().assign(to: &batch)
      item.expect(try PlainSum(sftCoefficient: 0.7, grpoCoefficient: 1.3).evaluate(batch))
    }
  }

  @Test func `masked confident tokens are PyTorch's`() throws {
    let cases = try ObjectiveFixture.cases("masked")
    #expect(cases.count == 2)
    for item in cases {
      var batch = try ObjectiveFixture.batch(item.batch)
      try GroupAdvantage().assign(to: &batch)
      let objective = GRPO(entropyBonus: EntropyBonus(coefficient: 0.01))
      var result = try objective.evaluate(batch)
      let threshold = try #require(Double(item.name.split(separator: " ")[1]))
      try ConfidentTokens(above: threshold).maskGradients(of: &result, on: batch)
      item.expect(result)
      #expect(result.diagnostics.confidentCount > 0)
    }
  }

  @Test func `dropped confident tokens are PyTorch's`() throws {
    let cases = try ObjectiveFixture.cases("dropped")
    #expect(cases.count == 2)
    for item in cases {
      var batch = try ObjectiveFixture.batch(item.batch)
      try GroupAdvantage().assign(to: &batch)
      let threshold = try #require(Double(item.name.split(separator: " ")[1]))
      try ConfidentTokens(above: threshold).drop(from: &batch)
      item.expect(try GRPO(aggregation: .tokenMean).evaluate(batch))
    }
  }

  @Test func `demonstrations keep their gradients`() throws {
    let batch = try ObjectiveFixture.batch("demonstrations")
    var result = try SFT().evaluate(batch)
    let before = result
    try ConfidentTokens(above: 0).maskGradients(of: &result, on: batch)
    #expect(result == before)
  }

  @Test(arguments: [-0.1, 1.1, .nan])
  func `a threshold that is no probability is refused`(threshold: Double) throws {
    var batch = try ObjectiveFixture.batch("rollouts")
    #expect(throws: ObjectiveError.self) {
      try ConfidentTokens(above: threshold).drop(from: &batch)
    }
  }
}
