/// Floats as the bytes that they are.
package enum StoredBytes {
  /// Calls `body` with them.
  package static func with(_ floats: Span<Float>, _ body: (RawSpan) -> Void) {
    unsafe body(floats.bytes)
  }
}
