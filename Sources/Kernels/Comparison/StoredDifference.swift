/// How the numbers of one tensor differ from those of another one of its shape, element by element.
///
/// Elements of which one isn't finite are counted and left out of everything else.
package struct StoredDifference: Sendable, Equatable {
  /// In which types numbers are compared.
  package struct Types: Sendable, Equatable {
    package var before: StoredNumber
    package var after: StoredNumber
    /// The type whose units in the last place are counted; nil for none.
    ///
    /// Where it isn't the type of both, numbers are rounded to it.
    package var units: StoredNumber?
    /// A type in which elements are compared once more, rounded; nil for none.
    package var rounded: StoredNumber?

    package init(
      before: StoredNumber, after: StoredNumber, units: StoredNumber?, rounded: StoredNumber? = nil
    ) {
      (self.before, self.after) = (before, after)
      (self.units, self.rounded) = (units, rounded)
    }
  }

  /// Elements that are finite on both sides.
  package var count = 0
  /// Of them those whose value changed: +0 and −0 are one value.
  package var changed = 0
  /// Zeros that changed their sign only.
  package var turnedZeros = 0
  /// Elements that aren't finite before, and after.
  package var notFinite = (before: 0, after: 0)
  /// Index of the first of either; nil without any.
  package var firstNotFinite: Int?
  /// Elements by the bit length of their distance in units in the last place: none, 1, 2 to 3, 4 to 7 …;
  /// 65 numbers, all 0 where no units are counted.
  package var distances = [Int](repeating: 0, count: 65)
  /// Elements that differ after both were rounded; 0 where that isn't asked for.
  package var changedAfterRounding = 0
  /// Σ w² before and after, and Σ d² of the differences.
  package var squares = (before: 0.0, after: 0.0, difference: 0.0)
  /// The largest |d|.
  package var largest = 0.0

  package init() {}

  /// Adds what comes after in the tensor.
  ///
  /// - Parameters:
  ///   - next: of later elements.
  ///   - start: the index of the first of them.
  package mutating func add(_ next: Self, at start: Int) {
    count += next.count
    changed += next.changed
    turnedZeros += next.turnedZeros
    notFinite.before += next.notFinite.before
    notFinite.after += next.notFinite.after
    firstNotFinite = firstNotFinite ?? next.firstNotFinite.map { $0 + start }
    for index in distances.indices { distances[index] += next.distances[index] }
    changedAfterRounding += next.changedAfterRounding
    squares.before += next.squares.before
    squares.after += next.squares.after
    squares.difference += next.squares.difference
    largest = max(largest, next.largest)
  }

  package static func == (a: Self, b: Self) -> Bool {
    a.count == b.count && a.changed == b.changed && a.turnedZeros == b.turnedZeros
      && a.notFinite == b.notFinite && a.firstNotFinite == b.firstNotFinite
      && a.distances == b.distances && a.changedAfterRounding == b.changedAfterRounding
      && a.squares == b.squares && a.largest == b.largest
  }

  /// Compares two blocks of as many numbers, on the calling thread.
  ///
  /// - Parameters:
  ///   - before: numbers of `types.before`, which need not be aligned.
  ///   - after: as many of `types.after`.
  ///   - types: how they are stored and compared.
  package init(before: RawSpan, after: RawSpan, _ types: Types) {
    let (first, second) = (types.before.byteCount, types.after.byteCount)
    let count = before.byteCount / first
    precondition(
      before.byteCount == count * first && after.byteCount == count * second,
      "StoredDifference: \(before.byteCount) bytes of \(types.before) against \(after.byteCount) of "
        + "\(types.after)")
    unsafe before.withUnsafeBytes { before in
      unsafe after.withUnsafeBytes { after in
        guard let a = before.baseAddress, let b = after.baseAddress else { return }
        var worker = DifferenceWorker(types)
        for start in stride(from: 0, to: count, by: DifferenceWorker.chunk) {
          let length = min(DifferenceWorker.chunk, count - start)
          unsafe worker.add(a + first * start, b + second * start, count: length, at: start)
        }
        self = worker.result
      }
    }
  }
}
