/// Owned memory for activations and scratch: 64-byte aligned, not copyable, freed at the end of its
/// life.
///
/// The contents are undefined until written, so that gigabytes of scratch cost nothing to make;
/// every kernel's output is overwritten, never accumulated into, unless its label says so.
@safe package struct FloatBuffer: ~Copyable, @unchecked Sendable {
  /// Number of elements.
  package let count: Int
  private let storage: UnsafeMutableBufferPointer<Float>

  /// Allocates room for `count` elements, contents undefined.
  package init(uninitialized count: Int) {
    precondition(count >= 0, "FloatBuffer: negative count \(count)")
    self.count = count
    let bytes = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<Float>.stride, alignment: 64)
    unsafe storage = unsafe UnsafeMutableBufferPointer(
      start: bytes.bindMemory(to: Float.self).baseAddress, count: count)
  }

  /// Allocates `count` elements, all `value`.
  package init(repeating value: Float, count: Int) {
    self.init(uninitialized: count)
    unsafe storage.initialize(repeating: value)
  }

  deinit {
    unsafe storage.baseAddress?.deallocate()
  }

  /// The elements, read-only.
  package var span: Span<Float> {
    @_lifetime(borrow self)
    get {
      let span = unsafe Span(_unsafeElements: storage)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// The elements, writable.
  package var mutableSpan: MutableSpan<Float> {
    @_lifetime(&self)
    mutating get {
      let span = unsafe MutableSpan(_unsafeElements: storage)
      return unsafe _overrideLifetime(span, mutating: &self)
    }
  }

  /// Lets `body` write some of the elements.
  package mutating func withMutableSpan<Result>(
    _ range: Range<Int>, _ body: (inout MutableSpan<Float>) throws -> Result
  ) rethrows -> Result {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= count,
      "FloatBuffer: \(range) does not lie in 0..<\(count)")
    var span = unsafe MutableSpan(
      _unsafeElements: UnsafeMutableBufferPointer(rebasing: storage[range]))
    return try body(&span)
  }

  /// Copies `source` over some of the elements.
  package mutating func copy(_ source: Span<Float>, into range: Range<Int>) {
    precondition(
      source.count == range.count, "FloatBuffer: \(source.count) elements for \(range)")
    withMutableSpan(range) { Widening.float32(source, into: &$0) }
  }

  /// Reads or writes one element.
  package subscript(index: Int) -> Float {
    get {
      precondition(index >= 0 && index < count)
      return unsafe storage[index]
    }
    set {
      precondition(index >= 0 && index < count)
      unsafe storage[index] = newValue
    }
  }
}
