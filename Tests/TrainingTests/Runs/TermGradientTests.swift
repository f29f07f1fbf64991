import RunLogs
import TestSupport
import Testing
import Training

/// What the terms of a loss, and its groups, tell apart.
@Suite struct TermGradientTests {
  @Test(arguments: [
    (TrainingConfiguration.Objective.sftPlusRL, 4), (.srftPaper, 4), (.srftReleasedCode, 4),
    (.sftWithKL, 2), (.grpo, 3),
  ])
  func `the gradients of the terms make up the whole one`(
    objective: TrainingConfiguration.Objective, count: Int
  ) throws {
    try withTemporaryFolder { folder in
      var configuration = try SmallRun.configuration(objective, steps: 3, in: folder)
      configuration.diagnostics.termGradientsEvery = 2
      configuration.reference = SmallRun.teacher
      configuration.grpo.klPenalty = KLPenalty(estimator: .k3, coefficient: 0.1)
      configuration.grpo.entropyBonus = EntropyBonus(coefficient: 0.1)
      configuration.srft.entropyBonus = EntropyBonus(coefficient: 0.1)
      let records = try SmallRun.records(configuration)
      let terms: [(TrainingMetric, TrainingMetric, TrainingMetric)] = [
        (.termNormSFT, .termNormDemonstrations, .termCosineSFTDemonstrations),
        (.termNormSFT, .termNormRollouts, .termCosineSFTRollouts),
        (.termNormDemonstrations, .termNormRollouts, .termCosineDemonstrationsRollouts),
        (.termNormSFT, .termNormKL, .termCosineSFTKL),
        (.termNormSFT, .termNormEntropy, .termCosineSFTEntropy),
        (.termNormDemonstrations, .termNormEntropy, .termCosineDemonstrationsEntropy),
        (.termNormRollouts, .termNormKL, .termCosineRolloutsKL),
        (.termNormRollouts, .termNormEntropy, .termCosineRolloutsEntropy),
        (.termNormKL, .termNormEntropy, .termCosineKLEntropy),
      ]
      #expect(records[1][.termNormSFT].isNaN && records[1][.termNormRollouts].isNaN)
      for record in [records[0], records[2]] {
        let norms = [
          TrainingMetric.termNormSFT, .termNormDemonstrations, .termNormRollouts, .termNormKL,
          .termNormEntropy,
        ].map { record[$0] }.filter { !$0.isNaN }
        #expect(norms.count == count && norms.allSatisfy { $0 > 0 }, "\(norms)")
        var square = norms.reduce(0) { $0 + $1 * $1 }
        for (a, b, cosine) in terms where !record[cosine].isNaN {
          square += 2 * record[cosine] * record[a] * record[b]
        }
        // The whole gradient is one sum in single precision, the terms' several.
        expectClose(square.squareRoot(), record[.gradientNorm], relative: 1e-4)
      }
    }
  }

  @Test func `under SRFT the demonstration makes wrong groups tell something`() throws {
    try withTemporaryFolder { folder in
      let grpo = try SmallRun.records(SmallRun.configuration(.grpo, steps: 3, in: folder, "grpo"))
      for record in grpo { #expect(record[.zeroAdvantageGroups] == record[.degenerateGroups]) }
      let srft = try SmallRun.records(
        SmallRun.configuration(.srftPaper, steps: 3, in: folder, "srft"))
      for record in srft { #expect(record[.zeroAdvantageGroups] < record[.degenerateGroups]) }
    }
  }
}
