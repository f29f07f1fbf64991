/// Something drawn in a panel.
public struct Series: Sendable, Equatable {
  /// What the legend calls it; series without a name are left out there, equal names share a line.
  public var name: String?
  /// How it looks.
  public var style: Style
  /// Its values.
  public var marks: Marks

  /// The kinds of series with their values; NaN is a gap.
  public enum Marks: Sendable, Equatable {
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
  public init(_ name: String? = nil, style: Style = Style(), _ marks: Marks) {
    self.name = name
    self.style = style
    self.marks = marks
  }
}

/// Colour, dash, width and marker of a series.
public struct Style: Sendable, Equatable {
  /// The pattern of a line.
  public enum Dash: Sendable, CaseIterable {
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
  public enum Marker: Int, Sendable, CaseIterable {
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
  public var colour: Colour
  /// The pattern of lines.
  public var dash: Dash
  /// The width of lines in points.
  public var lineWidth: Double
  /// The shape of points.
  public var marker: Marker
  /// The size of points, in gnuplot's units: 1 is about 5 points wide.
  public var markerSize: Double
  /// How opaque a filling is, in [0, 1].
  public var fillOpacity: Double

  /// A style; black, solid and 1 point wide unless stated.
  public init(
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
public struct DensityMap: Sendable, Equatable {
  /// Edges along x, ascending, one more than columns.
  public var xEdges: [Double]
  /// Edges along y, ascending, one more than rows.
  public var yEdges: [Double]
  /// `[rows × columns]`, row by row from the lowest y; NaN bins stay empty.
  public var values: [Double]

  /// A map of `(yEdges.count − 1) × (xEdges.count − 1)` values.
  public init(xEdges: [Double], yEdges: [Double], values: [Double]) {
    precondition(
      values.count == max(0, xEdges.count - 1) * max(0, yEdges.count - 1),
      "\(values.count) values for \(yEdges.count) × \(xEdges.count) edges")
    self.xEdges = xEdges
    self.yEdges = yEdges
    self.values = values
  }
}

/// A box with a text in it.
public struct TextBox: Sendable, Equatable {
  /// Left edge, in units of the x axis.
  public var x: Double
  /// Lower edge, in units of the y axis.
  public var y: Double
  /// Width, in units of the x axis.
  public var width: Double
  /// Height, in units of the y axis.
  public var height: Double
  /// What colours it; NaN leaves the box hatched.
  public var value: Double
  /// What is written in its middle, monospaced.
  public var text: String
  /// A heavy edge, which tells the sign of the value where colours can't.
  public var mark: Mark

  /// A heavy edge of a box.
  public enum Mark: Sendable {
    /// No edge.
    case none
    /// Along the top.
    case above
    /// Along the bottom.
    case below
  }

  /// A box from its lower left corner.
  public init(
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
