import Transformer

/// What one call of a case does, which decides its unit and its ceiling.
enum Work {
  /// Floating-point operations, on all threads; an addition and a multiplication are two.
  case multiplication(operations: Double, ComputeType = .float32)
  /// Bytes read and written at least, on all threads.
  case memory(bytes: Double)
  /// Logits read, on the calling thread alone, and their bytes.
  case logits(count: Double, bytes: Double)
  /// Tokens, and the operations that models take for them at least.
  case tokens(count: Double, operations: Double, ComputeType = .float32)
  /// Responses sampled and learned from; how much that is the model decides.
  case rollouts(count: Double)
}

/// Something to time.
struct Case {
  /// Part, kernel and shape.
  let name: String
  let work: Work
  /// Most repeats: of what takes many seconds three must do.
  var mostRepeats = Int.max
  /// Makes the inputs, outside the time, and returns what is timed.
  ///
  /// That gets a number that grows from call to call, to vary its input by, and returns something
  /// of its output: a call whose result is the same or unused could be hoisted or dropped by the
  /// optimiser.
  let prepare: () throws -> (_ iteration: Int) throws -> Double
}
