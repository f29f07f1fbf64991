import Kernels

/// Floats on the heap that closures can share; a `FloatBuffer` alone can't be captured.
final class Matrix {
  var buffer: FloatBuffer

  /// Noise from a seed, uniform in −`scale`…`scale`.
  init(count: Int, scale: Float = 1, seed: UInt64) {
    buffer = FloatBuffer(uninitialized: count)
    buffer.withMutableSpan(0..<count) { elements in
      var state = seed
      for index in elements.indices {
        // A linear congruential generator: good enough for timing, and half a gigabyte takes no time.
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let unit = Float(Int32(truncatingIfNeeded: state >> 32)) / Float(1 << 31 as Int64)
        elements[index] = unit * scale
      }
    }
  }

  /// Room to write to.
  init(zeros count: Int) { buffer = FloatBuffer(repeating: 0, count: count) }

  var count: Int { buffer.count }

  /// Changes one element, so that no call has the input of the one before.
  func vary(_ iteration: Int) {
    let index = iteration % buffer.count
    buffer[index] = -buffer[index]
  }

  /// An element that depends on the iteration.
  func sample(_ iteration: Int) -> Double { Double(buffer[iteration % buffer.count]) }
}

/// Weights as checkpoints store them, with the memory for what is multiplied by them.
final class BFloat16Matrix {
  let patterns: [UInt16]
  var scratch = ProductScratch()

  /// Noise from a seed, uniform in −1…1.
  init(count: Int, seed: UInt64) {
    var state = seed
    patterns = (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let unit = Float(Int32(truncatingIfNeeded: state >> 32)) / Float(1 << 31 as Int64)
      return UInt16(unit.bitPattern >> 16)
    }
  }
}
