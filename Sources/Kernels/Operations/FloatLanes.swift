extension Lanes {
  /// Eight floats from `pointer`, which need not be aligned.
  @inline(__always) @unsafe static func floats(_ pointer: UnsafePointer<Float>) -> Floats {
    unsafe UnsafeRawPointer(pointer).loadUnaligned(as: Floats.self)
  }

  /// Writes eight floats to `pointer`, which need not be aligned.
  @inline(__always) @unsafe static func store(
    _ values: Floats, to pointer: UnsafeMutablePointer<Float>
  ) {
    unsafe UnsafeMutableRawPointer(pointer).storeBytes(of: values, as: Floats.self)
  }
}
