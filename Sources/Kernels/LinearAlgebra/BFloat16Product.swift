internal import COneDNN
import Synchronization

/// A product of two bfloat16 matrices as oneDNN has planned it, on one thread; the only file that
/// names oneDNN.
///
/// A plan depends on its shape alone and is kept: making one takes a third of a millisecond.
@safe struct BFloat16Product: @unchecked Sendable {
  /// Sizes of output = source · weightᵀ, with source `[rows, inner]` and weight `[columns, inner]`.
  struct Shape: Hashable {
    var rows: Int
    var columns: Int
    var inner: Int
    /// Distance of the output's rows.
    var stride: Int
  }

  /// Whether the processor has an instruction for it; elsewhere oneDNN would emulate it, slower than
  /// single precision is.
  static let isNative = unsafe engine != nil && tokenshift_dnnl_has_bfloat16_products()

  private let primitive: dnnl_primitive_t
  private let scratchBytes: Int

  private static let plans = Mutex<[Shape: BFloat16Product]>([:])

  nonisolated(unsafe) private static let engine: dnnl_engine_t? = {
    var engine: dnnl_engine_t?
    let status = unsafe dnnl_engine_create(&engine, dnnl_cpu, 0)
    return status == dnnl_success ? unsafe engine : nil
  }()

  private static let setThreadCount = tokenshift_dnnl_thread_count_setter()

  /// Whether oneDNN can be kept from starting threads of its own, whose number would move bits.
  static var holdsThreads: Bool { setThreadCount != nil }

  /// The plan for a shape.
  static func planned(_ shape: Shape) -> BFloat16Product {
    // What oneDNN starts itself would be as many threads as the processor has: the threads are ours.
    setThreadCount?(1)
    return plans.withLock { plans in
      if let known = plans[shape] { return known }
      let plan = BFloat16Product(shape)
      plans[shape] = plan
      return plan
    }
  }

  private init(_ shape: Shape) {
    var product: dnnl_primitive_t?
    var scratch = 0
    let status = unsafe tokenshift_dnnl_product_create(
      Self.engine, Int64(shape.rows), Int64(shape.columns), Int64(shape.inner),
      Int64(shape.stride), &product, &scratch)
    guard status == 0, let product = unsafe product else {
      preconditionFailure("oneDNN plans no product of \(shape): status \(status)")
    }
    unsafe self.primitive = product
    scratchBytes = scratch
  }

  /// Multiplies on the calling thread.
  ///
  /// - Parameters:
  ///   - source: `[rows, inner]`, bfloat16.
  ///   - weight: `[columns, inner]`, bfloat16; need not be aligned.
  ///   - output: `rows` rows, a stride apart; overwritten.
  @unsafe func run(
    _ source: UnsafeRawPointer, _ weight: UnsafeRawPointer,
    into output: UnsafeMutablePointer<Float>
  ) {
    Self.setThreadCount?(1)
    var scratch = FloatBuffer(uninitialized: (scratchBytes + 3) / 4)
    var span = scratch.mutableSpan
    let status = unsafe span.withUnsafeMutableBufferPointer { scratch in
      unsafe tokenshift_dnnl_product_run(
        Self.engine, primitive, source, weight, output, scratch.baseAddress)
    }
    precondition(status == 0, "oneDNN: product failed with status \(status)")
  }
}
