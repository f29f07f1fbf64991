public import RunLogs
internal import StatisticalInference

/// Where the checkpoints of runs stand: each a point whose coordinates are its mean cross-entropies
/// on the texts of reference models.
public struct LearningDynamics: Sendable, Equatable {
  /// A mean cross-entropy, nats per byte.
  public struct Coordinate: Sendable, Equatable {
    /// Σ nats / Σ bytes over all texts.
    public let mean: Double
    /// Half the width of its 95 % interval over prompts; NaN for fewer than two prompts.
    public let halfWidth: Double
  }

  /// A checkpoint.
  public struct Point: Sendable, Equatable {
    /// What the log says about it.
    public let checkpoint: DynamicsLog.Checkpoint
    /// One for each reference.
    public let coordinates: [Coordinate]
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

  /// The ratio of sums R = Σ x / Σ y, and t(G − 1) times its standard error with prompts as clusters:
  /// √(G/(G − 1) · Σ over prompts of (x − R y)²) / Σ y, the delta method's.
  ///
  /// Responses to one prompt aren't independent, so a prompt counts once.
  static func coordinate(nats: [Double], bytes: [Int], prompts: [String]) -> Coordinate {
    var sums: [String: (nats: Double, bytes: Double)] = [:]
    for (index, prompt) in prompts.enumerated() {
      let old = sums[prompt] ?? (0, 0)
      sums[prompt] = (old.nats + nats[index], old.bytes + Double(bytes[index]))
    }
    let total = bytes.reduce(0) { $0 + Double($1) }
    let mean = nats.reduce(0, +) / total
    let count = Double(sums.count)
    guard sums.count > 1 else { return Coordinate(mean: mean, halfWidth: .nan) }
    // Sorted: the order of a dictionary, and with it the last bits, changes from run to run.
    let squares = sums.sorted { $0.key < $1.key }.reduce(0.0) { sum, prompt in
      let rest = prompt.value.nats - mean * prompt.value.bytes
      return sum + rest * rest
    }
    let error = (count / (count - 1) * squares).squareRoot() / total
    return Coordinate(
      mean: mean,
      halfWidth: StudentT.bound(probability: 0.95, degreesOfFreedom: sums.count - 1) * error)
  }
}
