/// Something drawn in a panel.
package struct Series: Sendable, Equatable {
  /// What the legend calls it; series without a name are left out there, equal names share a line, and a
  /// line with points of one style is shown with a point.
  package var name: String?
  /// How it looks.
  package var style: Style
  /// Its values.
  package var marks: Marks

  /// The kinds of series with their values; NaN is a gap.
  package enum Marks: Sendable, Equatable {
    /// A line through points.
    case line(x: [Double], y: [Double])
    /// Separate points.
    case points(x: [Double], y: [Double])
    /// Short texts, each centred on its point; never in the legend.
    case labels(x: [Double], y: [Double], texts: [String])
    /// A histogram of n bins: n + 1 edges, n heights; outline and translucent filling.
    case steps(edges: [Double], heights: [Double])
    /// A filled area between two curves.
    case band(x: [Double], low: [Double], high: [Double])
    /// Bins of a plane coloured by value.
    case density(DensityMap)
    /// Boxes with text, coloured by value.
    case boxes([TextBox])
  }

  /// Names and styles some marks.
  package init(_ name: String? = nil, style: Style = Style(), _ marks: Marks) {
    self.name = name
    self.style = style
    self.marks = marks
  }
}

/// Colour, dash, width and marker of a series.
package struct Style: Sendable, Equatable {
  /// The pattern of a line.
  package enum Dash: Sendable, CaseIterable {
    /// Unbroken.
    case solid
    /// Long dashes.
    case dashed
    /// Dots.
    case dotted
    /// A dash and a dot in turn.
    case dashDotted
    /// Short dashes.
    case shortDashed
  }

  /// The shape of a point.
  package enum Marker: Int, Sendable, CaseIterable {
    /// A cross of two strokes.
    case cross = 2
    /// An empty square.
    case frame = 4
    /// A filled square.
    case square = 5
    /// An empty circle.
    case ring = 6
    /// A filled circle.
    case circle = 7
    /// A filled triangle.
    case triangle = 9
    /// A filled diamond.
    case diamond = 13
  }

  /// Of lines, points and filling.
  package var colour: Colour
  /// The pattern of lines.
  package var dash: Dash
  /// The width of lines in points.
  package var lineWidth: Double
  /// The shape of points.
  package var marker: Marker
  /// The size of points, in gnuplot's units: 1 is about 5 points wide.
  package var markerSize: Double
  /// How opaque a filling is, in [0, 1].
  package var fillOpacity: Double

  /// A style; black, solid and 1 point wide unless stated.
  package init(
    colour: Colour = .black, dash: Dash = .solid, lineWidth: Double = 1, marker: Marker = .circle,
    markerSize: Double = 0.35, fillOpacity: Double = 0.25
  ) {
    self.colour = colour
    self.dash = dash
    self.lineWidth = lineWidth
    self.marker = marker
    self.markerSize = markerSize
    self.fillOpacity = fillOpacity
  }
}

/// Values of the bins of a plane.
package struct DensityMap: Sendable, Equatable {
  /// Edges along x, ascending, one more than columns.
  package var xEdges: [Double]
  /// Edges along y, ascending, one more than rows.
  package var yEdges: [Double]
  /// `[rows × columns]`, row by row from the lowest y; NaN bins stay empty.
  package var values: [Double]

  /// A map of `(yEdges.count − 1) × (xEdges.count − 1)` values.
  package init(xEdges: [Double], yEdges: [Double], values: [Double]) {
    precondition(
      values.count == max(0, xEdges.count - 1) * max(0, yEdges.count - 1),
      "\(values.count) values for \(yEdges.count) × \(xEdges.count) edges")
    self.xEdges = xEdges
    self.yEdges = yEdges
    self.values = values
  }
}

/// A box with a text in it.
package struct TextBox: Sendable, Equatable {
  /// Left edge, in units of the x axis.
  package var x: Double
  /// Lower edge, in units of the y axis.
  package var y: Double
  /// Width, in units of the x axis.
  package var width: Double
  /// Height, in units of the y axis.
  package var height: Double
  /// What colours it; NaN leaves the box hatched.
  package var value: Double
  /// What is written in its middle, monospaced.
  package var text: String
  /// A heavy edge, which tells the sign of the value where colours can't.
  package var mark: Mark

  /// A heavy edge of a box.
  package enum Mark: Sendable {
    /// No edge.
    case none
    /// Along the top.
    case above
    /// Along the bottom.
    case below
  }

  /// A box from its lower left corner.
  package init(
    x: Double, y: Double, width: Double, height: Double, value: Double, text: String,
    mark: Mark = .none
  ) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
    self.value = value
    self.text = text
    self.mark = mark
  }
}
