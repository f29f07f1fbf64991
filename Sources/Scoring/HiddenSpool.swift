internal import Files
internal import Kernels

/// Final hidden states that wait on the disk until all models have made theirs.
///
/// They are what a head multiplies: from them and the heads come the statistics of every model and
/// pair, without any model's other weights.
struct HiddenSpool: ~Copyable {
  /// Where a model's states of a batch are.
  struct Extent {
    fileprivate let floats: Range<Int>
    fileprivate let width: Int
  }

  private var file: FloatSpool

  /// - Parameter destination: of the log, beside which the space is taken.
  /// - Throws: `FileError` with the system's reason.
  init(besideLog destination: String) throws(FileError) {
    file = try FloatSpool(path: destination + ".spool")
  }

  /// Takes states in.
  /// - Throws: `FileError`, such as for a full disk.
  mutating func append(_ hidden: BatchScorer.Hidden) throws(FileError) -> Extent {
    Extent(floats: try write(hidden.values), width: hidden.width)
  }

  private mutating func write(_ values: borrowing FloatBuffer) throws(FileError) -> Range<Int> {
    try file.append(values.span)
  }

  /// Gives states back, bit for bit.
  /// - Throws: `FileError` with the system's reason.
  func read(_ place: Extent) throws(FileError) -> BatchScorer.Hidden {
    var floats = FloatBuffer(uninitialized: place.floats.count)
    var span = floats.mutableSpan
    try file.read(place.floats, into: &span)
    return BatchScorer.Hidden(floats, width: place.width)
  }

  /// Forgets all of them.
  /// - Throws: `FileError` with the system's reason.
  mutating func clear() throws(FileError) { try file.clear() }
}
