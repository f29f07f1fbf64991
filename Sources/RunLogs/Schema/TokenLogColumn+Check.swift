internal import HDF5

extension TokenLogColumn {
  /// Refuses a value outside the column's range; NaN, *not measured*, passes.
  ///
  /// - Parameters:
  ///   - values: as read.
  ///   - path: the log's.
  ///   - name: the dataset's.
  ///   - firstRow: of the values, among the dataset's elements.
  ///   - vocabularySize: ids have to be below; nil if they needn't.
  /// - Throws: `RunLogError` of kind `.damaged`.
  func check<Scalar: HDF5Scalar>(
    _ values: [Scalar], _ path: String, _ name: String, firstRow: Int = 0,
    within vocabularySize: Int? = nil
  ) throws(RunLogError) {
    var range = range
    if let vocabularySize { range = 0...Double(max(vocabularySize - 1, 0)) }
    guard range != .anything, let row = Self.firstOutside(range, values) else { return }
    let bounds =
      range.upperBound == .infinity
      ? "at least \(range.lowerBound)"
      : range.lowerBound == -.infinity
        ? "at most \(range.upperBound)" : "from \(range.lowerBound) to \(range.upperBound)"
    throw RunLogError(
      .damaged, path,
      "\(name)[\(firstRow + row)] is \(values[row]), values are \(bounds): the file is damaged, or "
        + "was written by another tool: make it again")
  }

  private static func firstOutside<Scalar: HDF5Scalar>(
    _ range: ClosedRange<Double>, _ values: [Scalar]
  ) -> Int? {
    func first<Number>(_ numbers: [Number], _ value: (Number) -> Double) -> Int? {
      numbers.firstIndex { value($0) < range.lowerBound || value($0) > range.upperBound }
    }
    return switch values {
    case let numbers as [Float]: first(numbers) { Double($0) }
    case let numbers as [Double]: first(numbers) { $0 }
    case let numbers as [Int64]: first(numbers) { Double($0) }
    case let numbers as [UInt32]: first(numbers) { Double($0) }
    case let numbers as [Int32]: first(numbers) { Double($0) }
    case let numbers as [UInt8]: first(numbers) { Double($0) }
    default: nil
    }
  }
}
