public import RunLogs
package import StatisticalInference

/// Where the checkpoints of runs stand: each a point whose coordinates are its mean cross-entropies
/// on the texts of reference models.
public struct LearningDynamics: Sendable, Equatable {
  /// A checkpoint.
  public struct Point: Sendable, Equatable {
    /// What the log says about it.
    public let checkpoint: DynamicsLog.Checkpoint
    /// One for each reference: its mean cross-entropy, Σ nats / Σ bytes over all texts, in nats per byte.
    package let coordinates: [Estimate]
  }

  /// The checkpoints of one run, in their order.
  public struct Path: Sendable, Equatable {
    /// The run.
    public let run: String
    /// What runs that differ in their seed only share.
    public let condition: String
    /// What was minimised; empty if not known.
    public let objective: String
    /// At least one.
    public let points: [Point]
  }

  /// A reference and how many texts stand behind its coordinate.
  public struct Reference: Sendable, Equatable {
    /// Its name.
    public let name: String
    /// Texts that were measured.
    public let textCount: Int
    /// Texts that were not.
    public let notMeasuredCount: Int
    /// Different prompts.
    public let promptCount: Int
    /// Bytes of all measured texts.
    public let byteCount: Int
  }

  /// The axes.
  public let references: [Reference]
  /// The runs in the order of the log.
  public let paths: [Path]

  /// Sums a log up.
  public init(_ log: DynamicsLog) {
    references = log.references.map {
      Reference(
        name: $0.name, textCount: $0.bytes.count, notMeasuredCount: $0.notMeasuredCount,
        promptCount: Set($0.prompts).count,
        byteCount: $0.bytes.reduce(0) { sum, count in
          let (total, overflow) = sum.addingReportingOverflow(count)
          return overflow ? .max : total
        })
    }
    var runs: [(run: String, points: [Point])] = []
    for (index, checkpoint) in log.checkpoints.enumerated() {
      let point = Point(
        checkpoint: checkpoint,
        coordinates: log.references.map {
          Self.coordinate(nats: $0.nats[index], bytes: $0.bytes, prompts: $0.prompts)
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
  static func coordinate(nats: [Double], bytes: [Int], prompts: [String]) -> Estimate {
    var slots: [String: Int] = [:]
    var (sums, counts) = ([Double](), [Double]())
    for (index, prompt) in prompts.enumerated() {
      let slot = slots[prompt] ?? sums.count
      if slot == sums.count {
        slots[prompt] = slot
        sums.append(0)
        counts.append(0)
      }
      sums[slot] += nats[index]
      counts[slot] += Double(bytes[index])
    }
    return .ratio(sums, over: counts, observations: nats.count)
  }
}

extension Estimate {
  /// Half the width of a symmetric interval; NaN without one.
  package var halfWidth: Double { upper.map { $0 - value } ?? .nan }
}
