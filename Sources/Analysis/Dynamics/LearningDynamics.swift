package import RunLogs
package import StatisticalInference

/// Where the checkpoints of runs stand: each a point whose coordinates are its mean cross-entropies
/// on the texts of reference models.
package struct LearningDynamics: Sendable, Equatable {
  /// A checkpoint.
  package struct Point: Sendable, Equatable {
    /// What the log says about it.
    package let checkpoint: DynamicsLog.CheckpointRecord
    /// One for each reference: its mean cross-entropy, Σ nats / Σ bytes over all texts, in nats per byte.
    package let coordinates: [Estimate]
  }

  /// The checkpoints of one run, in their order.
  package struct Path: Sendable, Equatable {
    /// The run.
    package let run: String
    /// What runs that differ in their seed only share.
    package let condition: String
    /// What was minimised; empty if not known.
    package let objective: String
    /// At least one.
    package let points: [Point]
  }

  /// A reference and how many texts its coordinate rests on.
  package struct Reference: Sendable, Equatable {
    /// Its name.
    package let name: String
    /// Texts that were measured.
    package let textCount: Int
    /// Texts that were not.
    package let notMeasuredCount: Int
    /// Different prompts.
    package let promptCount: Int
    /// Bytes of all measured texts.
    package let byteCount: Int
  }

  /// The axes.
  package let references: [Reference]
  /// The runs in the order of the log.
  package let paths: [Path]

  /// Sums a log up.
  package init(_ log: DynamicsLog) {
    let prompts = log.references.map { Numbering.of($0.prompts) }
    references = zip(log.references, prompts).map { reference, prompts in
      Reference(
        name: reference.name, textCount: reference.bytes.count,
        notMeasuredCount: reference.notMeasuredCount, promptCount: prompts.names.count,
        byteCount: reference.bytes.reduce(0) { sum, count in
          let (total, overflow) = sum.addingReportingOverflow(count)
          return overflow ? .max : total
        })
    }
    var runs: [(run: String, points: [Point])] = []
    for (index, checkpoint) in log.checkpoints.enumerated() {
      let point = Point(
        checkpoint: checkpoint,
        coordinates: zip(log.references, prompts).map { reference, prompts in
          Self.coordinate(
            nats: reference.nats[index], bytes: reference.bytes, prompts: prompts.numbers,
            promptCount: prompts.names.count)
        })
      if let known = runs.firstIndex(where: { $0.run == checkpoint.run }) {
        runs[known].points.append(point)
      } else {
        runs.append((checkpoint.run, [point]))
      }
    }
    paths = runs.map { run, points in
      // A start that several runs share says least about a run; its last checkpoint says most.
      let last = points[points.count - 1].checkpoint
      return Path(
        run: run, condition: last.condition, objective: last.objective, points: points)
    }
  }

  /// The ratio of sums; responses to one prompt aren't independent, so prompts are its clusters.
  private static func coordinate(
    nats: [Double], bytes: [Int], prompts: [Int32], promptCount: Int
  ) -> Estimate {
    var sums = [Double](repeating: 0, count: promptCount)
    var counts = sums
    for (index, prompt) in prompts.enumerated() {
      sums[Int(prompt)] += nats[index]
      counts[Int(prompt)] += Double(bytes[index])
    }
    return .ratio(sums, over: counts, observations: nats.count)
  }
}

extension Estimate {
  /// Half the width of a symmetric interval; NaN without one.
  package var halfWidth: Double { upper.map { $0 - value } ?? .nan }
}
