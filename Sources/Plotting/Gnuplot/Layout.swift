/// A rectangle in points; the origin is the lower left corner of the figure.
struct Rectangle: Equatable {
  var left: Double
  var bottom: Double
  var right: Double
  var top: Double

  var width: Double { right - left }
  var height: Double { top - bottom }
  var middleX: Double { (left + right) / 2 }
  var middleY: Double { (bottom + top) / 2 }
}

/// A panel with everything settled that drawing needs.
struct PlacedPanel {
  let panel: Panel
  let area: Rectangle
  let x: ResolvedAxis
  let y: ResolvedAxis
  let colours: ResolvedAxis?
}

/// Where everything stands.
///
/// gnuplot guesses the extent of text differently for each kind of output, so all places are
/// computed here; both files then agree to the point.
struct Layout {
  let width: Double
  let height: Double
  let panels: [PlacedPanel]
  let legend: LegendLayout

  init(_ figure: Figure) throws(PlottingError) {
    width = figure.width.points
    legend = LegendLayout(figure)
    let golden = (width / 1.618_034).rounded()
    // Heights decide the marks, marks the widths, widths (for a stated aspect) the heights: what a
    // second round changes is a fraction of a digit's width, so two rounds settle it.
    var total = golden + max(0, legend.heightAbove - Typography.lineHeight - 3)
    if case .points(let points) = figure.height {
      total = max(40, points.rounded() + legend.heightAbove)
    }
    var placed = try Self.place(figure, width: width, height: total, legend: legend)
    if case .panelAspect(let aspect) = figure.height {
      for _ in 0..<2 {
        let areaHeights = placed.reduce(0.0) { $0 + $1.area.height } / Double(figure.rows[0].count)
        let wanted = figure.rowWeights.reduce(0, +) * aspect * placed[0].area.width
        total = max(40, (total - areaHeights + wanted).rounded())
        placed = try Self.place(figure, width: width, height: total, legend: legend)
      }
    }
    height = total
    panels = placed
  }

  private static func place(
    _ figure: Figure, width: Double, height: Double, legend: LegendLayout
  ) throws(PlottingError) -> [PlacedPanel] {
    let hasBarBelow = figure.panels.contains { $0.colours?.bar == .below }
    let top = height - legend.heightAbove
    let bottom = hasBarBelow ? ColourBar.heightBelow : 0
    let rows = figure.rows
    let tops = rows.map { $0.map { topMargin($0) }.max() ?? 0 }
    let bottoms = rows.map { $0.map { bottomMargin($0) }.max() ?? 0 }
    let free = top - bottom - tops.reduce(0, +) - bottoms.reduce(0, +)
    let weightSum = figure.rowWeights.reduce(0, +)
    let heights = figure.rowWeights.map { max(10, free * $0 / weightSum) }

    var drafts: [[Draft]] = []
    for (rowIndex, row) in rows.enumerated() {
      var draftRow: [Draft] = []
      for (columnIndex, panel) in row.enumerated() {
        let number = rowIndex * row.count + columnIndex + 1
        draftRow.append(
          try Draft(panel, number: number, height: heights[rowIndex], title: figure.title))
      }
      drafts.append(draftRow)
    }
    let columns = rows[0].indices
    let lefts = columns.map { column in drafts.map { $0[column].leftMargin }.max() ?? 0 }
    let rights = columns.map { column in drafts.map { $0[column].rightMargin }.max() ?? 0 }
    let panelWidth =
      (width - lefts.reduce(0, +) - rights.reduce(0, +)) / Double(columns.count)

    var placed: [PlacedPanel] = []
    var upper = top
    for (rowIndex, draftRow) in drafts.enumerated() {
      upper -= tops[rowIndex]
      var left = 0.0
      for (column, draft) in draftRow.enumerated() {
        left += lefts[column]
        let area = Rectangle(
          left: left, bottom: upper - heights[rowIndex], right: left + panelWidth, top: upper)
        placed.append(try draft.placed(in: area, title: figure.title))
        left += panelWidth + rights[column]
      }
      upper -= heights[rowIndex] + bottoms[rowIndex]
    }
    return placed
  }

  private static func topMargin(_ panel: Panel) -> Double {
    panel.margins?.top
      ?? 5 + (panel.title == nil ? 0 : 10) + (panel.subtitle == nil ? 0 : 10)
  }

  private static func bottomMargin(_ panel: Panel) -> Double {
    if let margins = panel.margins { return margins.bottom }
    guard panel.x.isVisible, panel.x.showsText else { return 4 }
    return Typography.tickSize + Typography.gap + (panel.x.label.isEmpty ? 2 : 13)
  }
}

/// A panel whose height is known and whose width is not.
private struct Draft {
  let panel: Panel
  let number: Int
  let y: ResolvedAxis
  let colours: ResolvedAxis?

  init(_ panel: Panel, number: Int, height: Double, title: String) throws(PlottingError) {
    self.panel = panel
    self.number = number
    guard let y = ResolvedAxis(panel.y, values: panel.yValues, length: height) else {
      throw .nothingToDraw(figure: title, panel: number, axis: "y")
    }
    self.y = y
    if let scale = panel.colours {
      let length = scale.bar == .below ? 150 : height
      guard
        let axis = ResolvedAxis(
          scale.axis, values: panel.colourValues, length: length,
          isHorizontal: scale.bar == .below)
      else {
        throw .nothingToDraw(figure: title, panel: number, axis: "colour")
      }
      colours = axis
    } else {
      colours = nil
    }
  }

  var leftMargin: Double {
    if let margins = panel.margins { return margins.left }
    guard panel.y.isVisible else { return Typography.gap }
    let label = panel.y.label.isEmpty ? 0 : Typography.lineHeight + 1
    return label + y.tickTextWidth + 2 * Typography.gap
  }

  var rightMargin: Double {
    if let margins = panel.margins { return margins.right }
    guard panel.colours?.bar == .right, let colours else { return 9 }
    return ColourBar.rightMargin(colours)
  }

  func placed(in area: Rectangle, title: String) throws(PlottingError) -> PlacedPanel {
    guard
      let x = ResolvedAxis(
        panel.x, values: panel.xValues, length: area.width, isHorizontal: true)
    else {
      throw .nothingToDraw(figure: title, panel: number, axis: "x")
    }
    return PlacedPanel(panel: panel, area: area, x: x, y: y, colours: colours)
  }
}

/// Measures of the bar that explains colours.
enum ColourBar {
  static let thickness = 7.0
  static let distance = 6.0
  static let heightBelow = 34.0

  /// Bar, numbers and label to the right of a panel.
  static func rightMargin(_ axis: ResolvedAxis) -> Double {
    let label = axis.axis.label.isEmpty ? 0 : Typography.lineHeight + 2
    return distance + thickness + 2 * Typography.gap + axis.tickTextWidth + label
  }
}

extension Panel {
  fileprivate var xValues: [Double] { series.flatMap { $0.marks.xValues } }
  fileprivate var yValues: [Double] { series.flatMap { $0.marks.yValues } }

  fileprivate var colourValues: [Double] {
    series.flatMap { series -> [Double] in
      switch series.marks {
      case .density(let map): map.values
      case .boxes(let boxes): boxes.map(\.value)
      case .line, .points, .labels, .steps, .band: []
      }
    }
  }
}

extension Series.Marks {
  fileprivate var xValues: [Double] {
    switch self {
    case .line(let x, _), .points(let x, _), .band(let x, _, _), .labels(let x, _, _): x
    case .steps(let edges, _): edges
    case .density(let map): map.xEdges
    case .boxes(let boxes): boxes.flatMap { [$0.x, $0.x + $0.width] }
    }
  }

  fileprivate var yValues: [Double] {
    switch self {
    case .line(_, let y), .points(_, let y), .labels(_, let y, _): y
    case .band(_, let low, let high): low + high
    case .steps(_, let heights): heights
    case .density(let map): map.yEdges
    case .boxes(let boxes): boxes.flatMap { [$0.y, $0.y + $0.height] }
    }
  }
}
