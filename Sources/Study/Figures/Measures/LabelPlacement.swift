internal import Foundation
package import Plotting

/// Where the names of points stand in a panel: beside their points, off each other and off what is drawn.
///
/// Each name takes the cheapest of some places around its point, given where the others stand, in a few rounds
/// over all names in their order; so the same points give the same places.
package struct LabelPlacement {
  /// A name and its point, in units of the axes.
  package struct Label: Equatable {
    package let text: String
    package let x: Double
    package let y: Double

    package init(text: String, x: Double, y: Double) { (self.text, self.x, self.y) = (text, x, y) }
  }

  /// Where a name stands.
  package struct Place: Equatable {
    package let text: String
    /// Its middle, in units of the axes.
    package let x: Double
    package let y: Double
    /// From the point to the name, in units of the axes; nil where it stands right beside it.
    package let leader: [(x: Double, y: Double)]?
    package let box: Box

    package static func == (first: Self, second: Self) -> Bool {
      first.text == second.text && first.box == second.box
    }
  }

  /// A rectangle in points from the panel's lower left corner.
  package struct Box: Equatable {
    package var left: Double
    package var bottom: Double
    package var right: Double
    package var top: Double

    /// The area that two have in common, square points.
    package func overlap(_ other: Box) -> Double {
      max(0, min(right, other.right) - max(left, other.left))
        * max(0, min(top, other.top) - max(bottom, other.bottom))
    }
  }

  private static let textSize = 8.0
  private static let height = 8.5
  private static let distances = [4.0, 9, 16, 24, 34, 46, 60, 76]
  private static let directions = 24
  private static let rounds = 4

  private let size: (width: Double, height: Double)
  private let x: Axis
  private let y: Axis
  private var obstacles: [(box: Box, cost: Double)] = []

  /// A panel of that many points.
  ///
  /// - Parameters:
  ///   - width: of its plot area.
  ///   - height: of it.
  ///   - x: with a range.
  ///   - y: with a range.
  package init(width: Double, height: Double, x: Axis, y: Axis) {
    size = (width, height)
    (self.x, self.y) = (x, y)
  }

  /// Keeps names off some points, the more so the higher the cost.
  package mutating func avoid(x: [Double], y: [Double], radius: Double, cost: Double) {
    for (x, y) in zip(x, y) {
      let point = points(x, y)
      obstacles.append(
        (
          Box(
            left: point.x - radius, bottom: point.y - radius, right: point.x + radius,
            top: point.y + radius), cost
        ))
    }
  }

  /// Keeps names off a line along an axis.
  package mutating func avoid(lineX x: [Double], y: [Double], cost: Double) {
    let ends = zip(x, y).map { points($0, $1) }
    guard let first = ends.first, let last = ends.last else { return }
    obstacles.append(
      (
        Box(
          left: min(first.x, last.x) - 0.4, bottom: min(first.y, last.y) - 0.4,
          right: max(first.x, last.x) + 0.4, top: max(first.y, last.y) + 0.4), cost
      ))
  }

  /// Finds a place for each name.
  package func places(_ labels: [Label]) -> [Place] {
    var boxes: [Box?] = labels.map { _ in nil }
    let candidates = labels.map { self.candidates($0).map { (box: $0.box, cost: cost($0)) } }
    for _ in 0..<Self.rounds {
      for index in labels.indices {
        let others = boxes.enumerated().filter { $0.offset != index }.compactMap(\.element)
        var least = Double.infinity
        for candidate in candidates[index] where candidate.cost < least {
          var cost = candidate.cost
          for other in others where candidate.box.overlap(other) > 0 {
            cost += 2_000 + candidate.box.overlap(other)
          }
          if cost < least { (least, boxes[index]) = (cost, candidate.box) }
        }
      }
    }
    return zip(labels, boxes).compactMap { label, box in
      box.map { placed(label, $0) }
    }
  }

  /// Of a place, the other names aside.
  private func cost(_ candidate: (box: Box, distance: Double)) -> Double {
    let box = candidate.box
    var cost = candidate.distance
    for obstacle in obstacles where box.overlap(obstacle.box) > 0 { cost += obstacle.cost }
    return cost
  }

  /// Places inside the panel, near ones first.
  private func candidates(_ label: Label) -> [(box: Box, distance: Double)] {
    let point = points(label.x, label.y)
    let width = TextMetrics.width(label.text, size: Self.textSize) + 2
    return Self.distances.flatMap { distance in
      (0..<Self.directions).compactMap { direction -> (box: Box, distance: Double)? in
        let angle = 2 * Double.pi * Double(direction) / Double(Self.directions)
        // To whole hundredths: another library's last digit must move nothing.
        let middle = (
          x: ((point.x + cos(angle) * (distance + width / 2)) * 100).rounded() / 100,
          y: ((point.y + sin(angle) * (distance + Self.height / 2)) * 100).rounded() / 100
        )
        let box = Box(
          left: middle.x - width / 2, bottom: middle.y - Self.height / 2,
          right: middle.x + width / 2, top: middle.y + Self.height / 2)
        guard box.left >= 1, box.bottom >= 1, box.right <= size.width - 1,
          box.top <= size.height - 1
        else { return nil }
        return (box, distance)
      }
    }
  }

  private func placed(_ label: Label, _ box: Box) -> Place {
    let point = points(label.x, label.y)
    // The nearest point of the box.
    let end = (
      x: min(max(point.x, box.left), box.right), y: min(max(point.y, box.bottom), box.top)
    )
    let gap = ((end.x - point.x) * (end.x - point.x) + (end.y - point.y) * (end.y - point.y))
      .squareRoot()
    let middle = values((box.left + box.right) / 2, (box.bottom + box.top) / 2)
    return Place(
      text: label.text, x: middle.x, y: middle.y,
      leader: gap > 7 ? [(label.x, label.y), values(end.x, end.y)] : nil, box: box)
  }

  // MARK: Units

  private func points(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
    (Self.share(x, self.x) * size.width, Self.share(y, self.y) * size.height)
  }

  private func values(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
    (Self.value(x / size.width, self.x), Self.value(y / size.height, self.y))
  }

  private static func share(_ value: Double, _ axis: Axis) -> Double {
    let range = axis.range ?? 0...1
    return axis.scale == .linear
      ? (value - range.lowerBound) / (range.upperBound - range.lowerBound)
      : log(value / range.lowerBound) / log(range.upperBound / range.lowerBound)
  }

  private static func value(_ share: Double, _ axis: Axis) -> Double {
    let range = axis.range ?? 0...1
    return axis.scale == .linear
      ? range.lowerBound + share * (range.upperBound - range.lowerBound)
      : range.lowerBound * pow(range.upperBound / range.lowerBound, share)
  }
}
