package import Plotting
internal import RunLogs

/// Two models that are compared, before and after a training step.
package struct PairLabel: Sendable, Equatable, Hashable {
  /// The model before.
  package let before: String
  /// The model after.
  package let after: String

  /// Names a pair.
  package init(before: String, after: String) {
    self.before = before
    self.after = after
  }

  /// As legends write it: `base → rl`.
  package var text: String { before + PairName.arrow + after }

  /// The same, with each name shortened in its middle until the whole is at most that wide.
  ///
  /// Width and size of the letters are points.
  package func text(within width: Double, size: Double) -> String {
    let free = width - TextMetrics.width(PairName.arrow, size: size)
    let (first, second) = (
      TextMetrics.width(before, size: size), TextMetrics.width(after, size: size)
    )
    // A short name leaves its room to the long one.
    let forBefore = max(free / 2, free - second)
    let forAfter = max(free / 2, free - first)
    return TextMetrics.shortened(before, to: forBefore, size: size) + PairName.arrow
      + TextMetrics.shortened(after, to: forAfter, size: size)
  }

  /// As the legend of a figure of that width writes it.
  func legendText(_ width: ColumnWidth) -> String { text(within: width.points - 70, size: 8) }

  /// The roles of pairs shown together; no two of them look the same.
  package static func roles(of pairs: [PairLabel]) -> [SeriesRole] {
    var taken: Set<SeriesRole> = []
    var spare = 0
    return pairs.map { pair in
      let role = pair.knownRole
      if let role, taken.insert(role).inserted { return role }
      spare += 1
      return .other(spare - 1)
    }
  }

  private var knownRole: SeriesRole? {
    switch (before.lowercased(), after.lowercased()) {
    case ("sft", "rl"), ("sft", "grpo"): .sftToRL
    case ("base", "sft"): .sft
    case ("base", "rl"), ("base", "grpo"): .rl
    case ("base", "srft"): .srft
    default: nil
    }
  }
}
