package import Analysis
internal import Plotting
internal import RunLogs
internal import StatisticalInference

extension LearningDynamics {
  /// The points as tab-separated text: a line for each checkpoint, for each reference its mean
  /// cross-entropy and half of its 95 % interval, nats per byte.
  package var table: String {
    let head =
      ["run", "condition", "step", "checkpoint"]
      + references.flatMap { ["\($0.name) (nats/byte)", "\($0.name) ±"].map(Self.field) }
    let rows = paths.flatMap { path in
      path.points.map { point in
        [path.run, path.condition, "\(point.checkpoint.step)", point.checkpoint.path].map(
          Self.field)
          + point.coordinates.flatMap {
            [NumberText.exact($0.value), NumberText.exact($0.halfWidth)]
          }
      }
    }
    return ([head] + rows).map { $0.joined(separator: "\t") + "\n" }.joined()
  }

  /// A path may hold anything; a field holds neither tabs nor line ends.
  private static func field(_ text: String) -> String { VisibleText.escaped(text) }
}
