internal import Foundation
internal import Plotting

/// Finds room for short texts beside points of a panel.
package struct EndLabels {
  /// Both axes, and how large the plot area is, in points.
  package let x: ClosedRange<Double>
  package let y: ClosedRange<Double>
  package let size: (width: Double, height: Double)

  package init(
    x: ClosedRange<Double>, y: ClosedRange<Double>, size: (width: Double, height: Double)
  ) {
    (self.x, self.y, self.size) = (x, y, size)
  }

  /// A text's room, in points from the lower left corner of the plot area.
  private struct Box {
    let left, bottom, right, top: Double

    /// From a point to the nearest edge, 0 inside.
    func distance(to point: (x: Double, y: Double)) -> Double {
      let (dx, dy) = (
        max(left - point.x, point.x - right, 0), max(bottom - point.y, point.y - top, 0)
      )
      return (dx * dx + dy * dy).squareRoot()
    }

    func overlap(_ other: Box) -> Double {
      max(0, min(right, other.right) - max(left, other.left))
        * max(0, min(top, other.top) - max(bottom, other.bottom))
    }
  }

  /// Places texts one after the other where each covers least of the others, of lines and of the frame, and
  /// stands nearer to its own point than to another's.
  ///
  /// - Parameters:
  ///   - texts: each with the point that it belongs to.
  ///   - obstacles: points of lines and markers, NaN ones left out.
  /// - Returns: the middle of each text, in units of the axes.
  package func places(
    _ texts: [(text: String, x: Double, y: Double)], obstacles: [(x: Double, y: Double)]
  ) -> [(x: Double, y: Double)] {
    let height = 8.0
    func inPoints(_ point: (x: Double, y: Double)) -> (x: Double, y: Double) {
      (
        (point.x - x.lowerBound) / (x.upperBound - x.lowerBound) * size.width,
        (point.y - y.lowerBound) / (y.upperBound - y.lowerBound) * size.height
      )
    }
    let taken = obstacles.filter { $0.x.isFinite && $0.y.isFinite }.map { point in
      let place = inPoints(point)
      return Box(left: place.x - 2, bottom: place.y - 2, right: place.x + 2, top: place.y + 2)
    }
    var boxes: [Box] = []
    let ends = texts.map { inPoints(($0.x, $0.y)) }
    return texts.enumerated().map { index, text in
      // A space on either side.
      let width = TextMetrics.width(text.text, size: height) + 5
      let end = ends[index]
      let others = ends.indices.filter { $0 != index }.map { ends[$0] }
      var best: (cost: Double, x: Double, y: Double) = (.infinity, end.x, end.y)
      for distance in stride(from: 8.0, through: 36, by: 4) {
        for (dx, dy) in [
          (1.0, 0.0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1), (0.5, 1),
          (-0.5, 1), (0.5, -1), (-0.5, -1),
        ] {
          let middle = (
            x: end.x + dx * (width / 2 + distance), y: end.y + dy * (distance + height / 4)
          )
          let box = Box(
            left: middle.x - width / 2, bottom: middle.y - height / 2, right: middle.x + width / 2,
            top: middle.y + height / 2)
          let outside =
            max(0, 2 - box.left) + max(0, box.right - size.width + 2) + max(0, 2 - box.bottom)
            + max(0, box.top - size.height + 2)
          let own = box.distance(to: end)
          let doubtful = others.map { max(0, own + 6 - box.distance(to: $0)) }.reduce(0, +)
          let cost =
            boxes.map { box.overlap($0) * 20 }.reduce(0, +)
            + taken.map { box.overlap($0) }.reduce(0, +) + outside * 100 + distance
            + doubtful * 10
          if cost < best.cost { best = (cost, middle.x, middle.y) }
        }
      }
      boxes.append(
        Box(
          left: best.x - width / 2, bottom: best.y - height / 2, right: best.x + width / 2,
          top: best.y + height / 2))
      return (
        x.lowerBound + best.x / size.width * (x.upperBound - x.lowerBound),
        y.lowerBound + best.y / size.height * (y.upperBound - y.lowerBound)
      )
    }
  }
}
