package import Analysis
internal import Foundation
package import Plotting
internal import RunLogs
internal import StatisticalInference

/// The map of learning dynamics: each checkpoint a point, its coordinates its mean cross-entropies
/// on the texts of reference models.
///
/// The paper draws three coordinates in space. A print in space can't be read off, so the three views
/// along the axes stand beside the drawing in space; each has two coordinates to scale.
package enum LearningDynamicsMap {
  private static let name = "learning dynamics"

  /// Draws the runs' paths: a plane for two references, three planes and a view in space for three,
  /// cross-entropy by step for one.
  ///
  /// - Parameters:
  ///   - dynamics: the runs.
  ///   - width: the column that the figure fills; nil to go by the number of panels.
  /// - Returns: the figure.
  /// - Throws: `FigureError`: more references or conditions than a figure can show.
  package static func figure(
    _ dynamics: LearningDynamics, width: ColumnWidth? = nil
  ) throws(FigureError) -> Figure {
    let count = dynamics.references.count
    guard (1...3).contains(count) else {
      throw .tooMany(figure: name, what: "references", most: 3, found: count)
    }
    let conditions = PathStyles.conditions(of: dynamics)
    guard conditions.count <= TrainingFigures.mostConditions else {
      throw .tooMany(
        figure: name, what: "conditions", most: TrainingFigures.mostConditions,
        found: conditions.count)
    }
    let column = width ?? (count == 3 ? .text : .single)
    let drawing = DynamicsDrawing(dynamics, PathStyles(conditions, width: column))
    let rows: [[Panel]] =
      switch count {
      case 1: [[drawing.steps()]]
      case 2: [[drawing.plane(0, 1)]]
      // As in technical drawing: neighbours share an axis.
      default:
        [
          [drawing.plane(0, 1), drawing.plane(2, 1)],
          [drawing.plane(0, 2), drawing.space()],
        ]
      }
    return Figure(
      title: "Learning dynamics", caption: caption(dynamics), width: column,
      height: .panelAspect(count == 1 ? 0.6 : 0.8), rows: rows)
  }

  private static func caption(_ dynamics: LearningDynamics) -> String {
    var parts = [
      """
      Each point is a checkpoint; its coordinates are its mean cross-entropies on texts of reference \
      models: the sum of −log p over the tokens of all responses, given their prompts, at \
      temperature 1, over the sum of their bytes (nats per byte of UTF-8, lower is nearer). An end \
      token's cost counts, its bytes don't. Lines join the checkpoints of a run in the order of \
      their steps; circle: its first, square: its last.
      """
    ]
    if dynamics.references.count == 3 {
      parts.append(
        "Bottom right: the same in space, each axis over the range of its panels, with the paths' "
          + "shadows on the floor; arrows point to higher cross-entropy.")
    }
    let widest = dynamics.references.indices.map { index in
      dynamics.paths.flatMap(\.points).map { $0.coordinates[index].halfWidth }
        .filter(\.isFinite).max()
    }
    parts += zip(dynamics.references, widest).map { reference, width in
      var text =
        "\(reference.name): \(Phrase.count(reference.textCount, "text")) of "
        + "\(Phrase.count(reference.promptCount, "prompt")), \(Phrase.count(reference.byteCount, "byte"))"
      if reference.notMeasuredCount > 0 {
        text += ", \(Number.count(reference.notMeasuredCount)) more not measured"
      }
      return text + (width.map { ", 95 % interval over prompts at most ±\(Number.text($0))" } ?? "")
        + "."
    }
    parts += dynamics.paths.map { path in
      let steps = path.points.map(\.checkpoint.step)
      return "\(path.run): steps \(steps.first ?? 0) to \(steps.last ?? 0), \(steps.count) points."
    }
    return parts.joined(separator: " ")
  }
}

/// How the runs of each condition look, and what the legend calls them.
private struct PathStyles {
  struct Condition: Equatable {
    let label: String
    let objective: String
  }

  private let styles: [(label: String, name: String, style: Style)]

  init(_ conditions: [Condition], width: ColumnWidth) {
    let roles = TrainingFigures.roles(of: conditions.map { ($0.label, $0.objective) })
    styles = zip(conditions, roles).map { condition, role in
      let name = TextMetrics.shortened(condition.label, to: width.points - 70, size: 8)
      return (condition.label, name, role.style)
    }
  }

  static func conditions(of dynamics: LearningDynamics) -> [Condition] {
    var conditions: [Condition] = []
    for path in dynamics.paths where !conditions.contains(where: { $0.label == path.condition }) {
      conditions.append(Condition(label: path.condition, objective: path.objective))
    }
    return conditions
  }

  func style(of label: String) -> (name: String, style: Style) {
    let found = styles.first { $0.label == label }
    return (found?.name ?? label, found?.style ?? Style())
  }
}

/// Panels of a map.
private struct DynamicsDrawing {
  private let dynamics: LearningDynamics
  private let styles: PathStyles
  /// Of each reference, over all checkpoints.
  private let ranges: [ClosedRange<Double>]

  init(_ dynamics: LearningDynamics, _ styles: PathStyles) {
    self.dynamics = dynamics
    self.styles = styles
    ranges = dynamics.references.indices.map { index in
      let values = dynamics.paths.flatMap(\.points).map { $0.coordinates[index].value }
      let (low, high) = (values.min() ?? 0, values.max() ?? 1)
      let pad = max((high - low) * 0.06, high * 1e-3, 1e-6)
      return (low - pad)...(high + pad)
    }
  }

  func steps() -> Panel {
    let last = dynamics.paths.flatMap(\.points).map(\.checkpoint.step).max() ?? 1
    return Panel(
      x: Axis("step", range: 0...Double(max(last, 1)), ticks: .whole), y: axis(0),
      series: series { (Double($0.checkpoint.step), $0.coordinates[0].value) })
  }

  func plane(_ x: Int, _ y: Int) -> Panel {
    Panel(
      x: axis(x), y: axis(y),
      series: series { ($0.coordinates[x].value, $0.coordinates[y].value) })
  }

  private func axis(_ index: Int) -> Axis {
    Axis("\(dynamics.references[index].name)'s texts", unit: "nats/byte", range: ranges[index])
  }

  /// Lines with their checkpoints, then first and last ones, which nothing may cover.
  private func series(
    _ place: (LearningDynamics.Point) -> (x: Double, y: Double)
  ) -> [Series] {
    var series: [Series] = []
    var ends: [(x: Double, y: Double)] = []
    var starts: [(x: Double, y: Double)] = []
    for path in dynamics.paths {
      let places = path.points.map(place)
      let (x, y) = (places.map(\.x), places.map(\.y))
      let (name, style) = styles.style(of: path.condition)
      var dots = style
      dots.markerSize = 0.25
      series += [
        Series(name, style: style, .line(x: x, y: y)), Series(style: dots, .points(x: x, y: y)),
      ]
      starts.append(places[0])
      ends.append(places[places.count - 1])
    }
    let marks: [(name: String, marker: Style.Marker, places: [(x: Double, y: Double)])] = [
      ("first", .ring, starts), ("last", .frame, ends),
    ]
    return series
      + marks.map { mark in
        Series(
          mark.name, style: Style(marker: mark.marker, markerSize: 0.55),
          .points(x: mark.places.map(\.x), y: mark.places.map(\.y)))
      }
  }
}

// MARK: In space

extension DynamicsDrawing {
  /// The paths in a cube, without perspective.
  func space() -> Panel {
    let edges = Style(colour: .guide.mixedWithWhite(0.3), lineWidth: 0.4)
    // Floor, and the two walls behind the paths.
    let corners: [([Double], [Double])] = [
      ([0, 0, 0], [1, 0, 0]), ([0, 0, 0], [0, 1, 0]), ([1, 0, 0], [1, 1, 0]),
      ([0, 1, 0], [1, 1, 0]), ([0, 0, 0], [0, 0, 1]), ([1, 0, 0], [1, 0, 1]),
      ([0, 1, 0], [0, 1, 1]), ([0, 0, 1], [1, 0, 1]), ([0, 0, 1], [0, 1, 1]),
    ]
    var series = corners.map { from, to in
      let (a, b) = (Self.projected(from), Self.projected(to))
      return Series(style: edges, .line(x: [a.x, b.x], y: [a.y, b.y]))
    }
    for path in dynamics.paths {
      var shadow = Style(colour: styles.style(of: path.condition).style.colour)
      shadow.colour = shadow.colour.mixedWithWhite(0.65)
      shadow.lineWidth = 0.6
      let places = path.points.map { point -> (x: Double, y: Double) in
        let inside = position(point)
        return Self.projected([inside[0], inside[1], 0])
      }
      series.append(Series(style: shadow, .line(x: places.map(\.x), y: places.map(\.y))))
    }
    series += self.series { Self.projected(position($0)) }
    // Each at an edge that nothing else uses, with an arrow to where its coordinate grows.
    let names: [(text: String, at: (x: Double, y: Double))] = [
      ("← " + shortName(0), Self.projected([0.5, 1.2, 0])),
      (shortName(1) + " →", Self.projected([1.2, 0.5, 0])),
      ("↑ " + shortName(2), Self.projected([1, 0, 1.09])),
    ]
    series.append(
      Series(
        nil, .labels(x: names.map(\.at.x), y: names.map(\.at.y), texts: names.map(\.text))))
    return Panel(
      x: .hidden(-1...1.125), y: .hidden(-0.72...0.98), series: series)
  }

  private func shortName(_ index: Int) -> String {
    TextMetrics.shortened(dynamics.references[index].name, to: 40, size: 8)
  }

  /// The checkpoint in the unit cube of the axes' ranges.
  private func position(_ point: LearningDynamics.Point) -> [Double] {
    zip(point.coordinates, ranges).map { coordinate, range in
      (coordinate.value - range.lowerBound) / (range.upperBound - range.lowerBound)
    }
  }

  /// Seen from where all coordinates are high, 40 degrees around and 25 up: the first axis comes to
  /// the lower left, the second to the lower right.
  ///
  /// A model that leaves one reference for another moves across this view; from between the axes of
  /// two references it would move along the line of sight.
  private static func projected(_ place: [Double]) -> (x: Double, y: Double) {
    let (around, up) = (40 * Double.pi / 180, 25 * Double.pi / 180)
    let depth = place[0] * cos(around) + place[1] * sin(around)
    return (place[1] * cos(around) - place[0] * sin(around), place[2] * cos(up) - depth * sin(up))
  }
}

extension FigureSet {
  /// The map of a log of learning dynamics.
  /// - Throws: `FigureError`.
  package init(of dynamics: LearningDynamics) throws(FigureError) {
    entries = [
      Entry(name: "learning-dynamics", figure: try LearningDynamicsMap.figure(dynamics))
    ]
  }
}
