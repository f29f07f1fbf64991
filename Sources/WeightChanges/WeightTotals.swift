internal import Kernels
package import Tensors

/// What is counted and added up over the elements of one tensor, or of several.
package struct WeightTotals: Sendable, Equatable {
  /// Elements that were compared: finite on both sides.
  package private(set) var elements = 0
  /// Of them those whose value changed; +0 and −0 are one value.
  package private(set) var changed = 0
  /// Zeros that changed their sign only.
  package private(set) var turnedZeros = 0
  /// Elements that are NaN or infinite, before and after.
  package private(set) var notFiniteBefore = 0
  package private(set) var notFiniteAfter = 0
  /// By the type whose units they are: elements by the bit length of their distance in units in the last
  /// place, 0, 1, 2 to 3, 4 to 7 and so on; 65 numbers.
  package private(set) var distances: [ElementType: [Int]] = [:]
  /// By the type that both sides were rounded to: how many elements, and how many of them then differ.
  package private(set) var rounded: [ElementType: Rounded] = [:]
  /// Σ w² before and after, and Σ d² of the differences.
  package private(set) var squaresBefore = 0.0
  package private(set) var squaresAfter = 0.0
  package private(set) var squaresOfDifference = 0.0
  /// The largest |d|.
  package private(set) var largest = 0.0

  /// Elements after rounding.
  package struct Rounded: Sendable, Equatable {
    package var elements: Int
    package var changed: Int

    package init(elements: Int, changed: Int) {
      (self.elements, self.changed) = (elements, changed)
    }
  }

  /// Of nothing.
  package init() {}

  /// Of one tensor.
  ///
  /// - Parameters:
  ///   - difference: of all its elements.
  ///   - units: the type of the distances; nil for none.
  ///   - rounded: the type that both were rounded to; nil for none.
  ///   - exactSquares: Σ d² that takes the place of the stored numbers' own; nil for theirs.
  init(
    _ difference: StoredDifference, units: ElementType?, rounded: ElementType?,
    exactSquares: Double?
  ) {
    (elements, changed) = (difference.count, difference.changed)
    turnedZeros = difference.turnedZeros
    (notFiniteBefore, notFiniteAfter) = (difference.notFinite.before, difference.notFinite.after)
    if let units { distances[units] = difference.distances }
    if let rounded {
      let apart =
        rounded == units
        ? difference.count - difference.distances[0] : difference.changedAfterRounding
      self.rounded[rounded] = Rounded(elements: difference.count, changed: apart)
    }
    (squaresBefore, squaresAfter) = (difference.squares.before, difference.squares.after)
    squaresOfDifference = exactSquares ?? difference.squares.difference
    largest = difference.largest
  }

  /// Adds those of another tensor.
  package mutating func add(_ other: Self) {
    elements += other.elements
    changed += other.changed
    turnedZeros += other.turnedZeros
    notFiniteBefore += other.notFiniteBefore
    notFiniteAfter += other.notFiniteAfter
    distances.merge(other.distances) { zip($0, $1).map { $0 + $1 } }
    rounded.merge(other.rounded) {
      Rounded(elements: $0.elements + $1.elements, changed: $0.changed + $1.changed)
    }
    squaresBefore += other.squaresBefore
    squaresAfter += other.squaresAfter
    squaresOfDifference += other.squaresOfDifference
    largest = max(largest, other.largest)
  }

  /// Share of the compared elements that changed; nil without any.
  package var changedShare: Double? {
    elements > 0 ? Double(changed) / Double(elements) : nil
  }

  /// Share of the elements that are at least a unit in the last place of bfloat16 apart, which is 2¹⁶ of
  /// single precision's; nil where neither of the two has such units.
  package var shareOfBFloat16Steps: Double? {
    func share(_ type: ElementType, from bits: Int) -> Double? {
      guard let counts = distances[type], case let all = counts.reduce(0, +), all > 0 else {
        return nil
      }
      return Double(counts[bits...].reduce(0, +)) / Double(all)
    }
    return share(.bfloat16, from: 1) ?? share(.float32, from: 17)
  }

  /// ‖W‖ before.
  package var normBefore: Double { squaresBefore.squareRoot() }
  /// ‖W‖ after.
  package var normAfter: Double { squaresAfter.squareRoot() }
  /// ‖D‖, of the differences.
  package var normOfDifference: Double { squaresOfDifference.squareRoot() }

  /// ‖D‖ / ‖W‖, with W before; nil where W is 0.
  package var relativeChange: Double? {
    squaresBefore > 0 ? (squaresOfDifference / squaresBefore).squareRoot() : nil
  }
}
