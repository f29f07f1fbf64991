/// A figure as a value: what it shows, nothing about how or where it is drawn.
///
/// Lengths are points (1/72 inch). Text is plain: no character in it has a special meaning.
package struct Figure: Sendable, Equatable {
  /// Where the legend stands.
  package enum Legend: Sendable, Equatable {
    /// In rows above all panels; wraps.
    case above
    /// In a corner of the first panel.
    case inside(Corner)
    /// Nowhere.
    case none
  }

  /// How the height follows.
  package enum Height: Sendable, Equatable {
    /// Width divided by the golden ratio; more where the legend needs more than one line.
    case golden
    /// A stated height in points, to which the legend's is added.
    case points(Double)
    /// So that the plot area of a row of weight 1 has this height for each point of its width.
    case panelAspect(Double)
  }

  /// A few words; the title of the SVG.
  package var title: String
  /// The definition of every statistic shown; goes into the script and into the SVG.
  package var caption: String
  /// The column that the figure fills.
  package var width: ColumnWidth
  /// How the height follows.
  package var height: Height
  /// Panels row by row; rows have equal counts of panels.
  package var rows: [[Panel]]
  /// The share of each row in the height; equal shares when empty.
  package var rowWeights: [Double]
  /// Where the legend stands.
  package var legend: Legend

  /// Composes a figure of rows of panels.
  package init(
    title: String, caption: String, width: ColumnWidth = .single, height: Height = .golden,
    rows: [[Panel]], rowWeights: [Double] = [], legend: Legend = .above
  ) {
    precondition(Set(rows.map(\.count)).count == 1, "rows of a figure differ in their count")
    precondition(rowWeights.isEmpty || rowWeights.count == rows.count, "one weight for each row")
    self.title = title
    self.caption = caption
    self.width = width
    self.height = height
    self.rows = rows
    self.rowWeights = rowWeights.isEmpty ? rows.map { _ in 1 } : rowWeights
    self.legend = legend
  }

  /// Panels in rows of so many, the last one filled up with nothing.
  package static func rows(of panels: [Panel], columns: Int) -> [[Panel]] {
    let empty = Panel(x: .hidden(0...1), y: .hidden(0...1), series: [])
    let missing = (columns - panels.count % columns) % columns
    let all = panels + Array(repeating: empty, count: missing)
    return stride(from: 0, to: all.count, by: columns).map { Array(all[$0..<$0 + columns]) }
  }

  /// Every panel, row by row.
  package var panels: [Panel] { rows.flatMap(\.self) }
}

/// Widths of columns and pages at the conferences of the field.
package enum ColumnWidth: Sendable, CaseIterable {
  /// One column of ICML or AISTATS, 3.25 in.
  case single
  /// The text width of NeurIPS and ICLR, 5.5 in.
  case text
  /// Both columns of ICML or AISTATS, 6.75 in.
  case full

  /// The width in points.
  package var points: Double {
    switch self {
    case .single: 3.25 * 72
    case .text: 5.5 * 72
    case .full: 6.75 * 72
    }
  }
}

/// A corner of a panel.
package enum Corner: Sendable, CaseIterable {
  /// Top left.
  case topLeft
  /// Top right.
  case topRight
  /// Bottom left.
  case bottomLeft
  /// Bottom right.
  case bottomRight

  var isTop: Bool { self == .topLeft || self == .topRight }
  var isLeft: Bool { self == .topLeft || self == .bottomLeft }
}

/// One plot area with its axes.
package struct Panel: Sendable, Equatable {
  /// A line above the plot area.
  package var title: String?
  /// A smaller line between the title and the plot area.
  package var subtitle: String?
  /// The horizontal axis.
  package var x: Axis
  /// The vertical axis.
  package var y: Axis
  /// What is drawn, from back to front.
  package var series: [Series]
  /// The scale of colours; required by density maps and text boxes.
  package var colours: ColourScale?
  /// Lines of text in a corner.
  package var note: Note?
  /// Points left free around the plot area in place of what axes and title need.
  package var margins: Margins?

  /// Lines of text in a corner of a panel.
  package struct Note: Sendable, Equatable {
    /// One string for each line.
    package var lines: [String]
    /// Where they stand.
    package var corner: Corner

    /// Puts lines into a corner.
    package init(_ lines: [String], at corner: Corner) {
      self.lines = lines
      self.corner = corner
    }
  }

  /// Points on each side.
  package struct Margins: Sendable, Equatable {
    /// Left of the plot area.
    package var left: Double
    /// Right of it.
    package var right: Double
    /// Above it.
    package var top: Double
    /// Below it.
    package var bottom: Double

    /// Margins in points.
    package init(left: Double, right: Double, top: Double, bottom: Double) {
      self.left = left
      self.right = right
      self.top = top
      self.bottom = bottom
    }
  }

  /// Composes a panel.
  package init(
    title: String? = nil, subtitle: String? = nil, x: Axis, y: Axis, series: [Series],
    colours: ColourScale? = nil, note: Note? = nil, margins: Margins? = nil
  ) {
    self.subtitle = subtitle
    self.title = title
    self.x = x
    self.y = y
    self.series = series
    self.colours = colours
    self.note = note
    self.margins = margins
  }
}
