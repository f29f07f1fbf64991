/// The lines of the legend and the room that they need.
struct LegendLayout {
  struct Entry {
    let name: String
    let width: Double
    let style: Style
    let sample: Sample
    /// Whether points of the same name are drawn with the line.
    var hasMarker = false
  }

  enum Sample {
    case line
    case point
    case area(outlined: Bool)
  }

  static let sampleWidth = 18.0
  private static let spacing = 12.0

  let entries: [Entry]
  let placement: Figure.Legend
  /// Entries side by side.
  let columnCount: Int
  let columnWidth: Double
  let heightAbove: Double

  init(_ figure: Figure) {
    var entries: [Entry] = []
    var seen: Set<[UInt8]> = []
    var numbers: [[UInt8]: Int] = [:]
    let allowed = figure.width.points - 40 - Self.sampleWidth
    for series in figure.panels.flatMap(\.series) where figure.legend != .none {
      guard let name = series.name, let sample = Self.sample(series.marks) else { continue }
      guard seen.insert(Array(name.utf8)).inserted else {
        if case .point = sample, let index = numbers[Array(name.utf8)],
          case .line = entries[index].sample, entries[index].style == series.style
        {
          entries[index].hasMarker = true
        }
        continue
      }
      numbers[Array(name.utf8)] = entries.count
      let text = TextMetrics.shortened(
        GnuplotText.printable(name), to: allowed, size: Typography.tickSize)
      entries.append(
        Entry(
          name: text, width: TextMetrics.width(text, size: Typography.tickSize),
          style: series.style, sample: sample))
    }
    self.entries = entries
    placement = figure.legend
    let widest = entries.map(\.width).max() ?? 0
    columnWidth = Self.sampleWidth + Typography.gap + widest + Self.spacing
    if case .above = figure.legend, !entries.isEmpty {
      let fitting = max(1, Int((figure.width.points - 12) / columnWidth))
      // Rows of equal length: four entries stand two by two rather than three and one.
      let rows = (entries.count + fitting - 1) / fitting
      columnCount = (entries.count + rows - 1) / rows
      heightAbove = Double(rows) * Typography.lineHeight + 3
    } else {
      columnCount = 1
      heightAbove = 0
    }
  }

  private static func sample(_ marks: Series.Marks) -> Sample? {
    switch marks {
    case .line: .line
    case .points: .point
    case .steps: .area(outlined: true)
    case .band: .area(outlined: false)
    case .density, .boxes, .labels: nil
    }
  }

  /// The left end of each sample, in points of the figure.
  func origins(in layout: Layout) -> [(x: Double, y: Double)] {
    guard !entries.isEmpty, let area = layout.panels.first?.area else { return [] }
    let rowCount = (entries.count + columnCount - 1) / columnCount
    let left: Double
    let top: Double
    switch placement {
    case .above, .none:
      let used = Double(columnCount) * columnWidth - Self.spacing
      left = max(4, (layout.width - used) / 2)
      top = layout.height - 3 - Typography.lineHeight / 2
    case .inside(let corner):
      left = corner.isLeft ? area.left + 6 : area.right - 6 - columnWidth + Self.spacing
      let block = Double(rowCount - 1) * Typography.lineHeight
      top = corner.isTop ? area.top - 9 : area.bottom + 9 + block
    }
    return entries.indices.map { index in
      (
        left + Double(index % columnCount) * columnWidth,
        top - Double(index / columnCount) * Typography.lineHeight
      )
    }
  }
}
