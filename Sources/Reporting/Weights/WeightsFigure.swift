internal import Foundation
package import Plotting
internal import StatisticalInference
internal import Tensors
package import WeightChanges

/// Where weights changed and by how much: maps of kinds by layers, distances in units in the last place, and
/// stable ranks by layer.
package enum WeightsFigure {
  private static let name = "changed weights"

  /// Draws four panels.
  ///
  /// - Parameters:
  ///   - changes: with at least one weight.
  ///   - width: the column that the figure fills.
  /// - Returns: the figure.
  /// - Throws: `FigureError` if no weight was compared.
  package static func figure(
    _ changes: WeightChanges, width: ColumnWidth = .full
  ) throws(FigureError) -> Figure {
    let whole = changes.whole.totals
    guard whole.elements > 0 else {
      throw .nothingMeasured(figure: name, pair: "\(changes.before.path) and \(changes.after.path)")
    }
    let grid = Grid(changes)
    return Figure(
      title: "Changed weights",
      caption: """
        Top left: share of the weights of each kind and layer whose stored value changed. Top right: ‖D‖/‖W‖, the \
        norm of the difference relative to the weights before; white where nothing changed. Column "–": tensors \
        of no layer. Bottom left: distance of each weight in units in the last place of its type, in bins that \
        double, in percent of the weights of that type. Bottom right: stable rank ‖D‖²_F/‖D‖²₂ of the difference of \
        each matrix of a layer. \(Number.count(whole.elements)) weights, \(Number.percent(whole.changedShare ?? .nan)) changed.
        """,
      width: width, height: .points((width.points * 0.75).rounded()),
      rows: [
        [
          map(
            grid, title: "changed", Axis("changed", unit: "%", range: 0...percent(grid)),
            isFirst: true
          ) { ($0.changedShare ?? .nan) * 100 },
          map(
            grid, title: "relative change",
            Axis("‖D‖/‖W‖", scale: .logarithmic, range: sizes(grid)),
            isFirst: false
          ) { totals in totals.relativeChange.flatMap { $0 > 0 ? $0 : nil } ?? .nan },
        ],
        [distances(whole), ranks(changes, grid)],
      ], legend: whole.distances.count > 1 ? .above : .none)
  }

  /// Totals by kind and layer.
  private struct Grid {
    let kinds: [WeightKind]
    /// Ascending; nil, if any, is first.
    let layers: [Int?]
    private var totals: [Place: WeightTotals] = [:]

    private struct Place: Hashable {
      let kind: WeightKind
      let layer: Int?
    }

    init(_ changes: WeightChanges) {
      let found = Set(changes.tensors.map(\.kind))
      // The first one on top.
      kinds = WeightKind.allCases.filter(found.contains).reversed()
      layers = Set(changes.tensors.map(\.layer)).sorted { ($0 ?? -1) < ($1 ?? -1) }
      for tensor in changes.tensors {
        totals[Place(kind: tensor.kind, layer: tensor.layer), default: WeightTotals()]
          .add(tensor.totals)
      }
    }

    /// Row by row from the lowest; NaN where there is none.
    func values(_ value: (WeightTotals) -> Double) -> [Double] {
      kinds.flatMap { kind in
        layers.map { totals[Place(kind: kind, layer: $0)].map(value) ?? .nan }
      }
    }

    var all: [WeightTotals] { Array(totals.values) }

    /// Marks under some columns.
    var ticks: [Axis.Tick] {
      let step = max(1, (layers.count + 7) / 8)
      return layers.enumerated().compactMap { index, layer in
        guard let layer else { return .init(Double(index), "–") }
        // Of many layers the first one's text would run into the dash beside it.
        let isCrowded = layer == 0 && step > 1 && layers.contains(nil)
        return layer.isMultiple(of: step) && !isCrowded ? .init(Double(index), "\(layer)") : nil
      }
    }
  }

  /// The end of the colours: 100, or what is above all where it is far from that.
  private static func percent(_ grid: Grid) -> Double {
    let most = grid.all.compactMap(\.changedShare).max() ?? 0
    guard most > 0 else { return 1 }
    return most > 0.5 ? 100 : most * 100
  }

  private static func sizes(_ grid: Grid) -> ClosedRange<Double> {
    let sizes = grid.all.compactMap(\.relativeChange).filter { $0 > 0 }
    guard let low = sizes.min(), let high = sizes.max() else { return 0.1...1 }
    // Room around a single number.
    return high > low * 1.5 ? low...high : low / 2...high * 2
  }

  private static func map(
    _ grid: Grid, title: String, _ scale: Axis, isFirst: Bool, _ value: (WeightTotals) -> Double
  ) -> Panel {
    let (columns, rows) = (Double(grid.layers.count), Double(grid.kinds.count))
    return Panel(
      title: title,
      x: Axis("layer", range: -0.5...columns - 0.5, ticks: .at(grid.ticks)),
      y: Axis(
        "", range: -0.5...rows - 0.5,
        ticks: .at(
          grid.kinds.enumerated().map { index, kind in
            .init(Double(index), isFirst ? WeightWords.name(kind) : "")
          })),
      series: [
        Series(
          nil,
          .density(
            DensityMap(
              xEdges: (0...grid.layers.count).map { Double($0) - 0.5 },
              yEdges: (0...grid.kinds.count).map { Double($0) - 0.5 }, values: grid.values(value))))
      ],
      colours: ColourScale(palette: .sequential, axis: scale, bar: .right))
  }

  /// Distances in percent, a histogram for each type; of several the legend tells them apart.
  private static func distances(_ totals: WeightTotals) -> Panel {
    let types = totals.distances.sorted { $0.key.rawValue < $1.key.rawValue }
    let last = max(types.compactMap { $0.value.lastIndex { $0 > 0 } }.max() ?? 0, 3)
    let step = max(1, (last + 7) / 8)
    let shares = types.map { type in
      let all = Double(max(type.value.reduce(0, +), 1))
      return type.value[...last].map { Double($0) / all * 100 }
    }
    let series = shares.enumerated().map { index, heights in
      Series(
        types.count > 1 ? "distance in \(types[index].key.rawValue)" : nil,
        style: SeriesRole.other(index).style,
        .steps(edges: (0...last + 1).map { Double($0) - 0.5 }, heights: heights))
    }
    let note =
      types.isEmpty ? "types without units" : types.count == 1 ? types[0].key.rawValue : nil
    return Panel(
      title: "distance",
      x: Axis(
        "units in the last place", range: -0.5...Double(last) + 0.5,
        ticks: .at(
          stride(from: 0, through: last, by: step).map { bits in
            .init(Double(bits), bits == 0 ? "0" : short(bits - 1))
          })),
      y: Axis("weights", unit: "%", range: 0...max(1, (shares.joined().max() ?? 0) * 1.2)),
      series: series,
      note: note.map { Panel.Note([$0], at: .topRight) })
  }

  /// 2ⁿ: `512`, `1k`, `4M`, `2G`.
  private static func short(_ exponent: Int) -> String {
    let units = ["", "k", "M", "G", "T", "P", "E"]
    return "\(1 << (exponent % 10))" + units[min(exponent / 10, units.count - 1)]
  }

  /// A point for each matrix.
  private static func ranks(_ changes: WeightChanges, _ grid: Grid) -> Panel {
    let attention: Set<WeightKind> = [.query, .key, .value, .queryKeyValue, .attentionOutput]
    func points(_ isShown: (WeightKind) -> Bool) -> (x: [Double], y: [Double]) {
      let some = changes.tensors.filter { $0.stableRank != nil && isShown($0.kind) }
      return (
        some.map { tensor in Double(grid.layers.firstIndex(of: tensor.layer) ?? 0) },
        some.map { $0.stableRank?.value ?? .nan }
      )
    }
    let groups = [points(attention.contains), points { !attention.contains($0) }]
    let values = groups.flatMap(\.y)
    let styles = [
      Style(colour: .blue, marker: .circle, markerSize: 0.5),
      Style(colour: .vermilion, marker: .triangle, markerSize: 0.5),
    ]
    return Panel(
      title: "stable rank",
      x: Axis("layer", range: -0.5...Double(grid.layers.count) - 0.5, ticks: .at(grid.ticks)),
      y: Axis("", scale: .logarithmic, range: 0.8...max(10, (values.max() ?? 1) * 2)),
      series: zip(groups, styles).map { group, style in
        Series(style: style, .points(x: group.x, y: group.y))
      },
      note: values.isEmpty
        ? Panel.Note(["no matrix changed"], at: .topLeft)
        : Panel.Note(["circles: attention; triangles: others"], at: .topLeft))
  }
}
