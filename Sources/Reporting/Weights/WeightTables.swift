internal import Tensors
internal import WeightChanges

/// The tables of changed weights.
struct WeightTables {
  let changes: WeightChanges

  /// A row for each layer, kind or tensor, and one for all.
  func parts(by grouping: WeightsReport.Grouping) -> Table {
    let types = changes.whole.totals.rounded.keys.sorted { $0.rawValue < $1.rawValue }
    let isMedian = grouping != .tensor
    let columns =
      [Table.Column(grouping.rawValue, .text, "what the row is about")]
      + (isMedian
        ? []
        : [
          Table.Column("shape", .text, "of the tensor", isDetail: true),
          Table.Column("type", .text, "that it is stored in, before and after", isDetail: true),
        ]) + [
        .init("weights", .count, "elements that are finite before and after"),
        .init("changed", .share, "share of them that have another value", isKey: true),
      ]
      + types.map { type in
        .init(
          "in \(type.rawValue)", .share,
          "share that differs after both sides are rounded to \(type.rawValue)",
          isDetail: !isMedian)
      } + [
        .init("‖W‖", .number, "root of the sum of squares before", isDetail: true),
        .init("‖D‖", .number, "the same of after − before", isDetail: true),
        .init("‖D‖/‖W‖", .number, "relative change"),
        .init("largest |d|", .number, "largest difference of an element", isDetail: true),
        .init(
          "stable rank", .number,
          "‖D‖²_F / ‖D‖²₂: how many equal singular values have the same sum of squares"
            + (isMedian ? "; median over the matrices that changed" : "")),
      ]
    func row(
      _ name: String, _ words: [Table.Cell], _ totals: WeightTotals, _ rank: Table.Cell
    ) -> [Table.Cell] {
      [.text(name)] + words + [.count(totals.elements), .share(totals.changedShare)]
        + types.map { type in
          .share(totals.rounded[type].map { Double($0.changed) / Double(max($0.elements, 1)) })
        } + [
          .number(totals.normBefore), .number(totals.normOfDifference),
          .number(totals.relativeChange), .number(totals.largest), rank,
        ]
    }
    func row(_ name: String, _ group: WeightChanges.Group) -> [Table.Cell] {
      row(
        name, isMedian ? [] : [.text(""), .text("")], group.totals,
        group.totals.changed == 0 && group.medianStableRank == nil
          ? .text("unchanged") : .number(group.medianStableRank))
    }
    let rows: [[Table.Cell]] =
      switch grouping {
      case .kind: changes.byKind.map { row($0.kind.map(WeightWords.name) ?? "", $0) }
      case .layer: changes.byLayer.map { row($0.layer.map { "\($0)" } ?? "none", $0) }
      case .tensor:
        changes.tensors.map { tensor in
          let types =
            tensor.typeBefore == tensor.typeAfter
            ? tensor.typeBefore.rawValue
            : "\(tensor.typeBefore.rawValue) → \(tensor.typeAfter.rawValue)"
          return row(
            WeightWords.shortName(tensor.name), [.text("\(tensor.shape)"), .text(types)],
            tensor.totals, rank(tensor))
        }
      }
    return Table(
      title: "Changed weights by \(grouping.rawValue)", caption: "", columns: columns,
      rows: rows + [row("all", changes.whole)])
  }

  private func rank(_ tensor: TensorChange) -> Table.Cell {
    guard let rank = tensor.stableRank else {
      let isUnchanged = tensor.totals.changed == 0 && tensor.totals.normOfDifference == 0
      return isUnchanged ? .text("unchanged") : .number(nil)
    }
    return rank.isUpperBound ? .text("≤ " + Number.text(rank.value)) : .number(rank.value)
  }

  /// Distances in units in the last place, a table for each type.
  var distances: [Table] {
    changes.whole.totals.distances.sorted { $0.key.rawValue < $1.key.rawValue }.map {
      type, counts in
      let all = counts.reduce(0, +)
      let last = counts.lastIndex { $0 > 0 } ?? 0
      return Table(
        title: "Distance in units in the last place of \(type.rawValue)", caption: "",
        columns: [
          .init("distance", .text, "numbers of the type from the value before to the value after"),
          .init("weights", .count, "elements"), .init("share", .share, "of all elements"),
        ],
        rows: (0...last).filter { $0 == 0 || counts[$0] > 0 }.map { bin in
          [
            .text(Self.range(bin)), .count(counts[bin]),
            .share(Double(counts[bin]) / Double(max(all, 1))),
          ]
        })
    }
  }

  /// `0`, `1`, `2 to 3`, `4 to 7`: numbers of so many bits.
  static func range(_ bits: Int) -> String {
    guard bits > 1 else { return "\(bits)" }
    let first = UInt64(1) << UInt64(bits - 1)
    return "\(first) to \(first + (first - 1))"
  }
}
